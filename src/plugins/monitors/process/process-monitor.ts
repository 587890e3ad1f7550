/**
 * A process and its children, from /proc (Linux): CPU in percent of one core, resident memory, threads, open descriptors and how much
 * of their limit that is, bytes from and to disks, and throttling by its control group. What belongs to another user and may
 * not be seen is left out. Costs about 0.2 ms per process and reading.
 */
import type { Monitor, MonitorFigure, MonitorUnit } from '../../../contracts/monitor.ts'
import { CounterRates } from '../../../kernel/counter-rates.ts'
import { type CgroupFigures, readCgroup } from './cgroup.ts'
import { type ProcessStat, readDescriptors, readDiskBytes, readStat } from './proc-file.ts'
import { ProcessTree } from './process-tree.ts'

/** Looking for a target that has gone means looking at every process: not each second. */
const FIND_EVERY = 5
const ENDED = 'the process has ended'

export interface ProcessMonitorOptions {
  readonly name: string
  readonly source: string
  /** The processes at the top of the tree; asked again after all of them have ended, if `finds`. */
  find(): Promise<readonly number[]>
  /** Others may come in their place: a server that is started again. */
  readonly finds: boolean
  nowMs(): number
  /** For tests: where /proc and the control groups are. */
  readonly proc?: string
  readonly cgroups?: string
}

export class ProcessMonitor implements Monitor {
  readonly name: string
  readonly source: string
  readonly #options: ProcessMonitorOptions
  readonly #proc: string
  readonly #rates = new CounterRates()
  readonly #tree: ProcessTree
  /** Id → when it was started. */
  #roots: ReadonlyMap<number, number> | undefined
  #misses = 0

  constructor(options: ProcessMonitorOptions) {
    this.name = options.name
    this.source = options.source
    this.#options = options
    this.#proc = options.proc ?? '/proc'
    this.#tree = new ProcessTree(this.#proc)
  }

  async read(): Promise<readonly MonitorFigure[]> {
    this.#roots ??= await this.#find()
    const alive = [...this.#roots].filter(([pid, startedAt]) => this.#isSame(pid, startedAt))
    if (alive.length === 0) {
      if (this.#options.finds) this.#roots = undefined
      throw new Error(ENDED)
    }
    const tree = this.#tree.read(alive.map(([pid]) => pid))
    this.#rates.begin(this.#options.nowMs())
    return this.#figures(tree)
  }

  close(): void {}

  async #find(): Promise<ReadonlyMap<number, number>> {
    if (this.#misses++ % FIND_EVERY !== 0) throw new Error(ENDED)
    const found = new Map<number, number>()
    for (const pid of await this.#options.find()) {
      const startedAt = readStat(this.#proc, pid)?.startedAtTicks
      if (startedAt !== undefined) found.set(pid, startedAt)
    }
    if (found.size === 0) throw new Error('there is no such process')
    this.#misses = 0
    return found
  }

  /** Not somebody new under an old number. */
  #isSame(pid: number, startedAt: number): boolean {
    return readStat(this.#proc, pid)?.startedAtTicks === startedAt
  }

  #figures(tree: ReadonlyMap<number, ProcessStat>): MonitorFigure[] {
    const figures: MonitorFigure[] = []
    const add = (metric: string, unit: MonitorUnit, value: number | undefined): void => {
      if (value !== undefined && Number.isFinite(value)) figures.push({ metric, unit, value })
    }
    const all = [...tree.values()]
    const cpuSec = this.#rates.perSec(
      'cpu',
      sum(all, (each) => each.cpuSec),
    )
    add('cpu', '%', cpuSec === undefined ? undefined : cpuSec * 100)
    add(
      'memory',
      'bytes',
      sum(all, (each) => each.memoryBytes),
    )
    const [root] = tree.keys()
    const cgroups = this.#options.cgroups ?? '/sys/fs/cgroup'
    const group = root === undefined ? undefined : readCgroup(this.#proc, cgroups, root)
    if (group !== undefined) this.#addGroup(group, add)
    add(
      'threads',
      '',
      sum(all, (each) => each.threads),
    )
    const descriptors = known([...tree.keys()].map((pid) => readDescriptors(this.#proc, pid)))
    if (descriptors.length > 0) {
      add(
        'descriptors',
        '',
        sum(descriptors, (each) => each.open),
      )
      const fullest = Math.max(...descriptors.map(({ open, limit }) => open / limit))
      add('descriptorsUsed', '%', fullest * 100)
    }
    add('processes', '', all.length)
    const disk = known([...tree.keys()].map((pid) => readDiskBytes(this.#proc, pid)))
    if (disk.length > 0) {
      add(
        'diskRead',
        'bytes/s',
        this.#rates.perSec(
          'read',
          sum(disk, (each) => each.read),
        ),
      )
      add(
        'diskWrite',
        'bytes/s',
        this.#rates.perSec(
          'write',
          sum(disk, (each) => each.written),
        ),
      )
    }
    return figures
  }

  #addGroup(
    { periods, throttled, memoryBytes, memoryLimitBytes }: CgroupFigures,
    add: (metric: string, unit: MonitorUnit, value: number | undefined) => void,
  ): void {
    const of = this.#rates.growth('periods', periods)
    const stopped = this.#rates.growth('throttled', throttled)
    if (of !== undefined && stopped !== undefined && of > 0) {
      add('throttled', '%', (stopped / of) * 100)
    }
    add(
      'memoryUsed',
      '%',
      memoryLimitBytes > 0 ? (memoryBytes / memoryLimitBytes) * 100 : undefined,
    )
  }
}

function sum<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((total, each) => total + of(each), 0)
}

function known<T>(all: readonly (T | undefined)[]): T[] {
  return all.filter((each) => each !== undefined)
}

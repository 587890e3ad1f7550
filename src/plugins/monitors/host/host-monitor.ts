/**
 * The machine that this process runs on (Linux): CPU of all cores together, load, memory, how long work waited for CPU, memory or disks
 * (pressure stall information, as the share of the last second), and bytes over its networks without the loopback. What a
 * kernel does not tell is left out. Costs about 0.2 ms per reading.
 */
import { readFileSync } from 'node:fs'
import type { Monitor, MonitorFigure, MonitorUnit } from '../../../contracts/monitor.ts'
import { CounterRates } from '../../../kernel/counter-rates.ts'

export class HostMonitor implements Monitor {
  readonly name: string
  readonly source = 'host'
  readonly #rates = new CounterRates()
  readonly #nowMs: () => number
  readonly #proc: string

  /** `proc`: for tests, where /proc is. */
  constructor(options: { name: string; nowMs: () => number; proc?: string }) {
    this.name = options.name
    this.#nowMs = options.nowMs
    this.#proc = options.proc ?? '/proc'
  }

  async read(): Promise<readonly MonitorFigure[]> {
    const stat = this.#text('stat')
    if (stat === undefined) throw new Error('this system has no /proc')
    this.#rates.begin(this.#nowMs())
    const figures: MonitorFigure[] = []
    const add = (metric: string, unit: MonitorUnit, value: number | undefined): void => {
      if (value !== undefined && Number.isFinite(value)) figures.push({ metric, unit, value })
    }
    add('cpu', '%', this.#cpu(stat))
    add('load', '', numberIn(this.#text('loadavg'), /^(\S+)/))
    add('memoryUsed', '%', memoryUsed(this.#text('meminfo')))
    for (const [metric, file] of PRESSURES) {
      const waitedUs = numberIn(this.#text(`pressure/${file}`), /^some .*total=(\d+)/)
      if (waitedUs === undefined) continue
      const perSec = this.#rates.perSec(metric, waitedUs)
      add(metric, '%', perSec === undefined ? undefined : perSec / 10_000)
    }
    const { received, sent } = networkBytes(this.#text('net/dev') ?? '')
    add('networkIn', 'bytes/s', this.#rates.perSec('received', received))
    add('networkOut', 'bytes/s', this.#rates.perSec('sent', sent))
    return figures
  }

  close(): void {}

  /** The first line adds up all cores: user, nice, system, idle, iowait, irq, softirq, steal; what follows is in user already. */
  #cpu(stat: string): number | undefined {
    const ticks = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').slice(0, 8).map(Number) ?? []
    const [, , , idle = 0, waiting = 0] = ticks
    const all = this.#rates.growth(
      'ticks',
      ticks.reduce((total, each) => total + each, 0),
    )
    const unused = this.#rates.growth('idle', idle + waiting)
    if (all === undefined || unused === undefined || all === 0) return undefined
    return Math.max(0, (1 - unused / all) * 100)
  }

  #text(file: string): string | undefined {
    try {
      return readFileSync(`${this.#proc}/${file}`, 'utf8')
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      // Kernels without it, or with it turned off: no such figure.
      if (['ENOENT', 'EACCES', 'EOPNOTSUPP', 'ENOTDIR'].includes(code)) return undefined
      throw error
    }
  }
}

const PRESSURES = [
  ['cpuPressure', 'cpu'],
  ['memoryPressure', 'memory'],
  ['ioPressure', 'io'],
] as const

function memoryUsed(meminfo: string | undefined): number | undefined {
  const total = numberIn(meminfo, /^MemTotal: +(\d+)/m)
  const available = numberIn(meminfo, /^MemAvailable: +(\d+)/m)
  return total === undefined || available === undefined ? undefined : (1 - available / total) * 100
}

/** Two lines of heads, then `name: received-bytes seven-others sent-bytes …`. */
function networkBytes(text: string): { received: number; sent: number } {
  const sums = { received: 0, sent: 0 }
  for (const line of text.split('\n').slice(2)) {
    const [name, rest = ''] = line.split(':')
    if (name?.trim() === 'lo') continue
    const fields = rest.trim().split(/\s+/)
    sums.received += Number(fields[0] ?? 0)
    sums.sent += Number(fields[8] ?? 0)
  }
  return sums
}

function numberIn(text: string | undefined, pattern: RegExp): number | undefined {
  const found = pattern.exec(text ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}

/**
 * Workers that come while a run goes on. Each is prepared like any other, and when it is ready it gets its part from an instant in
 * the near future on: a lost worker's share in reverse.
 *
 *   late ── hello, pings ──▶ prepared ── ready, run goes on ──▶ start of old, all changes since, new shares for all
 *        any of them ── script fails there, the run ends, or soon will ──▶ sent away; the run goes on as it was
 *
 * What one of them does wrong before it has a part is its own business: no run fails because somebody wanted to help.
 */
import type { RunEvent } from '../../contracts/output.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { Command } from '../../contracts/wire.ts'
import { JOIN_LEAD_MS, JOIN_WORTH_MS } from '../wire/timing.ts'
import type { RemoteWorker } from './remote-worker.ts'
import type { WorkerSet } from './worker-set.ts'

export interface LateDeps {
  readonly workers: WorkerSet
  /** Run clock; NaN before the start was agreed. */
  nowMs(): number
  /** On the coordinator's wall clock. */
  startEpochMs(): number
  isRunning(): boolean
  /** On the run clock; null: nobody knows. */
  endMs(): number | null
  /** Tells all workers their shares, so long ahead at least; from when on. */
  tellShares(leadMs: number): number
  say(event: Pick<RunEvent, 'kind' | 'level' | 'text'>): void
}

export class LateWorkers {
  /** Worker → from when on it has its part, run clock. */
  readonly joinedMs = new Map<number, number>()
  readonly #deps: LateDeps
  /** Changes of the load, for those who come later; as many as a run may have. */
  readonly #changes: Command[] = []

  constructor(deps: LateDeps) {
    this.#deps = deps
  }

  /** A change that all workers were told. */
  remember(change: Command): void {
    this.#changes.push(change)
  }

  /** It has loaded the script. */
  ready(worker: RemoteWorker): void {
    worker.state = 'ready'
    if (this.#deps.isRunning()) this.#admit(worker)
  }

  /** The run begins: for those who were late for its beginning. */
  begin(): void {
    for (const worker of this.#deps.workers.late) if (worker.state === 'ready') this.#admit(worker)
  }

  failed(worker: RemoteWorker, { what, why }: Problem): void {
    this.#say('warn', `${nameOf(worker)} wanted to join and could not: ${what} (${why}).`)
    this.#sendAway(worker)
  }

  /** The run ends: those without a part have nothing to do with it. */
  dismiss(): void {
    for (const worker of this.#deps.workers.late) this.#sendAway(worker)
  }

  #admit(worker: RemoteWorker): void {
    const { workers, nowMs, endMs, startEpochMs, tellShares } = this.#deps
    const leftMs = (endMs() ?? Number.POSITIVE_INFINITY) - nowMs()
    if (leftMs < JOIN_WORTH_MS) {
      this.#sendAway(worker)
      return
    }
    worker.send({ type: 'start', atEpochMs: startEpochMs(), offsetMs: worker.offsetMs })
    for (const change of this.#changes) worker.send(change)
    workers.join(worker)
    const fromMs = tellShares(JOIN_LEAD_MS)
    this.joinedMs.set(worker.index, fromMs)
    const others = workers.loaded.length - 1
    const text = `${nameOf(worker)} joins: it takes its part of the load from ${others === 1 ? 'the other worker' : `the other ${others} workers`} from ${(fromMs / 1_000).toFixed(1)} s on.`
    this.#say('info', text)
  }

  #sendAway(worker: RemoteWorker): void {
    worker.send({ type: 'stop', reason: 'finished', graceMs: 0 })
    worker.state = 'done'
  }

  #say(level: RunEvent['level'], text: string): void {
    this.#deps.say({ kind: 'worker-started', level, text })
  }
}

const nameOf = ({ index, host }: RemoteWorker): string =>
  host === '' ? `Worker ${index}` : `Worker ${index} (${host})`

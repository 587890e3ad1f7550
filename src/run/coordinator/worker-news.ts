/**
 * What people are told of workers that live: the line to them is down, or what they measured does not come, or they cannot keep up. Each is
 * said once. While the line is down nobody's silence counts, for as long as workers go on without a coordinator.
 */
import type { Window } from '../../contracts/window.ts'
import type { Transport } from '../../contracts/wire.ts'
import {
  COORDINATOR_SILENT_MS,
  HEARTBEAT_MS,
  INTERRUPTED_MS_MAX,
  UNREPORTED_MS,
} from '../wire/timing.ts'
import type { Aggregator } from './aggregator.ts'
import type { LateWorkers } from './late-workers.ts'
import { OVERLOADED_WINDOWS, Overload } from './overload.ts'
import type { RunLog } from './run-log.ts'
import type { WorkerSet } from './worker-set.ts'

export interface WorkerNewsDeps {
  readonly transport: Transport
  readonly workers: WorkerSet
  readonly late: LateWorkers
  readonly aggregator: Aggregator
  readonly log: RunLog
  /** Run clock, ms. */
  nowMs(): number
}

export class WorkerNews {
  readonly #deps: WorkerNewsDeps
  readonly #overload = new Overload()
  readonly #unreported = new Set<number>()
  #interruptedMs = 0

  constructor(deps: WorkerNewsDeps) {
    this.#deps = deps
  }

  /** Once per heartbeat, before the silent are lost. */
  beat(): void {
    const { transport, workers, log } = this.#deps
    if (transport.interrupted !== true) {
      if (this.#interruptedMs > 0) {
        // They find their way back one after another.
        workers.hearAll()
        const sec = (this.#interruptedMs / 1_000).toFixed(1)
        log.say('log', 'warn', `The line to the workers is back after ${sec} s.`)
      }
      this.#interruptedMs = 0
      return
    }
    if (this.#interruptedMs === 0) {
      const text = `The line to the workers is down. They go on with the plan, for ${COORDINATOR_SILENT_MS / 1_000} s at most.`
      log.say('log', 'warn', text)
    }
    this.#interruptedMs += HEARTBEAT_MS
    if (this.#interruptedMs < INTERRUPTED_MS_MAX) workers.hearAll()
  }

  /** Once per heartbeat, after the silent are lost. */
  sayUnreported(): void {
    const { transport, workers, late, aggregator, log, nowMs } = this.#deps
    if (transport.interrupted === true) return
    for (const { index } of workers.loaded) {
      const sinceMs = Math.max(aggregator.reportedMs(index), late.joinedMs.get(index) ?? 0)
      const waitsMs = nowMs() - sinceMs
      if (waitsMs < UNREPORTED_MS || this.#unreported.has(index)) continue
      this.#unreported.add(index)
      const text = `${this.#nameOf(index)} lives, and what it measured has not come for ${(waitsMs / 1_000).toFixed(0)} s: it waits there. Is the disk of the server between us full?`
      log.say('log', 'error', text)
    }
  }

  window({ workers }: Window): void {
    for (const index of this.#overload.add(workers)) {
      const text = `${this.#nameOf(index)} cannot keep up: it was never idle for ${OVERLOADED_WINDOWS} s. What it does is late; more workers would share it.`
      this.#deps.log.say('log', 'warn', text)
    }
  }

  #nameOf(index: number): string {
    const host = this.#deps.workers.workers[index]?.host ?? ''
    return host === '' ? `Worker ${index}` : `Worker ${index} (${host})`
  }
}

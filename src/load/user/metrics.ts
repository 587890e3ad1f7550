/**
 * Custom metrics, as scripts tell them: `this.metrics.count('orders')`. One object per worker, shared by its users; a value costs two
 * map look-ups. They say something about the test or the business, never about requests, and enter no total of those.
 * A wrong value throws a TypeError at once, because a NaN that was summed up can no longer be found.
 */
import type { MetricKind } from '../../contracts/snapshot.ts'
import type { WorkerContext } from '../../contracts/user.ts'

/** Beyond it a trend could not tell values apart any more. */
const TREND_MAX = 3_600_000

export class Metrics {
  readonly _worker: WorkerContext

  constructor(worker: WorkerContext) {
    this._worker = worker
  }

  /** Adds up: orders placed, bytes uploaded. Shown as sum and as sum per second. */
  count(name: string, by = 1): void {
    this._tell('counter', name, by, by >= 0 && by < Number.POSITIVE_INFINITY, '0 or more')
  }
  /** A level: items in stock, depth of a queue. Shown as the last value, with the lowest and highest. */
  gauge(name: string, value: number): void {
    this._tell('gauge', name, value, Number.isFinite(value), 'a finite number')
  }
  /** How often something was so: cache hits, orders with a discount. Shown as the share of `true`. */
  rate(name: string, hit: boolean): void {
    this._tell('rate', name, hit ? 1 : 0, typeof hit === 'boolean', 'true or false')
  }
  /** Values whose distribution matters: results per search, ms of a step. Shown as mean and percentiles, exact to 0.4 % or 0.001. */
  trend(name: string, value: number): void {
    const fits = value >= 0 && value <= TREND_MAX
    this._tell('trend', name, value, fits, `0 … ${TREND_MAX} (choose a larger unit)`)
  }

  _tell(kind: MetricKind, name: string, value: number, valid: boolean, wanted: string): void {
    if (typeof name !== 'string' || name === '') throw new TypeError(`a ${kind} needs a name`)
    if (!valid || typeof value !== 'number') {
      throw new TypeError(`the ${kind} "${name}" takes ${wanted}, not ${String(value)}`)
    }
    const { metrics, clock, startedAtMs } = this._worker
    metrics?.measure(kind, name, value, clock.nowMs() - startedAtMs)
  }
}

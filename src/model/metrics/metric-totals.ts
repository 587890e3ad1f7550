/**
 * One custom metric, growing: in a worker as the script tells values, downstream as deltas are merged. It has the shape of a
 * delta, so that both are summarised by the same code. Merging is exact and its order does not matter, the latest value
 * of a gauge included.
 */
import type { MetricDelta, MetricKind } from '../../contracts/snapshot.ts'
import { asLogHistogram, LogHistogram } from './histogram.ts'

/** Histograms count whole millionths of what they were made for; a trend is kept in thousandths of its unit. */
export const TREND_SCALE = 1_000

export class MetricTotals implements MetricDelta {
  readonly kind: MetricKind
  readonly name: string
  readonly scenario?: string
  count = 0
  sum = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  last = Number.NaN
  lastAtMs = Number.NEGATIVE_INFINITY
  readonly values: LogHistogram | undefined

  constructor(kind: MetricKind, name: string, scenario?: string) {
    this.kind = kind
    this.name = name
    if (scenario !== undefined) this.scenario = scenario
    this.values = kind === 'trend' ? new LogHistogram() : undefined
  }

  tell(value: number, atMs: number): void {
    this.values?.record(value * TREND_SCALE)
    this._grow(1, value, value, value, value, atMs)
  }

  /** Copies what it needs. */
  add(delta: MetricDelta): void {
    if (delta.values !== undefined) this.values?.mergeFrom(asLogHistogram(delta.values))
    this._grow(delta.count, delta.sum, delta.min, delta.max, delta.last, delta.lastAtMs)
  }

  _grow(count: number, sum: number, min: number, max: number, last: number, lastAtMs: number) {
    this.min = Math.min(this.min, min)
    this.max = Math.max(this.max, max)
    this.count += count
    this.sum += sum
    // Two workers at one instant: the larger value, so that the order of merging does not matter.
    if (lastAtMs > this.lastAtMs || (lastAtMs === this.lastAtMs && last > this.last)) {
      this.last = last
      this.lastAtMs = lastAtMs
    }
  }
}

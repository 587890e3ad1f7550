/** From counted custom metrics to the figures of `onrush.result/1`. null wherever a kind has no such figure. */
import type { MetricResult } from '../../contracts/result.ts'
import type { MetricDelta } from '../../contracts/snapshot.ts'
import { ratePerSec, toPercentiles } from './summary.ts'

/** `durationMs`: what the rate of a counter is taken over; the run's. */
export function toMetricResult(metric: MetricDelta, durationMs: number): MetricResult {
  const { kind, name, count, sum, min, max } = metric
  const hasRange = kind === 'gauge' || kind === 'trend'
  return {
    kind,
    name,
    count,
    value: figureOf(metric),
    ratePerSec: kind === 'counter' ? ratePerSec(sum, durationMs) : null,
    min: hasRange ? min : null,
    max: hasRange ? max : null,
    percentiles: metric.values === undefined ? null : toPercentiles(metric.values),
  }
}

function figureOf({ kind, count, sum, last }: MetricDelta): number {
  if (kind === 'counter') return sum
  if (kind === 'gauge') return last
  return kind === 'rate' ? (sum / count) * 100 : sum / count
}

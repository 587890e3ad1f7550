/**
 * An objective against what one trial measured: the value, its interval of 95 % and a verdict that may be "undecided". Percentiles
 * have intervals by order statistics, errors and checks by Wilson; other rules are judged by the value alone. Requests of one second
 * are not independent, so intervals are those of as many values as they are worth (`effectiveCount`).
 */
import type { ObjectiveResult } from '../../contracts/capacity.ts'
import type { Threshold } from '../../contracts/plan.ts'
import { bucketOf, type LogHistogram, upperEdgeUs } from '../metrics/histogram.ts'
import type { Tally } from '../metrics/span-tally.ts'
import { holds } from '../plan/threshold-verdict.ts'
import { effectiveCount, quantileRanks, type Verdict, wilson } from '../stats/intervals.ts'

/** Of one second: how many values, and how many on the failing side. */
export interface Batch {
  readonly count: number
  readonly hits: number
}
interface Interval {
  readonly low: number | null
  readonly high: number | null
}

/** `tally`: what was counted so far; undefined: nothing. `observed`: what the rule says of it, in its unit. */
export function readObjective(
  threshold: Threshold,
  tally: Tally | undefined,
  observed: number | null,
  batches: readonly Batch[],
): ObjectiveResult {
  const { rule, unit } = threshold
  const interval =
    tally === undefined || tally.count === 0 ? NONE : intervalOf(threshold, tally, batches)
  if (interval === undefined) {
    const verdict = observed === null ? 'undecided' : holds(observed, threshold) ? 'pass' : 'fail'
    return { rule, unit, observed, ...NONE, verdict }
  }
  return { rule, unit, observed, ...interval, verdict: verdictOf(interval, threshold) }
}

/** Values so far, and those on the failing side, of what a rule is about. */
export function hitsOf({ metric, limit }: Threshold, tally: Tally | undefined): Batch {
  if (tally === undefined) return { count: 0, hits: 0 }
  if (metric.kind !== 'percentile' || tally.histogram === null)
    return { count: tally.count, hits: tally.failed }
  return { count: tally.histogram.count, hits: countAbove(tally.histogram, limit * 1_000) }
}

const NONE: Interval = { low: null, high: null }

/** Undefined: of this kind of rule none is known. */
function intervalOf(
  { metric }: Threshold,
  tally: Tally,
  batches: readonly Batch[],
): Interval | undefined {
  const worth = effectiveCount(batches)
  switch (metric.kind) {
    case 'percentile': {
      const { histogram } = tally
      if (histogram === null || histogram.count === 0) return NONE
      const { lower, upper } = quantileRanks(worth, metric.percentile / 100)
      return { low: valueMs(histogram, lower, worth), high: valueMs(histogram, upper, worth) }
    }
    case 'errors':
    case 'checks': {
      const { low, high } = wilson((tally.failed / tally.count) * worth, worth)
      return metric.kind === 'errors'
        ? { low: low * 100, high: high * 100 }
        : { low: (1 - high) * 100, high: (1 - low) * 100 }
    }
    default:
      return undefined
  }
}

/** The value whose place among all is that of `rank` among `worth`. */
function valueMs(histogram: LogHistogram, rank: number | null, worth: number): number | null {
  if (rank === null) return null
  // Half a rank lower: the percentile takes the next value at or above.
  return histogram.percentileUs((Math.max(0, rank - 0.5) / worth) * 100) / 1_000
}

function verdictOf({ low, high }: Interval, threshold: Threshold): Verdict {
  const isUpper = threshold.operator === '<' || threshold.operator === '<='
  const [worst, best] = isUpper ? [high, low] : [low, high]
  if (worst !== null && holds(worst, threshold)) return 'pass'
  return best !== null && !holds(best, threshold) ? 'fail' : 'undecided'
}

/** Values in buckets that lie above the limit altogether: as precise as the histogram. */
function countAbove(histogram: LogHistogram, limitUs: number): number {
  if (histogram.count === 0 || histogram.maxUs <= limitUs) return 0
  let count = 0
  for (let bucket = bucketOf(limitUs); bucket <= bucketOf(histogram.maxUs); bucket++) {
    if (upperEdgeUs(bucket) > limitUs) count += histogram.countAt(bucket)
  }
  return count
}

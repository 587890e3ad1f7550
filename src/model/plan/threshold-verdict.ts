/**
 * From what was counted to what a rule says of it: the observed value in the unit of the rule, whether that is within the
 * limit, and by how much. Pure. Nothing measured is null, never 0, except for counts, where nothing is 0.
 */
import type { Threshold } from '../../contracts/plan.ts'
import type { Tally } from '../metrics/span-tally.ts'
import type { Reading } from './threshold-reading.ts'

/** `durationMs`: what rates are taken over. null: nothing was measured. */
export function observe(
  threshold: Pick<Threshold, 'metric' | 'unit'>,
  reading: Reading,
  durationMs: number,
): number | null {
  let highest: number | null = null
  for (const { now } of reading.parts.values()) {
    const value = observeTally(threshold, now, durationMs)
    if (value !== null && (highest === null || value > highest)) highest = value
  }
  if (highest !== null) return highest
  if (reading.otherwise !== undefined) return observe(threshold, reading.otherwise, durationMs)
  const countsFromZero = threshold.metric.kind === 'count' || isCountOfDropped(threshold)
  return countsFromZero ? 0 : null
}

export function holds(observed: number, { operator, limit }: Threshold): boolean {
  switch (operator) {
    case '<':
      return observed < limit
    case '<=':
      return observed <= limit
    case '>':
      return observed > limit
    case '>=':
      return observed >= limit
    case '==':
      return observed === limit
    case '!=':
      return observed !== limit
  }
}

/** Distance to the limit as a share of it, positive on the passing side. */
export function marginOf(observed: number, threshold: Threshold): number {
  const passed = holds(observed, threshold)
  const { limit, operator } = threshold
  if (limit === 0) return passed ? 0 : -1
  const distance = (observed - limit) / Math.abs(limit)
  if (operator === '<' || operator === '<=') return -distance
  if (operator === '>' || operator === '>=') return distance
  return passed ? Math.abs(distance) : -Math.abs(distance)
}

/** How far on the failing side, in the unit of the rule: of two observed values the one with more is the worse. */
export function badness(observed: number, { operator, limit }: Threshold): number {
  if (operator === '<' || operator === '<=') return observed - limit
  if (operator === '>' || operator === '>=') return limit - observed
  return operator === '==' ? Math.abs(observed - limit) : -Math.abs(observed - limit)
}

/** A number counted since the start only grows: what it has not reached yet, it may still reach. */
export function mayStillHold(threshold: Threshold, observed: number, reading: Reading): boolean {
  const { metric, operator, limit, overMs } = threshold
  const grows =
    metric.kind === 'count' ||
    metric.kind === 'failures' ||
    isCountOfDropped(threshold) ||
    isSumOfCounter(threshold, reading)
  if (!grows || overMs !== null) return false
  return operator === '>' || operator === '>=' || (operator === '==' && observed < limit)
}

/** May a rule that fails at `elapsedMs` stop the run? Only strictly after its delay. */
export function mayAbort(threshold: Threshold, elapsedMs: number): boolean {
  return threshold.abort && elapsedMs > threshold.delayMs
}

function observeTally(
  threshold: Pick<Threshold, 'metric' | 'unit'>,
  { count, failed, sum, last, lastAtMs, min, max, histogram }: Tally,
  durationMs: number,
): number | null {
  const { metric, unit } = threshold
  if (metric.kind === 'count') return count
  // What has a reading was measured before: from then on silence is a rate of 0.
  if (metric.kind === 'rate') return perSec(count, durationMs)
  if (isCountOfDropped(threshold)) return failed
  if (count === 0) return null
  if ('of' in metric) {
    return histogram === null || histogram.count === 0 ? null : timedMs(metric, histogram)
  }
  switch (metric.kind) {
    case 'errors':
    case 'dropped':
      return (failed / count) * 100
    case 'failures':
      return failed
    case 'checks':
      return ((count - failed) / count) * 100
    case 'metric':
      if (metric.type === 'rate') return ((count - failed) / count) * 100
      if (Number.isFinite(lastAtMs)) return last
      return unit === '/s' ? perSec(sum, durationMs) : sum
    case 'phase':
      return sum / count / 1_000
    case 'cpu':
      return (sum / count) * 100
    case 'monitor':
      return { avg: sum / count, min, max }[metric.statistic]
  }
}

function timedMs(
  metric: Extract<Threshold['metric'], { readonly of: unknown }>,
  histogram: NonNullable<Tally['histogram']>,
): number {
  switch (metric.kind) {
    case 'min':
      return histogram.minUs / 1_000
    case 'max':
      return histogram.maxUs / 1_000
    case 'avg':
      return histogram.sumUs / histogram.count / 1_000
    case 'percentile':
      return histogram.percentileUs(metric.percentile) / 1_000
  }
}

function perSec(count: number, durationMs: number): number | null {
  return durationMs > 0 ? count / (durationMs / 1_000) : null
}

/** What was told tells a counter from a gauge, where the rule does not. */
function isSumOfCounter({ metric, unit }: Threshold, reading: Reading): boolean {
  if (metric.kind !== 'metric' || unit === '/s' || metric.type === 'rate') return false
  return [...reading.parts.values()].every(({ now }) => !Number.isFinite(now.lastAtMs))
}

function isCountOfDropped({ metric, unit }: Pick<Threshold, 'metric' | 'unit'>): boolean {
  return metric.kind === 'dropped' && unit === ''
}

/**
 * A trend that single outliers do not move: the median slope of all pairs of points, with Sen's interval of 95 % around it
 * (Kendall's variance, corrected for values that occur more than once). On top of it the question that matters for a load
 * test: is this series steady? Looks at every pair, so O(n²) in time and memory; `isSteady` folds longer series first.
 */
import { STEADY_POINTS_MAX } from '../../kernel/limits.ts'
import { mean } from './mean.ts'
import { batchMeans } from './mser.ts'

export interface Trend {
  /** Per unit of x. NaN, as the interval, when no two points differ in x. */
  readonly slope: number
  readonly low: number
  readonly high: number
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959964
/** A trend that moves the mean by less over the whole series is of no consequence, however certain it is. */
export const DRIFT_RATIO_MAX = 0.05

/** `x` and `y` of equal length. */
export function theilSen(x: readonly number[], y: readonly number[]): Trend {
  const slopes = pairSlopes(x, y)
  const count = slopes.length
  if (count === 0) return { slope: Number.NaN, low: Number.NaN, high: Number.NaN }
  const middle = count >> 1
  const slope = count % 2 === 1 ? slopes[middle]! : (slopes[middle - 1]! + slopes[middle]!) / 2
  const spread = Z * Math.sqrt(Math.max(0, kendallVariance(x, y)))
  const low = Math.max(0, Math.round((count - spread) / 2) - 1)
  const high = Math.min(count - 1, Math.round((count + spread) / 2))
  return { slope, low: slopes[low]!, high: slopes[high]! }
}

/** Does the trend leave the mean where it is: may it be none at all, or is the drift too small to matter? */
export function isFlat(trend: Trend, x: readonly number[], y: readonly number[]): boolean {
  if (Number.isNaN(trend.slope) || (trend.low <= 0 && trend.high >= 0)) return true
  const range = x.reduce((a, b) => Math.max(a, b)) - x.reduce((a, b) => Math.min(a, b))
  return Math.abs(trend.slope) * range < DRIFT_RATIO_MAX * Math.abs(mean(y))
}

/**
 * The same for values at equal distances. Of more than `STEADY_POINTS_MAX` values, means of so many neighbours are looked at
 * that no more points are left: a trend over the whole series is in them as well, and the cost stays that of a short one.
 */
export function isSteady(values: readonly number[]): boolean {
  const y = batchMeans(values, Math.max(1, Math.ceil(values.length / STEADY_POINTS_MAX)))
  const x = y.map((_, index) => index)
  return isFlat(theilSen(x, y), x, y)
}

/** In ascending order; pairs with the same x have none. */
function pairSlopes(x: readonly number[], y: readonly number[]): Float64Array {
  const slopes = new Float64Array((x.length * (x.length - 1)) / 2)
  let count = 0
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) {
      const distance = x[j]! - x[i]!
      if (distance !== 0) slopes[count++] = (y[j]! - y[i]!) / distance
    }
  }
  return slopes.subarray(0, count).sort()
}

function kendallVariance(x: readonly number[], y: readonly number[]): number {
  const term = (n: number): number => n * (n - 1) * (2 * n + 5)
  const ties = [...tieCounts(x), ...tieCounts(y)].reduce((sum, n) => sum + term(n), 0)
  return (term(x.length) - ties) / 18
}

function tieCounts(values: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].filter((count) => count > 1)
}

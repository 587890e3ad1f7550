/**
 * How sure a figure is that was counted: 95 % intervals of a percentile (by order statistics: which ranks of the sorted values
 * enclose it, whatever their distribution) and of a share (Wilson's). A verdict against a bound has three values: it holds, it does
 * not, or so few values cannot tell. Values are taken as independent; who knows better hands in a smaller count.
 */
import { binomialCdf } from './beta.ts'

export type Verdict = 'pass' | 'fail' | 'undecided'

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959964
const TAIL = 0.025

export interface Ranks {
  /** From 1; null: so few values have no such bound. */
  readonly lower: number | null
  readonly upper: number | null
}

/** Ranks among `count` sorted values between which the `quantile` (0 … 1) lies with 95 %. */
export function quantileRanks(count: number, quantile: number): Ranks {
  const lower = smallestRank(count, quantile, TAIL)
  const upper = smallestRank(count, quantile, 1 - TAIL) + 1
  return { lower: lower >= 1 ? lower : null, upper: upper <= count ? upper : null }
}

/** Fewest values that give a `quantile` any upper bound of 95 %, one-sided. */
export function minimumCount(quantile: number): number {
  return Math.ceil(Math.log(0.05) / Math.log(quantile))
}

export interface Share {
  readonly low: number
  readonly high: number
}

/** Of `hits` among `count`; of nothing, anything is possible. */
export function wilson(hits: number, count: number): Share {
  if (count === 0) return { low: 0, high: 1 }
  const share = hits / count
  const z2 = Z * Z
  const middle = share + z2 / (2 * count)
  const spread = Z * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count * count))
  const scale = 1 + z2 / count
  return {
    low: hits === 0 ? 0 : Math.max(0, (middle - spread) / scale),
    high: hits === count ? 1 : Math.min(1, (middle + spread) / scale),
  }
}

/**
 * How many independent values so many dependent ones are worth. Requests of one second share a queue and are slow together: how far
 * the shares of slow ones differ between batches, against what chance alone would do, says how much they repeat each other.
 */
export function effectiveCount(
  batches: readonly { readonly count: number; readonly hits: number }[],
): number {
  const filled = batches.filter((each) => each.count > 0)
  const count = filled.reduce((sum, each) => sum + each.count, 0)
  const hits = filled.reduce((sum, each) => sum + each.hits, 0)
  const share = hits / count
  if (filled.length < 2 || share === 0 || share === 1) return count
  const squares = filled.reduce((sum, each) => sum + (each.hits - share * each.count) ** 2, 0)
  const byChance = count * share * (1 - share)
  const inflation = ((squares / byChance) * filled.length) / (filled.length - 1)
  return Math.max(1, Math.floor(count / Math.max(1, inflation)))
}

/** Smallest k with P(at most k of `count` below the quantile) ≥ `probability`. */
function smallestRank(count: number, quantile: number, probability: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (binomialCdf(middle, count, quantile) >= probability) high = middle
    else low = middle + 1
  }
  return low
}

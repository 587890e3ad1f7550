/**
 * Are the values of one sample larger than those of another, whatever their distribution? Mann and Whitney's U counts the pairs in
 * which they are. Exact while no two values are equal and the samples are small; else by the normal distribution, corrected for
 * ties and continuity. Takes values as independent: hand in one per block of a run, never single requests. O(n² m) when exact.
 */
import { normalTail } from './gamma.ts'
import { pooledRanks } from './ranks.ts'

export interface RankTest {
  /** Pairs with a > b; those that are equal count half. */
  readonly u: number
  readonly method: 'exact' | 'asymptotic'
  readonly pValues: PValues
}

/** That chance alone makes U so extreme; `greater`: a is larger than b. */
export interface PValues {
  readonly twoSided: number
  readonly greater: number
  readonly less: number
}

/** Of each sample: up to here every count is a whole number below 2^53. Larger ones are as good as normally distributed. */
const EXACT_MAX = 30

/** Of empty samples nothing is known: every p is 1. */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  const [n, m] = [a.length, b.length]
  const { sumOfFirst, ties } = pooledRanks(a, b)
  const u = sumOfFirst - (n * (n + 1)) / 2
  if (n === 0 || m === 0)
    return { u, method: 'asymptotic', pValues: { twoSided: 1, greater: 1, less: 1 } }
  if (ties.length === 0 && n <= EXACT_MAX && m <= EXACT_MAX)
    return { u, method: 'exact', pValues: exactP(u, n, m) }
  return { u, method: 'asymptotic', pValues: normalP(u, n, m, ties) }
}

function exactP(u: number, n: number, m: number): PValues {
  const ways = waysOfU(n, m)
  const all = ways.reduce((sum, each) => sum + each, 0)
  const upTo = (k: number): number =>
    ways.slice(0, Math.max(0, k + 1)).reduce((sum, each) => sum + each, 0) / all
  // The distribution is symmetric, and the lower tail has the digits.
  const [less, greater] = [upTo(u), upTo(n * m - u)]
  return { less, greater, twoSided: Math.min(1, 2 * Math.min(less, greater)) }
}

/** In how many of all orders U is 0, 1, 2 …: coefficients of the Gaussian binomial. */
function waysOfU(n: number, m: number): Float64Array {
  const ways = new Float64Array(n * m + 1)
  ways[0] = 1
  for (let i = 1; i <= n; i++) {
    for (let k = n * m; k >= m + i; k--) ways[k]! -= ways[k - m - i]!
    for (let k = i; k <= n * m; k++) ways[k]! += ways[k - i]!
  }
  return ways
}

function normalP(u: number, n: number, m: number, ties: readonly number[]): PValues {
  const count = n + m
  const tied = ties.reduce((sum, t) => sum + t ** 3 - t, 0)
  const variance = ((n * m) / 12) * (count + 1 - tied / (count * (count - 1)))
  const off = u - (n * m) / 2
  const tail = (distance: number): number =>
    variance > 0 ? normalTail((distance - 0.5) / Math.sqrt(variance)) : distance > 0 ? 0 : 1
  const twoSided = variance > 0 ? Math.min(1, 2 * tail(Math.abs(off))) : 1
  return { twoSided, greater: tail(off), less: tail(-off) }
}

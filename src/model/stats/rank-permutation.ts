/**
 * Mann and Whitney's question for few values among which some are equal, where neither the exact distribution nor the normal one
 * holds: every way to deal the values to the two samples is tried. Grows like the binomial coefficient; refuses beyond
 * `ASSIGNMENTS_MAX`.
 */
import { pooledRanks } from './ranks.ts'

export interface PermutationTest {
  readonly u: number
  readonly pValues: { readonly twoSided: number; readonly greater: number; readonly less: number }
  /** How many ways there are. */
  readonly assignments: number
}

const ASSIGNMENTS_MAX = 200_000

/** Undefined when there are too many ways. */
export function rankPermutation(
  a: readonly number[],
  b: readonly number[],
): PermutationTest | undefined {
  const values = [...a, ...b]
  const assignments = chooseCount(values.length, a.length)
  if (assignments > ASSIGNMENTS_MAX) return undefined
  const ranks = values.map((_, index) => rankOf(values, index))
  const least = (a.length * (a.length + 1)) / 2
  const u = pooledRanks(a, b).sumOfFirst - least
  const middle = (a.length * b.length) / 2
  const counts = { twoSided: 0, greater: 0, less: 0 }
  const deal = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      const other = sum - least
      if (Math.abs(other - middle) >= Math.abs(u - middle)) counts.twoSided++
      if (other >= u) counts.greater++
      if (other <= u) counts.less++
      return
    }
    for (let next = from; next <= values.length - left; next++) {
      deal(next + 1, left - 1, sum + ranks[next]!)
    }
  }
  deal(0, a.length, 0)
  const { twoSided, greater, less } = counts
  return {
    u,
    pValues: {
      twoSided: twoSided / assignments,
      greater: greater / assignments,
      less: less / assignments,
    },
    assignments,
  }
}

/** Halves where values are equal, so sums of them are exact. */
function rankOf(values: readonly number[], index: number): number {
  const below = values.filter((each) => each < values[index]!).length
  const equal = values.filter((each) => each === values[index]!).length
  return below + (equal + 1) / 2
}

function chooseCount(n: number, k: number): number {
  let ways = 1
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i
  return Math.round(ways)
}

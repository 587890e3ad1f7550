/**
 * Do two samples come from one distribution, of any shape? The largest distance of their steps, and how often chance makes one so
 * large: counted over all orders as paths in a grid that never leave a band. Exact without ties; O(n m).
 */

export interface KolmogorovSmirnov {
  readonly d: number
  /** Two-sided. */
  readonly pValue: number
}

/** Of samples that are not empty. */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): KolmogorovSmirnov {
  const [n, m] = [a.length, b.length]
  const steps = largestGap(a, b)
  return { d: steps / (n * m), pValue: 1 - shareWithin(n, m, steps) }
}

/** |i/n − j/m| in whole units of 1/(n m), so that equal distances are equal. */
function largestGap(a: readonly number[], b: readonly number[]): number {
  const [n, m] = [a.length, b.length]
  return [...a, ...b].reduce((largest, at) => {
    const i = a.filter((each) => each <= at).length
    const j = b.filter((each) => each <= at).length
    return Math.max(largest, Math.abs(i * m - j * n))
  }, 0)
}

/** Of all paths from (0, 0) to (n, m), the share on which the gap stays below `limit`. Shares on the way too, as their numbers are large. */
function shareWithin(n: number, m: number, limit: number): number {
  let row = new Float64Array(m + 1)
  for (let i = 0; i <= n; i++) {
    const next = new Float64Array(m + 1)
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= limit) continue
      // Of all paths to (i, j), so many come from the left, and so many from below.
      const left = i === 0 ? 0 : row[j]! * (i / (i + j))
      const below = j === 0 ? 0 : next[j - 1]! * (j / (i + j))
      next[j] = i + j === 0 ? 1 : left + below
    }
    row = next
  }
  return row[m]!
}

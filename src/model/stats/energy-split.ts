/**
 * Where a series is best cut in two: the energy statistic of E-divisive means, which is large where the values before and after
 * are far from each other and near among themselves. The part after the cut may end before the series does, so that a level
 * that was left again is seen as well. Sums of distances are read from one table of n² numbers; O(n²) per stretch.
 */

export interface Split {
  /** First index of the new level. */
  readonly index: number
  readonly q: number
}

export class EnergySplit {
  readonly #size: number
  /** `#sums[i × size + j]`: of all |x_k − x_l| with k < i and l < j. */
  readonly #sums: Float64Array

  constructor(values: ArrayLike<number>) {
    const count = values.length
    const size = count + 1
    const sums = new Float64Array(size * size)
    for (let i = 0; i < count; i++) {
      let row = 0
      for (let j = 0; j < count; j++) {
        row += Math.abs(values[i]! - values[j]!)
        sums[(i + 1) * size + j + 1] = sums[i * size + j + 1]! + row
      }
    }
    this.#size = size
    this.#sums = sums
  }

  /** The best cut within [from, to); undefined for fewer than two values. */
  best(from: number, to: number): Split | undefined {
    let best: Split | undefined
    for (let index = from + 1; index < to; index++) {
      for (let end = index + 1; end <= to; end++) {
        const q = this.#q(from, index, end)
        if (best === undefined || q > best.q) best = { index, q }
      }
    }
    return best
  }

  #q(from: number, index: number, end: number): number {
    const [n, m] = [index - from, end - index]
    const between = this.#sum(from, index, index, end)
    const before = n < 2 ? 0 : ((m / (n - 1)) * this.#sum(from, index, from, index)) / 2
    const after = m < 2 ? 0 : ((n / (m - 1)) * this.#sum(index, end, index, end)) / 2
    return (2 / (n + m)) * (between - before - after)
  }

  #sum(fromRow: number, toRow: number, fromColumn: number, toColumn: number): number {
    const [sums, size] = [this.#sums, this.#size]
    const below = sums[toRow * size + toColumn]! - sums[toRow * size + fromColumn]!
    const above = sums[fromRow * size + toColumn]! - sums[fromRow * size + fromColumn]!
    return below - above
  }
}

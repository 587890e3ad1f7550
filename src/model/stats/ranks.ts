/** Ranks of two samples thrown together, which is all that rank tests know of the values. */

export interface PooledRanks {
  /** Of the first sample's values: those that are equal share the mean of their ranks. */
  readonly sumOfFirst: number
  /** How many values each tie has; none when all differ. */
  readonly ties: readonly number[]
}

/** From 1, in ascending order. O(n log n). */
export function pooledRanks(a: readonly number[], b: readonly number[]): PooledRanks {
  const values = [...a, ...b]
  const order = values.map((_, index) => index).sort((i, j) => values[i]! - values[j]!)
  const ties: number[] = []
  let sumOfFirst = 0
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    const rank = (from + 1 + to) / 2
    for (let i = from; i < to; i++) if (order[i]! < a.length) sumOfFirst += rank
    if (to - from > 1) ties.push(to - from)
    from = to
  }
  return { sumOfFirst, ties }
}

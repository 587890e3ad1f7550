/** How far one sample lies beyond another, in the terms that go with a rank test: sizes beside its p values. O(n m log n m). */

export interface PairEffects {
  /** Median of all differences a − b. */
  readonly hodgesLehmann: number
  /** P(a > b) − P(a < b): 1 when every a is larger, 0 when neither is. */
  readonly cliffsDelta: number
  /** P(a > b), equal ones counted half. */
  readonly a12: number
}

/** Of samples that are not empty. */
export function pairEffects(a: readonly number[], b: readonly number[]): PairEffects {
  const differences = new Float64Array(a.length * b.length)
  let count = 0
  let larger = 0
  let smaller = 0
  for (const x of a) {
    for (const y of b) {
      differences[count++] = x - y
      if (x > y) larger++
      else if (x < y) smaller++
    }
  }
  differences.sort()
  const middle = count >> 1
  const hodgesLehmann =
    count % 2 === 1 ? differences[middle]! : (differences[middle - 1]! + differences[middle]!) / 2
  return {
    hodgesLehmann,
    cliffsDelta: (larger - smaller) / count,
    a12: (larger + (count - larger - smaller) / 2) / count,
  }
}

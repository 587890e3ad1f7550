/**
 * Which task comes next, as pure functions of weights and a number in [0, 1): no state, no randomness of their own.
 * `cumulated[i]` is the sum of the weights 0 … i.
 */

/** Running sums. Weights that are not above 0 add nothing, so their task is never picked. */
export function cumulate(weights: readonly number[]): Float64Array {
  const cumulated = new Float64Array(weights.length)
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    sum += Math.max(0, weights[i]!)
    cumulated[i] = sum
  }
  return cumulated
}

/** The first index whose cumulated weight is above `uniform` · total; −1 when the total is 0. O(log n). */
export function pickIndex(cumulated: Float64Array, uniform: number): number {
  const total = cumulated.length === 0 ? 0 : cumulated[cumulated.length - 1]!
  if (total <= 0) return -1
  const limit = uniform * total
  let low = 0
  let high = cumulated.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (cumulated[middle]! > limit) high = middle
    else low = middle + 1
  }
  return low
}

/** Each index as often in a row as its weight says; the order a sequential set repeats. */
export function expand(weights: readonly number[]): number[] {
  const order: number[] = []
  for (let i = 0; i < weights.length; i++) {
    for (let times = 0; times < weights[i]!; times++) order.push(i)
  }
  return order
}

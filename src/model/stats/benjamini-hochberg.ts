/**
 * Many questions at once find something by chance: of a hundred comparisons with p ≤ 0.05 five are none. The adjusted p values
 * of Benjamini and Hochberg, compared with q, keep the expected share of false discoveries among all discoveries below q.
 */

/** In the order of `pValues`; none is below its own, none above 1. O(n log n). */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const count = pValues.length
  const order = pValues.map((_, index) => index).sort((i, j) => pValues[j]! - pValues[i]!)
  const adjusted = new Array<number>(count)
  let least = 1
  order.forEach((index, fromTop) => {
    least = Math.min(least, pValues[index]! * (count / (count - fromTop)))
    adjusted[index] = least
  })
  return adjusted
}

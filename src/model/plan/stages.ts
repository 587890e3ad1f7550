/** Finding the stage of a plan that something belongs to. */

/** Index of the last of the ascending `values` that is at most `limit`; −1 when none is. */
export function lastAtMost(values: readonly number[], limit: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}

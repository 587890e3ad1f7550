/**
 * Where a curve bends most, by Kneedle (Satopää 2011): scaled to a square and turned so that it rises and flattens, it is furthest above
 * the diagonal at its knee. The answer depends on the sensitivity that is chosen, so it is advice for a reader and decides nothing.
 */
export interface Curve {
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly curve: 'concave' | 'convex'
  readonly direction: 'increasing' | 'decreasing'
}

/** An x of the curve, or null when there is no knee. `x` ascending. */
export function kneedle({ x, y, curve, direction }: Curve, sensitivity = 1): number | null {
  const count = x.length
  const [xs, ys] = [scaled(x), scaled(y)]
  if (xs === undefined || ys === undefined) return null
  const turned =
    curve === 'concave'
      ? direction === 'increasing'
        ? ys
        : ys.toReversed()
      : direction === 'decreasing'
        ? ys.map((each) => 1 - each)
        : ys.map((each) => 1 - each).toReversed()
  const isReversed = (curve === 'concave') !== (direction === 'increasing')
  const above = turned.map((each, index) => each - xs[index]!)
  const meanStep = (xs[count - 1]! - xs[0]!) / (count - 1)
  let threshold = 0
  let candidate: number | undefined
  for (let i = 0; i < count; i++) {
    const [before, now, after] = [
      above[Math.max(0, i - 1)]!,
      above[i]!,
      above[Math.min(count - 1, i + 1)]!,
    ]
    if (candidate !== undefined && i > candidate && now < threshold) {
      return x[isReversed ? count - 1 - candidate : candidate]!
    }
    if (now >= before && now >= after) {
      candidate = i
      threshold = now - sensitivity * meanStep
    } else if (now <= before && now <= after) candidate = undefined
  }
  return null
}

/** To 0 … 1; undefined when all are equal. */
function scaled(values: readonly number[]): number[] | undefined {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return high > low ? values.map((each) => (each - low) / (high - low)) : undefined
}

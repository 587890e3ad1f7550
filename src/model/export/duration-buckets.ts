/**
 * Histograms with few, readable bounds for systems that keep those: our thousands of exact counts, added up. What fell into one of
 * our buckets counts below a bound when all of that bucket lies below it. So nothing is ever shown faster than it was, and what is
 * at most 0.4 % below a bound may count above it.
 */
import type { Histogram } from '../../contracts/snapshot.ts'
import { asLogHistogram, bucketOf, upperEdgeUs } from '../metrics/histogram.ts'

/** Upper bounds, ms, inclusive; part of what is documented. */
export const BOUNDS_MS = [
  1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000,
  7_500, 10_000, 15_000, 30_000, 60_000,
] as const

/** The last of our buckets below each bound. */
const LAST = BOUNDS_MS.map((boundMs) => {
  const bucket = bucketOf(boundMs * 1_000)
  return upperEdgeUs(bucket) <= boundMs * 1_000 ? bucket : bucket - 1
})

/** `counts[i]`: above bound i − 1 and up to bound i; the last one has what is above all bounds. */
export interface DurationBuckets {
  readonly counts: readonly number[]
  readonly count: number
  readonly sumMs: number
}

export function durationBuckets(given: Histogram): DurationBuckets {
  const histogram = asLogHistogram(given)
  const counts = new Array<number>(LAST.length + 1).fill(0)
  if (histogram.count > 0) {
    let place = 0
    const high = bucketOf(histogram.maxUs)
    for (let bucket = bucketOf(histogram.minUs); bucket <= high; bucket++) {
      while (place < LAST.length && bucket > LAST[place]!) place++
      counts[place]! += histogram.countAt(bucket)
    }
  }
  return { counts, count: histogram.count, sumMs: histogram.sumUs / 1_000 }
}

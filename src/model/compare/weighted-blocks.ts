/**
 * The figures of a series over any choice of its blocks, each taken any number of times: what a bootstrap asks for thousands of
 * times. Counts are summed up along the buckets once, beside each other by block, so that a percentile is a search of some five
 * steps with a short product at each: with 60 blocks 300 multiplications instead of merging 60 histograms.
 */
import { BUCKETS, nearestRank, upperEdgeUs } from '../metrics/histogram.ts'
import type { SeriesBlocks } from './series-blocks.ts'

export class WeightedBlocks {
  readonly #blocks: number
  readonly #minUs: number
  readonly #maxUs: number
  readonly #edgesUs: Float64Array
  /** `#upTo[row × blocks + block]`: responses up to the upper edge of row's bucket. */
  readonly #upTo: Float64Array
  readonly #requests: Float64Array
  readonly #failures: Float64Array
  readonly #sumUs: Float64Array
  readonly #responses: Float64Array
  /** Found last. */
  #row = 0

  constructor(series: SeriesBlocks) {
    const blocks = series.requests.length
    const rowOf = new Int32Array(BUCKETS).fill(-1)
    for (const { buckets } of series.counts) for (const bucket of buckets) rowOf[bucket] = 0
    let rows = 0
    rowOf.forEach((row, bucket) => {
      if (row === 0) rowOf[bucket] = rows++
    })
    const upTo = new Float64Array(rows * blocks)
    series.counts.forEach(({ buckets, counts }, block) => {
      buckets.forEach((bucket, index) => {
        upTo[rowOf[bucket]! * blocks + block] = counts[index]!
      })
    })
    for (let at = blocks; at < upTo.length; at++) upTo[at]! += upTo[at - blocks]!
    this.#blocks = blocks
    this.#minUs = series.minUs
    this.#maxUs = series.maxUs
    this.#edgesUs = new Float64Array(rows)
    rowOf.forEach((row, bucket) => {
      if (row >= 0) this.#edgesUs[row] = upperEdgeUs(bucket)
    })
    this.#upTo = upTo
    this.#requests = Float64Array.from(series.requests)
    this.#failures = Float64Array.from(series.failures)
    this.#sumUs = Float64Array.from(series.sumUs)
    this.#responses = upTo.slice(Math.max(0, upTo.length - blocks))
  }

  /** NaN when the chosen blocks have none, as all below. `times` from `from` on: how often each block is taken. */
  percentileMs(percent: number, times: Float64Array, from: number): number {
    const count = this.#count(times, from)
    if (count === 0) return Number.NaN
    const row = this.#rowOf(nearestRank(percent, count), times, from)
    return Math.min(Math.max(this.#edgesUs[row]!, this.#minUs), this.#maxUs) / 1_000
  }

  meanMs(times: Float64Array, from: number): number {
    return dot(this.#sumUs, 0, times, from, this.#blocks) / this.#count(times, from) / 1_000
  }

  /** Failures among requests. */
  errorRatio(times: Float64Array, from: number): number {
    const failures = dot(this.#failures, 0, times, from, this.#blocks)
    return failures / dot(this.#requests, 0, times, from, this.#blocks)
  }

  /** Requests of a mean block of the choice. Never NaN. */
  requestsPerBlock(times: Float64Array, from: number): number {
    let taken = 0
    for (let block = 0; block < this.#blocks; block++) taken += times[from + block]!
    return dot(this.#requests, 0, times, from, this.#blocks) / taken
  }

  /** The first row up to which there are `rank` responses. Looks around the one found last, for draws hardly differ. */
  #rowOf(rank: number, times: Float64Array, from: number): number {
    let [low, high] = [0, this.#edgesUs.length - 1]
    let row = this.#row
    for (let step = 1; low < high; step *= 2) {
      if (row < low || row >= high) row = (low + high) >> 1
      if (dot(this.#upTo, row * this.#blocks, times, from, this.#blocks) >= rank) {
        high = row
        row -= step
      } else {
        low = row + 1
        row += step
      }
    }
    this.#row = low
    return low
  }

  #count(times: Float64Array, from: number): number {
    if (this.#edgesUs.length === 0) return 0
    return dot(this.#responses, 0, times, from, this.#blocks)
  }
}

function dot(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  count: number,
): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += a[fromA + i]! * b[fromB + i]!
  return sum
}

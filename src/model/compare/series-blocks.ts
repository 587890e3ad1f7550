/**
 * One series of a run, block by block: how many requests, how many failed, and how their response times are distributed. Of a block
 * only buckets that are not empty are kept, so that hundreds of series fit.
 */
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import { asLogHistogram, BUCKETS, bucketOf, LogHistogram } from '../metrics/histogram.ts'

export type SeriesIdentity = Pick<SeriesDelta, 'kind' | 'method' | 'name' | 'tags'>

export interface SeriesBlocks extends SeriesIdentity {
  /** By block, as all below. */
  readonly requests: readonly number[]
  readonly failures: readonly number[]
  /** Of response times. */
  readonly sumUs: readonly number[]
  /** Of all blocks. */
  readonly minUs: number
  readonly maxUs: number
  readonly counts: readonly BucketCounts[]
}

/** Buckets that are not empty, in ascending order. */
export interface BucketCounts {
  readonly buckets: Uint16Array
  readonly counts: Float64Array
}

/** Grows by deltas, block by block. */
export class BlockedSeries {
  readonly #is: SeriesIdentity
  readonly #requests: number[] = []
  readonly #failures: number[] = []
  readonly #sumUs: number[] = []
  readonly #counts: BucketCounts[] = []
  readonly #response = new LogHistogram()
  #openRequests = 0
  #openFailures = 0
  #minUs = Number.POSITIVE_INFINITY
  #maxUs = 0

  constructor({ kind, method, name, tags }: SeriesIdentity) {
    this.#is = { kind, method, name, ...(tags !== undefined && { tags }) }
  }

  get isFilled(): boolean {
    return this.#requests.length > 0
  }

  add(delta: SeriesDelta): void {
    this.#openRequests += delta.requests
    this.#openFailures += delta.failures
    this.#response.mergeFrom(asLogHistogram(delta.response))
  }

  endBlock(block: number): void {
    const response = this.#response
    if (this.#openRequests === 0) return
    this.#requests[block] = this.#openRequests
    this.#failures[block] = this.#openFailures
    this.#sumUs[block] = response.sumUs
    this.#counts[block] = countsOf(response)
    this.#openRequests = 0
    this.#openFailures = 0
    if (response.count === 0) return
    this.#minUs = Math.min(this.#minUs, response.minUs)
    this.#maxUs = Math.max(this.#maxUs, response.maxUs)
    response.reset()
  }

  blocks(count: number): SeriesBlocks {
    const full = <T>(values: readonly T[], empty: T): T[] =>
      Array.from({ length: count }, (_, block) => values[block] ?? empty)
    return {
      ...this.#is,
      requests: full(this.#requests, 0),
      failures: full(this.#failures, 0),
      sumUs: full(this.#sumUs, 0),
      minUs: this.#minUs,
      maxUs: this.#maxUs,
      counts: full(this.#counts, NO_COUNTS),
    }
  }
}

const NO_COUNTS: BucketCounts = { buckets: new Uint16Array(0), counts: new Float64Array(0) }
/** Filled anew for each block. */
const FOUND = { buckets: new Uint16Array(BUCKETS), counts: new Float64Array(BUCKETS) }

function countsOf(histogram: LogHistogram): BucketCounts {
  if (histogram.count === 0) return NO_COUNTS
  let found = 0
  const last = bucketOf(histogram.maxUs)
  for (let bucket = bucketOf(histogram.minUs); bucket <= last; bucket++) {
    const count = histogram.countAt(bucket)
    if (count === 0) continue
    FOUND.buckets[found] = bucket
    FOUND.counts[found++] = count
  }
  return { buckets: FOUND.buckets.slice(0, found), counts: FOUND.counts.slice(0, found) }
}

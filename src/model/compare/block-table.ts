/**
 * A run cut into blocks of equal length, and for each series how its response times are distributed within each of them. Seconds
 * of a run resemble their neighbours; blocks hardly do, which is what makes them count as independent. Takes windows in order,
 * one at a time; of a block only buckets that are not empty are kept, so that hundreds of series fit.
 */
import { type Tags, TRANSACTION_KIND } from '../../contracts/measure.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { asLogHistogram, BUCKETS, bucketOf, LogHistogram } from '../metrics/histogram.ts'
import { isOfRequests } from '../metrics/series-totals.ts'
import { tagsKey } from '../metrics/tags.ts'
import { WINDOW_MS } from '../metrics/window.ts'

export interface SeriesBlocks {
  readonly kind: string
  readonly method: string
  readonly name: string
  readonly tags?: Tags
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

/** Key of all requests as one. */
export const ALL = ''

export class BlockTable {
  readonly #windowsPerBlock: number
  readonly #open = new Map<string, OpenSeries>()
  #windows = 0
  /** Those that are full. */
  blocks = 0

  /** `blockMs`: whole seconds. */
  constructor(blockMs: number) {
    this.#windowsPerBlock = blockMs / WINDOW_MS
  }

  /** Only windows that are to be compared. */
  add(window: Window): void {
    for (const delta of window.series) {
      if (!isCompared(delta)) continue
      this.#series(keyOf(delta), delta).add(delta)
      if (isOfRequests(delta)) this.#series(ALL, ALL_REQUESTS).add(delta)
    }
    if (++this.#windows % this.#windowsPerBlock !== 0) return
    for (const series of this.#open.values()) series.endBlock(this.blocks)
    this.blocks++
  }

  /** By key, those that were in a full block at all. A block that was begun and is not full is in none. */
  series(): Map<string, SeriesBlocks> {
    const filled = [...this.#open].filter(([, series]) => series.isFilled)
    return new Map(filled.map(([key, series]) => [key, series.blocks(this.blocks)]))
  }

  #series(key: string, delta: Pick<SeriesDelta, 'kind' | 'method' | 'name' | 'tags'>): OpenSeries {
    let series = this.#open.get(key)
    if (series === undefined) {
      series = new OpenSeries(delta)
      this.#open.set(key, series)
    }
    return series
  }
}

const ALL_REQUESTS = { kind: '', method: '', name: '(all)' }

/** Tasks that threw and messages that came unasked have no time that means anything. */
function isCompared(delta: SeriesDelta): boolean {
  return isOfRequests(delta) || delta.kind === TRANSACTION_KIND
}

function keyOf({ kind, method, name, tags }: SeriesDelta): string {
  return `${kind}\0${method}\0${name}\0${tags === undefined ? '' : tagsKey(tags)}`
}

class OpenSeries {
  readonly #is: Pick<SeriesDelta, 'kind' | 'method' | 'name' | 'tags'>
  readonly #requests: number[] = []
  readonly #failures: number[] = []
  readonly #sumUs: number[] = []
  readonly #counts: BucketCounts[] = []
  readonly #response = new LogHistogram()
  #openRequests = 0
  #openFailures = 0
  #minUs = Number.POSITIVE_INFINITY
  #maxUs = 0

  constructor({
    kind,
    method,
    name,
    tags,
  }: Pick<SeriesDelta, 'kind' | 'method' | 'name' | 'tags'>) {
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

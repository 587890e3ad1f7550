// HOT: record ≤ 10 ns, no allocation except when a power of two is touched for the first time.
/**
 * How often each duration occurred, in whole microseconds. Exact below 512 µs; above it every power of two is cut
 * into 256 buckets, so that the upper edge of a bucket is at most 0.4 % above what fell into it. Count, sum, min and max
 * are exact and fractional. Values beyond one hour share the last bucket; their max stays true.
 *
 *     shift = max(0, 23 − clz32(v))     bucket = shift · 256 + (v >>> shift)     (contiguous: 511 → 511, 512 → 512)
 *
 * The layout is part of the snapshot format. Memory: 2 kB per touched power of two, usually 4–12 kB. Counts are
 * doubles: exact to 2^53, so a run of any length fits. It keeps no single values and corrects nothing afterwards.
 */
import type { Histogram } from '../../contracts/snapshot.ts'
import { assert } from '../../kernel/assert.ts'

const BLOCK = 256
const BLOCKS = 25
/** Buckets of the layout, touched or not. */
export const BUCKETS = BLOCK * BLOCKS
const LONGEST_US = 3_600_000_000
const ABSENT = -1

export class LogHistogram implements Histogram {
  count = 0
  sumUs = 0
  minUs = Number.NaN
  maxUs = Number.NaN
  /** Where block b starts in `_counts`, or ABSENT. */
  readonly _start = new Int32Array(BLOCKS).fill(ABSENT)
  _counts = new Float64Array(0)

  /** Negative values and NaN are recorded as 0: they would be a mistake of ours, and must not poison the rest. */
  record(us: number): void {
    // biome-ignore lint/complexity/useMathMinMax: Math.max lets NaN through
    const valueUs = us > 0 ? us : 0
    const bucket = bucketOf(valueUs)
    let start = this._start[bucket >> 8]!
    if (start === ABSENT) start = this._touch(bucket >> 8)
    this._counts[start + (bucket & 255)]!++
    this.sumUs += valueUs
    if (this.count++ === 0) {
      this.minUs = valueUs
      this.maxUs = valueUs
    } else if (valueUs < this.minUs) this.minUs = valueUs
    else if (valueUs > this.maxUs) this.maxUs = valueUs
  }

  /** Adds all of `other`; merging is exact and its order does not matter, but for the last bits of the sum. */
  mergeFrom(other: LogHistogram): void {
    if (other.count === 0) return
    this._addCounts(other, 1)
    this.addExact(other.count, other.sumUs, other.minUs, other.maxUs)
  }

  /** Takes away counts that were added; sum and extremes cannot be taken back and are the caller's to set. */
  subtractCounts(other: LogHistogram): void {
    if (other.count === 0) return
    this._addCounts(other, -1)
    this.count -= other.count
  }

  /** For the codec, together with `addExact`: `count` more values in `bucket`. */
  addToBucket(bucket: number, count: number): void {
    let start = this._start[bucket >> 8]!
    if (start === ABSENT) start = this._touch(bucket >> 8)
    this._counts[start + (bucket & 255)]! += count
  }

  /** The exact figures of values already added by bucket. */
  addExact(count: number, sumUs: number, minUs: number, maxUs: number): void {
    if (count === 0) return
    if (this.count === 0 || minUs < this.minUs) this.minUs = minUs
    if (this.count === 0 || maxUs > this.maxUs) this.maxUs = maxUs
    this.count += count
    this.sumUs += sumUs
  }

  /** Count in `bucket`, 0 … BUCKETS − 1. */
  countAt(bucket: number): number {
    const start = this._start[bucket >> 8]!
    return start === ABSENT ? 0 : this._counts[start + (bucket & 255)]!
  }

  percentileUs(percent: number): number {
    if (this.count === 0) return Number.NaN
    const rank = nearestRank(percent, this.count)
    // The ends are known exactly; what lies between is known to its bucket.
    if (rank === this.count) return this.maxUs
    const high = bucketOf(this.maxUs)
    let seen = 0
    for (let bucket = bucketOf(this.minUs); bucket <= high; bucket++) {
      seen += this.countAt(bucket)
      if (seen >= rank) return Math.min(Math.max(upperEdgeUs(bucket), this.minUs), this.maxUs)
    }
    return this.maxUs
  }

  /** Empty again, keeping its memory. */
  reset(): void {
    this._counts.fill(0)
    this.count = 0
    this.sumUs = 0
    this.minUs = Number.NaN
    this.maxUs = Number.NaN
  }

  /** Block by block, so that the inner loop is over two plain arrays; most buckets of a second are empty. */
  _addCounts(other: LogHistogram, sign: 1 | -1): void {
    const source = other._counts
    const low = bucketOf(other.minUs)
    const high = bucketOf(other.maxUs)
    for (let block = low >> 8; block <= high >> 8; block++) {
      const from = other._start[block]!
      if (from === ABSENT) continue
      let to = this._start[block]!
      if (to === ABSENT) to = this._touch(block)
      const target = this._counts
      const shift = to - from
      const end = from + (block === high >> 8 ? (high & 255) + 1 : BLOCK)
      for (let i = from + (block === low >> 8 ? low & 255 : 0); i < end; i++) {
        const count = source[i]!
        if (count !== 0) target[i + shift]! += sign * count
      }
    }
  }

  _touch(block: number): number {
    const start = this._counts.length
    const counts = new Float64Array(start + BLOCK)
    counts.set(this._counts)
    this._counts = counts
    this._start[block] = start
    return start
  }
}

/** Bucket of a duration ≥ 0. */
export function bucketOf(us: number): number {
  const whole = us >= LONGEST_US ? LONGEST_US : (us + 0.5) >>> 0
  const shift = 23 - Math.clz32(whole)
  return shift <= 0 ? whole : shift * BLOCK + (whole >>> shift)
}

/** The largest whole µs that falls into `bucket`. */
export function upperEdgeUs(bucket: number): number {
  if (bucket < 2 * BLOCK) return bucket
  const shift = (bucket >> 8) - 1
  return (bucket - shift * BLOCK + 1) * 2 ** shift - 1
}

const PERCENT_STEPS = 100_000
const WHOLE = 100 * PERCENT_STEPS

/** max(1, ⌈percent / 100 · count⌉), exact for percents of up to five decimals, where doubles would be off by one. */
export function nearestRank(percent: number, count: number): number {
  const steps = Math.round(percent * PERCENT_STEPS)
  const rest = steps * (count % WHOLE)
  const rank = steps * Math.floor(count / WHOLE) + Math.ceil(rest / WHOLE)
  return Math.min(Math.max(1, rank), count)
}

/** The one implementation behind the contract. */
export function asLogHistogram(histogram: Histogram): LogHistogram {
  assert(histogram instanceof LogHistogram, 'a foreign histogram was given')
  return histogram
}

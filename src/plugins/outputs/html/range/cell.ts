/**
 * What one series did in one slice of the run: counts, and its response times as the buckets that have any. Small enough to keep thousands of
 * (ten bytes per bucket), where a histogram is not. Pure; cells are never changed, only merged into new ones.
 */
import { TRANSACTION_KIND } from '../../../../contracts/measure.ts'
import type { SeriesDelta } from '../../../../contracts/snapshot.ts'
import { asLogHistogram, bucketOf } from '../../../../model/metrics/histogram.ts'
import { isOneWay } from '../../../../model/metrics/series-totals.ts'

export interface Cell {
  readonly requests: number
  readonly failures: number
  readonly bytesIn: number
  /** Whole µs, in the order of `PHASE_NAMES`. */
  readonly phaseSumsUs: readonly number[]
  /** Ascending. */
  readonly statuses: readonly (readonly [status: number, count: number])[]
  /** Whole µs; 0 when nothing was timed. */
  readonly maxUs: number
  /** Ascending, of the layout of `LogHistogram`, and how many responses fell into each. */
  readonly buckets: Uint16Array
  readonly counts: Float64Array
}

export function cellOf(series: SeriesDelta): Cell {
  const isUntimed = isOneWay(series) && series.method === 'RECEIVE'
  const statuses = series.kind === TRANSACTION_KIND ? [] : [...series.statuses]
  return {
    requests: series.requests,
    failures: series.failures,
    bytesIn: series.bytesIn,
    phaseSumsUs: series.phaseSumsUs.map(Math.round),
    statuses: statuses.sort(([a], [b]) => a - b),
    ...(isUntimed ? UNTIMED : timesOf(series)),
  }
}

type Times = Pick<Cell, 'maxUs' | 'buckets' | 'counts'>
const UNTIMED: Times = { maxUs: 0, buckets: new Uint16Array(0), counts: new Float64Array(0) }

function timesOf({ response }: SeriesDelta): Times {
  if (response.count === 0) return UNTIMED
  const histogram = asLogHistogram(response)
  const [first, last] = [bucketOf(response.minUs), bucketOf(response.maxUs)]
  const sum = new Columns(Math.min(last - first + 1, response.count))
  for (let bucket = first; bucket <= last; bucket++) {
    const count = histogram.countAt(bucket)
    if (count > 0) sum.add(bucket, count)
  }
  return { maxUs: Math.round(response.maxUs), ...sum.finish() }
}

export function mergeCells(a: Cell, b: Cell): Cell {
  const statuses = new Map(a.statuses)
  for (const [status, count] of b.statuses) {
    statuses.set(status, (statuses.get(status) ?? 0) + count)
  }
  return {
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    bytesIn: a.bytesIn + b.bytesIn,
    phaseSumsUs: a.phaseSumsUs.map((us, phase) => us + (b.phaseSumsUs[phase] ?? 0)),
    statuses: [...statuses].sort(([one], [other]) => one - other),
    maxUs: Math.max(a.maxUs, b.maxUs),
    ...mergeColumns(a, b),
  }
}

/** With 2^`coarseness` buckets made one, the highest of them: what is read from it is never too low. */
export function coarsened(cell: Cell, coarseness: number): Cell {
  const mask = 2 ** coarseness - 1
  const sum = new Columns(cell.buckets.length)
  cell.buckets.forEach((bucket, index) => void sum.add(bucket | mask, cell.counts[index]!))
  return { ...cell, ...sum.finish() }
}

/** How many buckets `coarsened` would leave. */
export function bucketsIn({ buckets }: Cell, coarseness: number): number {
  let [count, last] = [0, -1]
  for (const bucket of buckets) {
    const coarse = bucket >> coarseness
    if (coarse !== last) count++
    last = coarse
  }
  return count
}

function mergeColumns(a: Cell, b: Cell): Pick<Cell, 'buckets' | 'counts'> {
  const sum = new Columns(a.buckets.length + b.buckets.length)
  let right = 0
  for (let left = 0; left < a.buckets.length; left++) {
    const bucket = a.buckets[left]!
    while (right < b.buckets.length && b.buckets[right]! <= bucket) {
      sum.add(b.buckets[right]!, b.counts[right]!)
      right++
    }
    sum.add(bucket, a.counts[left]!)
  }
  for (; right < b.buckets.length; right++) sum.add(b.buckets[right]!, b.counts[right]!)
  return sum.finish()
}

/** Buckets and their counts while they are put together, in ascending order; equal ones become one. */
class Columns {
  readonly #buckets: Uint16Array
  readonly #counts: Float64Array
  #length = 0

  constructor(most: number) {
    this.#buckets = new Uint16Array(most)
    this.#counts = new Float64Array(most)
  }

  add(bucket: number, count: number): void {
    const last = this.#length - 1
    if (last >= 0 && this.#buckets[last] === bucket) {
      this.#counts[last]! += count
      return
    }
    this.#buckets[this.#length] = bucket
    this.#counts[this.#length++] = count
  }

  finish(): Pick<Cell, 'buckets' | 'counts'> {
    return {
      buckets: this.#buckets.slice(0, this.#length),
      counts: this.#counts.slice(0, this.#length),
    }
  }
}

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
  const pairs: [bucket: number, count: number][] = []
  const last = bucketOf(response.maxUs)
  for (let bucket = bucketOf(response.minUs); bucket <= last; bucket++) {
    const count = histogram.countAt(bucket)
    if (count > 0) pairs.push([bucket, count])
  }
  return { maxUs: Math.round(response.maxUs), ...columnsOf(pairs) }
}

export function mergeCells(a: Cell, b: Cell): Cell {
  return {
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    bytesIn: a.bytesIn + b.bytesIn,
    phaseSumsUs: a.phaseSumsUs.map((us, phase) => us + (b.phaseSumsUs[phase] ?? 0)),
    statuses: mergePairs(a.statuses, b.statuses),
    maxUs: Math.max(a.maxUs, b.maxUs),
    ...columnsOf(mergePairs(pairsOf(a), pairsOf(b))),
  }
}

/** With 2^`coarseness` buckets made one, the highest of them: what is read from it is never too low. */
export function coarsened(cell: Cell, coarseness: number): Cell {
  const mask = 2 ** coarseness - 1
  const pairs: [bucket: number, count: number][] = []
  for (const [bucket, count] of pairsOf(cell)) {
    const last = pairs.at(-1)
    if (last?.[0] === (bucket | mask)) last[1] += count
    else pairs.push([bucket | mask, count])
  }
  return { ...cell, ...columnsOf(pairs) }
}

type Pairs = readonly (readonly [key: number, count: number])[]

const pairsOf = ({ buckets, counts }: Cell): Pairs =>
  Array.from(buckets, (bucket, index) => [bucket, counts[index]!])

const columnsOf = (pairs: Pairs): Pick<Cell, 'buckets' | 'counts'> => ({
  buckets: Uint16Array.from(pairs, ([bucket]) => bucket),
  counts: Float64Array.from(pairs, ([, count]) => count),
})

/** Both ascending by key; so is what comes out. */
function mergePairs(a: Pairs, b: Pairs): Pairs {
  const merged: (readonly [key: number, count: number])[] = []
  let [left, right] = [0, 0]
  while (left < a.length || right < b.length) {
    const [one, other] = [a[left], b[right]]
    if (other === undefined || (one !== undefined && one[0] < other[0])) {
      merged.push(one!)
      left++
    } else if (one === undefined || other[0] < one[0]) {
      merged.push(other)
      right++
    } else {
      merged.push([one[0], one[1] + other[1]])
      left++
      right++
    }
  }
  return merged
}

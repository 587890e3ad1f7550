/**
 * Rows of a latency heat map: eight to a factor of ten, from 0.1 ms to beyond 100 s, so that a row is a third wider than the one before. A
 * response belongs to the last row that begins at or below it; the first row has everything faster. Counts are those of histogram
 * buckets, which are far finer than a row: exact but for the one bucket that a border cuts.
 */
import type { Histogram } from '../../contracts/snapshot.ts'
import { asLogHistogram, BUCKETS, bucketOf, upperEdgeUs } from '../metrics/histogram.ts'

const ROWS_PER_DECADE = 8
const FIRST_MS = 0.1
const DECADES = 6

/** Lower borders, ms; the first one counts from 0. */
export const HEAT_ROWS_MS: readonly number[] = Array.from(
  { length: DECADES * ROWS_PER_DECADE + 1 },
  (_, row) => Number((FIRST_MS * 10 ** (row / ROWS_PER_DECADE)).toPrecision(4)),
)

/** Row and count, ascending, without rows that are empty. */
export function heatOf(histogram: Histogram): (readonly [row: number, count: number])[] {
  const rows: [row: number, count: number][] = []
  if (histogram.count === 0) return rows
  const counts = asLogHistogram(histogram)
  const last = bucketOf(histogram.maxUs)
  for (let bucket = bucketOf(histogram.minUs); bucket <= last; bucket++) {
    const count = counts.countAt(bucket)
    if (count === 0) continue
    const row = ROW_OF_BUCKET[bucket]!
    const known = rows.at(-1)
    if (known !== undefined && known[0] === row) known[1] += count
    else rows.push([row, count])
  }
  return rows
}

const ROW_OF_BUCKET = rowsOfBuckets()

function rowsOfBuckets(): Uint8Array {
  const rows = new Uint8Array(BUCKETS)
  let row = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const ms = upperEdgeUs(bucket) / 1_000
    while (row + 1 < HEAT_ROWS_MS.length && HEAT_ROWS_MS[row + 1]! <= ms) row++
    rows[bucket] = row
  }
  return rows
}

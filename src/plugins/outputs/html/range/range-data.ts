/**
 * A run in slices, from which the tables of any part of it are made again, and how that is written into a report. Bundled into the page
 * script, so what a browser computes is what was tested here: histograms are added up, percentiles are taken of the sum.
 */
import { PHASE_NAMES } from '../../../../contracts/plan.ts'
import type { ErrorResult, SeriesResult } from '../../../../contracts/result.ts'
import { ByteReader, ByteWriter } from '../../../../model/metrics/byte-stream.ts'
import { BUCKETS, LogHistogram, upperEdgeUs } from '../../../../model/metrics/histogram.ts'
import type { SeriesFigures } from '../series-columns.ts'
import { type Cell, coarsened } from './cell.ts'

/** Index of the row of all requests. */
export const ALL_REQUESTS = -1
const FORMAT = 1
const ITEMS_MAX = 100_000

export interface RangeData {
  readonly spanMs: number
  readonly slices: readonly Slice[]
  /** Which series are requests; the others are transactions, messages one way and tasks. */
  readonly requests: readonly number[]
  /** cells[series][slice] */
  readonly cells: readonly (readonly (Cell | undefined)[])[]
  /** errors[error][slice], how many. */
  readonly errors: readonly (readonly number[])[]
  /** checks[check][slice] */
  readonly checks: readonly (readonly (readonly [passes: number, failures: number])[])[]
}

export interface Slice {
  /** Without pauses. */
  readonly activeMs: number
  readonly usersMax: number
  readonly due: number
  readonly dropped: number
}

/** Slices [from, to). */
export interface Part {
  readonly from: number
  readonly to: number
}

/** Where a row of the report is found in the data; undefined: nowhere, it is of the whole run. */
export interface RowIndex {
  readonly series: (series: SeriesResult) => number | undefined
  readonly check: (name: string) => number | undefined
  readonly error: (error: ErrorResult) => number | undefined
}

export function figuresOfPart(data: RangeData, series: number, part: Part): SeriesFigures {
  const rows = series === ALL_REQUESTS ? data.requests : [series]
  const cells = rows.flatMap((row) => data.cells[row]!.slice(part.from, part.to))
  const known = cells.filter((cell) => cell !== undefined)
  const sum = (read: (cell: Cell) => number): number =>
    known.reduce((total, cell) => total + read(cell), 0)
  const requests = sum((cell) => cell.requests)
  const times = timesOf(known)
  const at = (percent: number): number | null =>
    times.count === 0 ? null : times.percentileUs(percent) / 1_000
  return {
    requests,
    failures: sum((cell) => cell.failures),
    ratePerSec: requests / (activeMsOf(data, part) / 1_000),
    bytesIn: sum((cell) => cell.bytesIn),
    p50Ms: at(50),
    p95Ms: at(95),
    p99Ms: at(99),
    maxMs: at(100),
    phasesMs: PHASE_NAMES.map((_, phase) =>
      requests === 0 ? 0 : sum((cell) => cell.phaseSumsUs[phase]!) / requests / 1_000,
    ),
    statuses: statusesOf(known),
  }
}

export function activeMsOf({ slices }: RangeData, { from, to }: Part): number {
  return slices.slice(from, to).reduce((sum, slice) => sum + slice.activeMs, 0)
}

function timesOf(cells: readonly Cell[]): LogHistogram {
  const sum = new LogHistogram()
  for (const { buckets, counts, maxUs } of cells) {
    if (buckets.length === 0) continue
    let count = 0
    for (let i = 0; i < buckets.length; i++) {
      sum.addToBucket(buckets[i]!, counts[i]!)
      count += counts[i]!
    }
    sum.addExact(count, 0, Math.min(maxUs, upperEdgeUs(buckets[0]!)), maxUs)
  }
  return sum
}

function statusesOf(cells: readonly Cell[]): [status: number, count: number][] {
  const counts = new Map<number, number>()
  for (const [status, count] of cells.flatMap((cell) => cell.statuses)) {
    counts.set(status, (counts.get(status) ?? 0) + count)
  }
  return [...counts].sort(([a], [b]) => a - b)
}

/** `coarseness`: how often buckets were made half as fine, see `coarsened`. */
export function encodeRange(data: RangeData, coarseness: number): Uint8Array {
  const to = new ByteWriter()
  to.number(FORMAT)
  to.number(data.spanMs)
  to.list(data.slices, ({ activeMs, usersMax, due, dropped }) => {
    for (const value of [activeMs, usersMax, due, dropped]) to.number(value)
  })
  to.list(data.requests, (index) => to.number(index))
  to.list(data.cells, (cells) => {
    for (const cell of cells) {
      to.number(cell?.requests ?? 0)
      if (cell !== undefined && cell.requests > 0) writeCell(to, coarsened(cell, coarseness))
    }
  })
  to.list(data.errors, (counts) => {
    for (const count of counts) to.number(count)
  })
  to.list(data.checks, (counts) => {
    for (const value of counts.flat()) to.number(value)
  })
  return to.finish()
}

function writeCell(to: ByteWriter, cell: Cell): void {
  to.number(cell.failures)
  to.number(cell.bytesIn)
  for (const us of cell.phaseSumsUs) to.number(us)
  to.list(cell.statuses, ([status, count]) => {
    to.number(status)
    to.number(count)
  })
  to.number(cell.maxUs)
  let before = 0
  to.list([...cell.buckets], (bucket) => {
    to.number(bucket - before)
    before = bucket
  })
  for (const count of cell.counts) to.number(count)
}

/** Throws when the bytes are not what `encodeRange` wrote. */
export function decodeRange(bytes: Uint8Array): RangeData {
  const from = new ByteReader(bytes)
  if (from.number() !== FORMAT) throw new Error('the data are of another version')
  const spanMs = from.number()
  const slices = from.list(ITEMS_MAX, () => ({
    activeMs: from.number(),
    usersMax: from.number(),
    due: from.number(),
    dropped: from.number(),
  }))
  const requests = from.list(ITEMS_MAX, () => from.number())
  const cells = from.list(ITEMS_MAX, () => slices.map(() => readCell(from)))
  const errors = from.list(ITEMS_MAX, () => slices.map(() => from.number()))
  const checks = from.list(ITEMS_MAX, () =>
    slices.map(() => [from.number(), from.number()] as const),
  )
  return { spanMs, slices, requests, cells, errors, checks }
}

function readCell(from: ByteReader): Cell | undefined {
  const requests = from.number()
  if (requests === 0) return undefined
  const failures = from.number()
  const bytesIn = from.number()
  const phaseSumsUs = PHASE_NAMES.map(() => from.number())
  const statuses = from.list(ITEMS_MAX, () => [from.number(), from.number()] as const)
  const maxUs = from.number()
  let bucket = 0
  const buckets = Uint16Array.from(
    from.list(BUCKETS, () => {
      bucket += from.number()
      return bucket
    }),
  )
  const counts = Float64Array.from(buckets, () => from.number())
  return { requests, failures, bytesIn, phaseSumsUs, statuses, maxUs, buckets, counts }
}

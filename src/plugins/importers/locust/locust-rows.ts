/** Rows of Locust's statistics as ours. */
import type { Percentiles, SeriesResult, WindowResult } from '../../../contracts/result.ts'
import { RowMistake } from '../../../kernel/row-mistake.ts'

/** The cell of a column; '' where there is none. */
export type Cells = (column: string) => string

export function toSeries(row: Cells): SeriesResult {
  const requests = countIn(row, 'Request Count')
  const percentiles = percentilesOf(row)
  return {
    kind: 'http',
    method: row('Type'),
    name: row('Name'),
    requests,
    failures: countIn(row, 'Failure Count'),
    wireRequests: requests,
    ratePerSec: numberIn(row, 'Requests/s') ?? 0,
    bytesIn: Math.round((numberIn(row, 'Average Content Size') ?? 0) * requests),
    bytesOut: 0,
    latencyMs: percentiles,
    responseMs: percentiles,
    phasesMs: { dns: 0, connect: 0, tls: 0, send: 0, wait: 0, receive: 0 },
    statuses: {},
  }
}

export function toWindow(row: Cells, before: Cells | undefined, startSec: number): WindowResult {
  const more = (column: string): number =>
    Math.max(0, countIn(row, column) - (before === undefined ? 0 : countIn(before, column)))
  return {
    atMs: (countIn(row, 'Timestamp') - startSec) * 1_000,
    users: countIn(row, 'User Count'),
    requests: more('Total Request Count'),
    failures: more('Total Failure Count'),
    p50Ms: numberIn(row, '50%'),
    p95Ms: numberIn(row, '95%'),
    p99Ms: numberIn(row, '99%'),
    bytesIn: 0,
    bytesOut: 0,
  }
}

function percentilesOf(row: Cells): Percentiles {
  return {
    min: numberIn(row, 'Min Response Time'),
    mean: numberIn(row, 'Average Response Time'),
    p50: numberIn(row, '50%'),
    p75: numberIn(row, '75%'),
    p90: numberIn(row, '90%'),
    p95: numberIn(row, '95%'),
    p99: numberIn(row, '99%'),
    p999: numberIn(row, '99.9%'),
    p9999: numberIn(row, '99.99%'),
    max: numberIn(row, 'Max Response Time'),
  }
}

/** null for `N/A` and what is not there. */
function numberIn(row: Cells, column: string): number | null {
  const text = row(column)
  const value = Number(text)
  return text === '' || !Number.isFinite(value) ? null : value
}

function countIn(row: Cells, column: string): number {
  const value = numberIn(row, column)
  if (value !== null) return value
  throw new RowMistake(`"${row(column)}" under "${column}" is no number`)
}

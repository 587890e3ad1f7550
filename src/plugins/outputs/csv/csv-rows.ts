/**
 * The rows of Locust's four CSV files, column by column as Locust 2 writes them, so that what reads those reads these.
 * Times are responses (from when a request was due; the same as the latency for users that wait), percentiles by nearest
 * rank. What differs is said in `docs/guide/ci.md`. Pure.
 */
import type { ErrorResult, RunResult } from '../../../contracts/result.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import { isErrorOfTransaction } from '../../../model/metrics/summary.ts'
import { taggedName } from '../../../model/metrics/tags.ts'
import { type Cell, isoSeconds, locustMs } from './csv-text.ts'

const PERCENTILES = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100] as const
const PERCENTILE_HEADS = PERCENTILES.map((each) => `${each}%`)

export const STATS_HEADS = [
  'Type',
  'Name',
  'Request Count',
  'Failure Count',
  'Median Response Time',
  'Average Response Time',
  'Min Response Time',
  'Max Response Time',
  'Average Content Size',
  'Requests/s',
  'Failures/s',
  ...PERCENTILE_HEADS,
]
export const HISTORY_HEADS = [
  'Timestamp',
  'User Count',
  'Type',
  'Name',
  'Requests/s',
  'Failures/s',
  ...PERCENTILE_HEADS,
  'Total Request Count',
  'Total Failure Count',
  'Total Median Response Time',
  'Total Average Response Time',
  'Total Min Response Time',
  'Total Max Response Time',
  'Total Average Content Size',
]
export const FAILURES_HEADS = ['Method', 'Name', 'Error', 'Occurrences', 'First Seen', 'Last Seen']
export const EXCEPTIONS_HEADS = ['Count', 'Message', 'Traceback', 'Nodes']

/** What Locust calls the row of all requests. */
const AGGREGATED = 'Aggregated'

/** Sorted by name and method, all requests last. `series` without those of tasks, which are no requests. */
export function statsRows(
  series: readonly SeriesDelta[],
  all: SeriesDelta,
  durationMs: number,
): Cell[][] {
  const sorted = [...series].sort((a, b) => order(a.name, b.name) || order(a.method, b.method))
  return [
    ...sorted.map((each) =>
      statsRow(each.method, taggedName(each.name, each.tags), each, durationMs),
    ),
    statsRow('', AGGREGATED, all, durationMs),
  ]
}

function statsRow(type: string, name: string, counts: SeriesDelta, durationMs: number): Cell[] {
  const seconds = durationMs / 1_000
  const perSec = (count: number): number => (seconds > 0 ? count / seconds : 0)
  return [
    type,
    name,
    counts.requests,
    counts.failures,
    ...timesOf(counts),
    perSec(counts.requests),
    perSec(counts.failures),
    ...percentilesOf(counts),
  ]
}

export interface HistoryPoint {
  readonly epochMs: number
  readonly users: number
  readonly requestsPerSec: number
  readonly failuresPerSec: number
  /** All requests since the start. */
  readonly all: SeriesDelta
}

export function historyRow(point: HistoryPoint): Cell[] {
  const { all } = point
  return [
    Math.floor(point.epochMs / 1_000),
    point.users,
    '',
    AGGREGATED,
    point.requestsPerSec.toFixed(6),
    point.failuresPerSec.toFixed(6),
    ...percentilesOf(all),
    all.requests,
    all.failures,
    ...timesOf(all),
  ]
}

/** Requests that failed; what the script threw is an exception. Transactions, which Locust has none of, repeat either. */
export function failureRows(result: RunResult): Cell[][] {
  const startedAtMs = Date.parse(result.run.startedAt)
  const methods = new Map(
    result.series.map((each) => [[each.method, each.name].filter(Boolean).join(' '), each]),
  )
  return result.errors
    .filter((each) => !isException(each) && !isErrorOfTransaction(each))
    .map((error) => {
      const series = methods.get(error.series)
      return [
        series?.method ?? '',
        series?.name ?? error.series,
        error.message === '' ? error.kind : error.message,
        error.count,
        isoSeconds(startedAtMs + error.firstAtMs),
        isoSeconds(startedAtMs + error.lastAtMs),
      ]
    })
}

export function exceptionRows(result: RunResult): Cell[][] {
  return result.errors
    .filter((each) => isException(each) && !isErrorOfTransaction(each))
    .map((error) => [error.count, error.message, error.sample, 'local'])
}

const isException = (error: ErrorResult): boolean => error.kind === 'script'

/** Median, average, min, max, average size. */
function timesOf({ response, requests, bytesIn }: SeriesDelta): Cell[] {
  if (response.count === 0) return [0, 0, 0, 0, 0]
  const minMs = response.minUs / 1_000
  const maxMs = response.maxUs / 1_000
  const medianMs = locustMs(response.percentileUs(50) / 1_000)
  return [
    Math.min(Math.max(medianMs, minMs), maxMs),
    response.sumUs / response.count / 1_000,
    minMs,
    maxMs,
    requests === 0 ? 0 : bytesIn / requests,
  ]
}

function percentilesOf({ response }: SeriesDelta): Cell[] {
  return PERCENTILES.map((each) =>
    response.count === 0 ? 'N/A' : locustMs(response.percentileUs(each) / 1_000),
  )
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * From counts to the figures of `onrush.result/1`: milliseconds, rates, percentiles. The only place that turns a histogram into
 * numbers for people; null wherever nothing was measured, never 0 or NaN.
 */
import { TRANSACTION_KIND, TRANSACTION_METHOD } from '../../contracts/measure.ts'
import type {
  ErrorResult,
  Percentiles,
  RunResult,
  SeriesResult,
  WindowResult,
} from '../../contracts/result.ts'
import type { ArrivalCounts, ErrorDelta, Histogram, SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { allOf, isOfRequests, isOneWay } from './series-totals.ts'

/** `durationMs`: what the rate is taken over; the run's, not the series' own. */
export function toSeriesResult(series: SeriesDelta, durationMs: number): SeriesResult {
  const [dns = 0, connect = 0, tls = 0, send = 0, wait = 0, receive = 0] = series.phaseSumsUs.map(
    (sumUs) => (series.requests === 0 ? 0 : sumUs / series.requests / 1_000),
  )
  // A transaction has no response of its own that could have a status.
  const answered = series.kind === TRANSACTION_KIND ? [] : [...series.statuses]
  const statuses = answered.sort(([a], [b]) => a - b)
  return {
    kind: series.kind,
    method: series.method,
    name: series.name,
    ...(series.tags !== undefined && { tags: series.tags }),
    requests: series.requests,
    failures: series.failures,
    wireRequests: series.wireRequests,
    ratePerSec: ratePerSec(series.requests, durationMs),
    bytesIn: series.bytesIn,
    bytesOut: series.bytesOut,
    latencyMs: isTimed(series) ? toPercentiles(series.latency) : NOT_TIMED,
    responseMs: isTimed(series) ? toPercentiles(series.response) : NOT_TIMED,
    phasesMs: { dns, connect, tls, send, wait, receive },
    statuses: Object.fromEntries(statuses),
  }
}

/** Every series and, as `totals`, those of requests as one under the name "(all)". */
export function toSeriesResults(
  series: readonly SeriesDelta[],
  durationMs: number,
): { totals: SeriesResult; series: SeriesResult[] } {
  return {
    totals: toSeriesResult(allOf(series.filter(isOfRequests)), durationMs),
    series: series.map((each) => toSeriesResult(each, durationMs)),
  }
}

/** A message that came unasked took no time that anybody could measure. */
function isTimed(series: SeriesDelta): boolean {
  return !(isOneWay(series) && series.method === 'RECEIVE')
}

const NOT_TIMED: Percentiles = {
  min: null,
  mean: null,
  p50: null,
  p75: null,
  p90: null,
  p95: null,
  p99: null,
  p999: null,
  p9999: null,
  max: null,
}

/** Percentiles by nearest rank, in ms. */
export function toPercentiles(histogram: Histogram): Percentiles {
  const at = (percent: number): number | null => percentileMs(histogram, percent)
  return {
    min: toMs(histogram.minUs),
    mean: histogram.count === 0 ? null : histogram.sumUs / histogram.count / 1_000,
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    p9999: at(99.99),
    max: toMs(histogram.maxUs),
  }
}

/** One point of the live chart. Percentiles are of the response: what a user would have felt. */
export function toWindowResult(window: Window): WindowResult {
  const all = allOf(window.series.filter(isOfRequests))
  return {
    atMs: window.startMs,
    users: window.users.active,
    requests: all.requests,
    failures: all.failures,
    p50Ms: percentileMs(all.response, 50),
    p95Ms: percentileMs(all.response, 95),
    p99Ms: percentileMs(all.response, 99),
    bytesIn: all.bytesIn,
    bytesOut: all.bytesOut,
    arrivals: { started: window.arrivals.started, dropped: window.arrivals.dropped },
    ...(window.monitors !== undefined && {
      monitors: Object.fromEntries(window.monitors.map(({ name, value }) => [name, value])),
    }),
  }
}

export function toErrorResult(error: ErrorDelta): ErrorResult {
  const { kind, message, count, firstAtMs, lastAtMs, sample } = error
  const series = error.method === '' ? error.name : `${error.method} ${error.name}`
  return { series, kind, message, count, firstAtMs, lastAtMs, sample }
}

/** `unknown`: due at workers that died before they could say what became of them. */
export function toArrivalsResult(arrivals: ArrivalCounts, unknown: number): RunResult['arrivals'] {
  const { due, started, dropped, lateness } = arrivals
  return {
    due: due + unknown,
    started,
    dropped,
    unknown,
    latenessMs: {
      p50: percentileMs(lateness, 50),
      p99: percentileMs(lateness, 99),
      max: percentileMs(lateness, 100),
    },
  }
}

/** Mostly what the errors of requests and tasks have said already. */
export function isErrorOfTransaction({ series }: Pick<ErrorResult, 'series'>): boolean {
  return series.startsWith(`${TRANSACTION_METHOD} `)
}

/** null when `histogram` is empty. */
export function percentileMs(histogram: Histogram, percent: number): number | null {
  return toMs(histogram.percentileUs(percent))
}

export function ratePerSec(count: number, durationMs: number): number {
  return durationMs > 0 ? count / (durationMs / 1_000) : 0
}

function toMs(us: number): number | null {
  return Number.isNaN(us) ? null : us / 1_000
}

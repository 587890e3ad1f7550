/** A window as the rows of its second. Pure. */
import type { RunInfo } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { percentileMs } from '../../../model/metrics/summary.ts'
import type { SecondRows } from './tables.ts'

export function secondRows(
  window: Window,
  thresholds: readonly ThresholdResult[],
  run: Pick<RunInfo, 'id' | 'startedAtEpochMs' | 'plan'>,
): SecondRows {
  const key = {
    run: run.id,
    at: new Date(run.startedAtEpochMs + window.startMs).toISOString(),
  }
  const { users, arrivals, workers } = window
  return {
    second: {
      ...key,
      plan: storable(run.plan.name),
      users: users.active,
      arrivals_due: arrivals.due,
      arrivals_started: arrivals.started,
      arrivals_dropped: arrivals.dropped,
      in_flight: workers.reduce((sum, [, health]) => sum + health.inFlight, 0),
      cpu_cores: workers.reduce((sum, [, health]) => sum + health.cpuRatio, 0),
      rules_failed: thresholds.filter(({ passed }) => !passed).length,
    },
    series: window.series.map((series) => ({ ...key, ...namesOf(series), ...figuresOf(series) })),
  }
}

function namesOf({ kind, method, name, tags = {} }: SeriesDelta) {
  const storableTags = Object.entries(tags).map(([key, value]) => [key, storable(value)])
  return { kind, method, name: storable(name), tags: Object.fromEntries(storableTags) }
}

function figuresOf(series: SeriesDelta) {
  const { response, latency } = series
  return {
    requests: series.requests,
    failures: series.failures,
    wire_requests: series.wireRequests,
    bytes_in: series.bytesIn,
    bytes_out: series.bytesOut,
    response_ms_mean: response.count === 0 ? null : response.sumUs / response.count / 1_000,
    response_ms_p50: percentileMs(response, 50),
    response_ms_p95: percentileMs(response, 95),
    response_ms_p99: percentileMs(response, 99),
    response_ms_max: percentileMs(response, 100),
    latency_ms_p50: percentileMs(latency, 50),
    latency_ms_p95: percentileMs(latency, 95),
    latency_ms_p99: percentileMs(latency, 99),
    latency_ms_max: percentileMs(latency, 100),
  }
}

/** PostgreSQL has no place for a zero byte in a text, nor for half a surrogate pair in JSON. */
const storable = (text: string): string => Buffer.from(text.replaceAll('\0', '')).toString()

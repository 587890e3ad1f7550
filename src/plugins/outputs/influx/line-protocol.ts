/**
 * A window as InfluxDB line protocol: one point per series, one of the run, one per worker, error kind and rule. Points of one window have
 * the time it began at; one that comes again writes the same points anew, which InfluxDB takes as their newest version. Pure.
 */
import type { RunInfo } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { percentileMs } from '../../../model/metrics/summary.ts'

/** `1i` whole, `1.5` a float; null is left out. */
type Field = readonly [key: string, value: number | null, whole?: 'whole']

export function lineProtocol(
  window: Window,
  thresholds: readonly ThresholdResult[],
  run: Pick<RunInfo, 'id' | 'startedAtEpochMs'>,
): string {
  // Nanoseconds have more digits than a double: the zeros are text.
  const time = `${Math.round(run.startedAtEpochMs + window.startMs)}000000`
  const point = (
    measurement: string,
    tags: Readonly<Record<string, string>>,
    fields: readonly Field[],
  ): string => lineOf(measurement, { run: run.id, ...tags }, fields, time)
  const lines = [
    point('onrush_run', {}, runFields(window)),
    ...window.series.map((each) => point('onrush_series', tagsOf(each), seriesFields(each))),
    ...[...errorCounts(window)].map(([error, count]) =>
      point('onrush_errors', { error }, [['count', count, 'whole']]),
    ),
    ...window.checks.map(({ name: check, passes, failures }) =>
      point('onrush_checks', { check }, [
        ['passes', passes, 'whole'],
        ['failures', failures, 'whole'],
      ]),
    ),
    ...(window.metrics ?? []).map((each) =>
      point('onrush_custom', { metric: each.name, type: each.kind }, [
        ['count', each.count, 'whole'],
        ['sum', each.sum],
        ['last', each.last],
      ]),
    ),
    ...thresholds.map(({ rule, passed, observed }) =>
      point('onrush_thresholds', { rule }, [
        ['passed', passed ? 1 : 0, 'whole'],
        ['observed', observed],
      ]),
    ),
    ...(window.monitors ?? []).map(({ name: figure, unit, value }) =>
      point('onrush_monitored', { figure, unit }, [['value', value]]),
    ),
    ...window.workers.map(([index, health]) =>
      point('onrush_workers', { worker: String(index) }, [
        ['cpu_cores', health.cpuRatio],
        ['loop_delay_ms_p99', health.loopDelayMsP99],
        ['memory_bytes', health.rssBytes, 'whole'],
        ['sockets', health.openSockets, 'whole'],
        ['in_flight', health.inFlight, 'whole'],
      ]),
    ),
  ]
  return lines.join('')
}

const tagsOf = ({ kind, method, name, tags }: SeriesDelta): Readonly<Record<string, string>> => ({
  kind,
  method,
  name,
  ...Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`tag_${key}`, value])),
})

function runFields({ users, arrivals }: Window): Field[] {
  return [
    ['users', users.active, 'whole'],
    ['users_started', users.started, 'whole'],
    ['users_stopped', users.stopped, 'whole'],
    ['arrivals_due', arrivals.due, 'whole'],
    ['arrivals_started', arrivals.started, 'whole'],
    ['arrivals_dropped', arrivals.dropped, 'whole'],
    ['lateness_ms_p99', percentileMs(arrivals.lateness, 99)],
  ]
}

function seriesFields(series: SeriesDelta): Field[] {
  const { response, latency } = series
  const mean = response.count === 0 ? null : response.sumUs / response.count / 1_000
  return [
    ['requests', series.requests, 'whole'],
    ['failures', series.failures, 'whole'],
    ['wire_requests', series.wireRequests, 'whole'],
    ['bytes_in', series.bytesIn, 'whole'],
    ['bytes_out', series.bytesOut, 'whole'],
    ['response_ms_mean', mean],
    ['response_ms_p50', percentileMs(response, 50)],
    ['response_ms_p95', percentileMs(response, 95)],
    ['response_ms_p99', percentileMs(response, 99)],
    ['response_ms_max', percentileMs(response, 100)],
    ['latency_ms_p50', percentileMs(latency, 50)],
    ['latency_ms_p95', percentileMs(latency, 95)],
    ['latency_ms_p99', percentileMs(latency, 99)],
    ['latency_ms_max', percentileMs(latency, 100)],
  ]
}

function errorCounts({ errors }: Window): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { kind, count } of errors) counts.set(kind, (counts.get(kind) ?? 0) + count)
  return counts
}

function lineOf(
  measurement: string,
  tags: Readonly<Record<string, string>>,
  fields: readonly Field[],
  time: string,
): string {
  const written = fields.flatMap(([key, value, whole]) => {
    if (value === null || !Number.isFinite(value)) return []
    return `${key}=${whole === undefined ? value : `${Math.round(value)}i`}`
  })
  if (written.length === 0) return ''
  const keys = Object.entries(tags)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `,${escaped(key)}=${escaped(value)}`)
  return `${measurement}${keys.join('')} ${written.join(',')} ${time}\n`
}

/** A backslash cannot be written at the end of a value, nor a line break anywhere. */
const escaped = (text: string): string =>
  text
    .replace(/[\r\n\\]/g, (each) => (each === '\\' ? '/' : ' '))
    .replace(/[,= ]/g, (each) => `\\${each}`)

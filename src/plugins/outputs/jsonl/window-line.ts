/**
 * `onrush.window/1`: one second of a run as one line of JSON, with the figures of every series. The parts that the result has too are
 * written as there (`onrush.result/1`). Pure; the schema is in schema/onrush.window.1.json.
 */
import type { MonitorReading } from '../../../contracts/monitor.ts'
import type { SeriesResult, ThresholdResult } from '../../../contracts/result.ts'
import type { Histogram } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { percentileMs, toErrorResult, toSeriesResults } from '../../../model/metrics/summary.ts'

export interface WindowLine {
  readonly schema: 'onrush.window/1'
  readonly run: string
  readonly window: number
  /** 0 the first time; a window that came again with late numbers replaces those of lower revisions. */
  readonly revision: number
  readonly at: string
  readonly atMs: number
  readonly durationMs: number
  readonly complete: boolean
  readonly users: Window['users']
  readonly arrivals: {
    readonly due: number
    readonly started: number
    readonly dropped: number
    readonly finished: number
    readonly latenessMs: {
      readonly p50: number | null
      readonly p99: number | null
      readonly max: number | null
    }
  }
  readonly totals: SeriesResult
  readonly series: readonly SeriesResult[]
  readonly errors: readonly {
    readonly series: string
    readonly kind: string
    readonly message: string
    readonly count: number
  }[]
  readonly checks: readonly {
    readonly name: string
    readonly passes: number
    readonly failures: number
  }[]
  readonly metrics: readonly {
    readonly kind: string
    readonly name: string
    readonly count: number
    readonly sum: number
    readonly last: number
  }[]
  readonly thresholds: readonly Pick<ThresholdResult, 'rule' | 'passed' | 'observed' | 'unit'>[]
  /** null: a gap. */
  readonly monitors: readonly MonitorReading[]
  readonly workers: readonly {
    readonly index: number
    readonly cpuRatio: number
    readonly loopDelayMsP99: number
    readonly rssBytes: number
    readonly openSockets: number
    readonly inFlight: number
  }[]
}

export function windowLine(
  window: Window,
  thresholds: readonly ThresholdResult[],
  run: { readonly id: string; readonly startedAtEpochMs: number },
  revision: number,
): WindowLine {
  const { due, started, dropped, finished, lateness } = window.arrivals
  return {
    schema: 'onrush.window/1',
    run: run.id,
    window: window.window,
    revision,
    at: new Date(run.startedAtEpochMs + window.startMs).toISOString(),
    atMs: window.startMs,
    durationMs: window.durationMs,
    complete: window.complete,
    users: window.users,
    arrivals: { due, started, dropped, finished, latenessMs: latenessOf(lateness) },
    ...toSeriesResults(window.series, window.durationMs),
    errors: window.errors.map((error) => {
      const { series, kind, message, count } = toErrorResult(error)
      return { series, kind, message, count }
    }),
    checks: window.checks.map(({ name, passes, failures }) => ({ name, passes, failures })),
    metrics: (window.metrics ?? []).map(({ kind, name, count, sum, last }) => {
      return { kind, name, count, sum, last }
    }),
    thresholds: thresholds.map(({ rule, passed, observed, unit }) => {
      return { rule, passed, observed, unit }
    }),
    monitors: window.monitors ?? [],
    workers: window.workers.map(([index, health]) => {
      const { cpuRatio, loopDelayMsP99, rssBytes, openSockets, inFlight } = health
      return { index, cpuRatio, loopDelayMsP99, rssBytes, openSockets, inFlight }
    }),
  }
}

function latenessOf(lateness: Histogram): WindowLine['arrivals']['latenessMs'] {
  const at = (percent: number): number | null => percentileMs(lateness, percent)
  return { p50: at(50), p99: at(99), max: at(100) }
}

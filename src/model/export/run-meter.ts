/**
 * A run as counters, gauges and histograms that only grow, for systems that come and look (Prometheus) or are told how things stand
 * (remote write, OpenTelemetry). Late numbers enter with the next look. Memory: one sum per series, and the windows that may come
 * again. `families` costs some ten µs per series; call it when somebody asks, not per window.
 */
import type { RunInfo } from '../../contracts/output.ts'
import type { ThresholdResult } from '../../contracts/result.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { isOneWay } from '../metrics/series-totals.ts'
import { RunTotals } from '../metrics/window.ts'
import { type DurationBuckets, durationBuckets } from './duration-buckets.ts'
import { METRICS, type Metric } from './metric-table.ts'
import { UnseenPart } from './unseen-part.ts'

export type Labels = Readonly<Record<string, string>>
export interface Family {
  readonly metric: Metric
  readonly samples: readonly Sample[]
}
export interface Sample {
  readonly labels: Labels
  readonly value: number | DurationBuckets
}

const PHASES = ['dns', 'connect', 'tls', 'send', 'wait', 'receive'] as const

export class RunMeter {
  readonly #unseen = new UnseenPart()
  readonly #totals = new RunTotals()
  readonly #run: RunInfo
  #newest: Window | undefined
  #thresholds: readonly ThresholdResult[] = []

  constructor(run: RunInfo) {
    this.#run = run
  }

  /** Wall clock at the end of the newest window; the start of the run before there is one. */
  get epochMs(): number {
    const endMs = this.#newest === undefined ? 0 : this.#newest.startMs + this.#newest.durationMs
    return this.#run.startedAtEpochMs + endMs
  }

  add(window: Window, thresholds: readonly ThresholdResult[]): void {
    const unseen = this.#unseen.of(window)
    this.#totals.add({ ...unseen, series: unseen.series.map(withLabelledTags) })
    this.#thresholds = thresholds
    if (this.#newest === undefined || this.#newest.window <= window.window) this.#newest = window
  }

  /** In the order of the table; those without a sample are left out. */
  families(): Family[] {
    const samples = this.#samples()
    return Object.entries(METRICS)
      .map(([key, metric]) => ({ metric, samples: samples[key as keyof typeof METRICS] }))
      .filter((family) => family.samples.length > 0)
  }

  #samples(): Record<keyof typeof METRICS, Sample[]> {
    const run = { run: this.#run.id }
    const one = (value: number): Sample[] => [{ labels: run, value }]
    const { plan, script } = this.#run
    const { users, arrivals } = this.#totals
    const workers = this.#newest?.workers ?? []
    const perWorker = (pick: (health: (typeof workers)[number][1]) => number): Sample[] =>
      workers.map(([index, health]) => ({
        labels: { ...run, worker: String(index) },
        value: pick(health),
      }))
    return {
      ...this.#seriesSamples(run),
      errors: this.#errorSamples(run),
      checks: this.#totals.checks.flatMap(({ name: check, passes, failures }) => [
        { labels: { ...run, check, outcome: 'passed' }, value: passes },
        { labels: { ...run, check, outcome: 'failed' }, value: failures },
      ]),
      users: one(this.#newest?.users.active ?? 0),
      usersStarted: one(users.started),
      usersStopped: one(users.stopped),
      usersFailed: one(users.failed),
      arrivalsDue: one(arrivals.due),
      arrivalsStarted: one(arrivals.started),
      arrivalsDropped: one(arrivals.dropped),
      inFlight: one(workers.reduce((sum, [, health]) => sum + health.inFlight, 0)),
      cpu: perWorker((health) => health.cpuRatio),
      loopDelay: perWorker((health) => health.loopDelayMsP99 / 1_000),
      memory: perWorker((health) => health.rssBytes),
      sockets: perWorker((health) => health.openSockets),
      threshold: this.#thresholds.map(({ rule, passed }) => ({
        labels: { ...run, rule },
        value: passed ? 1 : 0,
      })),
      monitored: (this.#newest?.monitors ?? []).flatMap(({ name: figure, unit, value }) =>
        value === null ? [] : [{ labels: { ...run, figure, unit }, value }],
      ),
      ...this.#customSamples(run),
      run: [{ labels: { ...run, plan: plan.name, script }, value: 1 }],
    }
  }

  #seriesSamples(run: Labels) {
    const { series } = this.#totals
    const labels = series.map((each) => ({
      ...run,
      kind: each.kind,
      method: each.method,
      name: each.name,
      ...each.tags,
    }))
    const of = (pick: (each: SeriesDelta) => number): Sample[] =>
      series.map((each, index) => ({ labels: labels[index]!, value: pick(each) }))
    const times = series.map((each, index) => ({ each, labels: labels[index]! })).filter(isTimed)
    const latency = times.map(({ each, labels: of }) => {
      return { labels: of, value: durationBuckets(each.latency) }
    })
    return {
      requests: of((each) => each.requests),
      failures: of((each) => each.failures),
      wireRequests: of((each) => each.wireRequests),
      received: of((each) => each.bytesIn),
      sent: of((each) => each.bytesOut),
      statuses: series.flatMap(({ statuses }, index) =>
        [...statuses].map(([status, value]) => ({
          labels: { ...labels[index]!, status: String(status) },
          value,
        })),
      ),
      response: times.map(({ each, labels: of }, index) =>
        each.response === each.latency
          ? latency[index]!
          : { labels: of, value: durationBuckets(each.response) },
      ),
      latency,
      phases: series.flatMap(({ phaseSumsUs }, index) =>
        PHASES.flatMap((phase, at) => {
          const value = phaseSumsUs[at]! / 1e6
          return value > 0 ? [{ labels: { ...labels[index]!, phase }, value }] : []
        }),
      ),
    }
  }

  #errorSamples(run: Labels): Sample[] {
    const counts = new Map<string, number>()
    for (const { kind, count } of this.#totals.errors) {
      counts.set(kind, (counts.get(kind) ?? 0) + count)
    }
    return [...counts].map(([error, value]) => ({ labels: { ...run, error }, value }))
  }

  #customSamples(run: Labels) {
    const { metrics } = this.#totals
    const of = (each: (typeof metrics)[number]): Labels => ({
      ...run,
      metric: each.name,
      type: each.kind,
    })
    return {
      customCount: metrics.map((each) => ({ labels: of(each), value: each.count })),
      customSum: metrics
        .filter(({ kind }) => kind !== 'gauge')
        .map((each) => ({ labels: of(each), value: each.sum })),
      customLast: metrics
        .filter(({ kind }) => kind === 'gauge')
        .map(({ name: metric, last }) => ({ labels: { ...run, metric }, value: last })),
    }
  }
}

/** A message that came unasked took no time that anybody could measure. */
function isTimed({ each }: { readonly each: SeriesDelta }): boolean {
  return !(isOneWay(each) && each.method === 'RECEIVE')
}

/** Names of labels have fewer characters than tags. Series that are told apart by nothing else then are added up. */
function withLabelledTags(series: SeriesDelta): SeriesDelta {
  if (series.tags === undefined) return series
  const tags = Object.entries(series.tags).map(([key, value]) => [labelOfTag(key), value])
  return { ...series, tags: Object.fromEntries(tags) }
}

/** `api.version` → `tag_api_version`. */
export function labelOfTag(key: string): string {
  return `tag_${key.replace(/[^A-Za-z0-9_]/g, '_')}`
}

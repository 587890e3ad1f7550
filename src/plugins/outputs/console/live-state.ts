/**
 * What the live view knows of a run so far: a total per series (merged histograms, never averaged percentiles), the
 * last minute of rates, and the errors grouped. Fed one window per second; costs one histogram merge per active
 * series. Late windows that are sent again replace nothing here: only the first delivery counts, and the exact
 * figures come with the summary.
 */
import type { MonitorReading } from '../../../contracts/monitor.ts'
import type { RunInfo } from '../../../contracts/output.ts'
import type { LoadShape, Threshold } from '../../../contracts/plan.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { asLogHistogram, LogHistogram } from '../../../model/metrics/histogram.ts'
import { isOfRequests, isOneWay } from '../../../model/metrics/series-totals.ts'
import { taggedName } from '../../../model/metrics/tags.ts'
import type { LiveError, LiveRow, LiveView } from './live-view.ts'

const HISTORY_SECONDS = 60
const ROWS_SHOWN = 8
/** Distinct errors kept for the live view; the result has its own, larger bound. */
const ERRORS_MAX = 50

interface Tally {
  readonly name: string
  readonly response: LogHistogram
  readonly history: number[]
  requests: number
  failures: number
  recent: number
}

export class LiveState {
  readonly #info: RunInfo
  readonly #describeLoad: (load: LoadShape) => string
  readonly #total: Tally = newTally('all')
  readonly #series = new Map<string, Tally>()
  readonly #errors = new Map<string, { -readonly [K in keyof LiveError]: LiveError[K] }>()
  #lastWindow = -1
  #elapsedMs = 0
  #users = 0
  #dropped = 0
  #cpuRatio = 0
  #loopDelayMs = 0
  #sockets = 0
  #monitors: readonly MonitorReading[] = []
  #thresholds: readonly ThresholdResult[]
  stopping = false

  constructor(info: RunInfo, describeLoad: (load: LoadShape) => string) {
    this.#info = info
    this.#describeLoad = describeLoad
    this.#thresholds = info.plan.thresholds.map(unmeasured)
  }

  add(window: Window, thresholds: readonly ThresholdResult[]): void {
    this.#thresholds = thresholds
    if (window.window <= this.#lastWindow) return
    this.#lastWindow = window.window
    this.#elapsedMs = window.startMs + window.durationMs
    const seconds = Math.max(window.durationMs, 1) / 1000
    for (const tally of [this.#total, ...this.#series.values()]) tally.recent = 0
    for (const delta of window.series) {
      addTo(this.#tallyOf(delta), delta)
      if (isOfRequests(delta)) addTo(this.#total, delta)
    }
    for (const tally of [this.#total, ...this.#series.values()]) {
      tally.history.push(tally.recent / seconds)
      if (tally.history.length > HISTORY_SECONDS) tally.history.shift()
    }
    for (const error of window.errors) this.#addError(error)
    this.#monitors = window.monitors ?? this.#monitors
    this.#users = window.users.active
    this.#dropped += window.arrivals.dropped
    this.#cpuRatio = Math.max(0, ...window.workers.map(([, health]) => health.cpuRatio))
    this.#loopDelayMs = Math.max(0, ...window.workers.map(([, health]) => health.loopDelayMsP99))
    this.#sockets = window.workers.reduce((sum, [, health]) => sum + health.openSockets, 0)
  }

  view(): LiveView {
    const { plan, script, id } = this.#info
    const rows = [...this.#series.values()].sort((a, b) => b.requests - a.requests)
    const durations = plan.scenarios.map((each) =>
      each.load.durationMs === null ? null : each.startAfterMs + each.load.durationMs,
    )
    return {
      script,
      host: plan.host ?? 'the hosts of the script',
      load: plan.scenarios.map(({ load }) => this.#describeLoad(load)).join(' + '),
      runId: id,
      elapsedMs: this.#elapsedMs,
      durationMs: durations.includes(null)
        ? null
        : Math.max(0, ...durations.map((each) => each ?? 0)),
      warmingUp: this.#elapsedMs < (plan.warmupMs ?? 0),
      findsWarmup: plan.warmupAuto === true,
      users: this.#users,
      dropped: this.#dropped,
      rows:
        this.#total.requests === 0 ? [] : [this.#total, ...rows.slice(0, ROWS_SHOWN)].map(rowOf),
      rowsHidden: Math.max(0, rows.length - ROWS_SHOWN),
      thresholds: this.#thresholds,
      monitors: this.#monitors,
      errors: [...this.#errors.values()].sort((a, b) => b.count - a.count),
      generator: {
        cpuRatio: this.#cpuRatio,
        loopDelayMs: this.#loopDelayMs,
        sockets: this.#sockets,
      },
      stopping: this.stopping,
    }
  }

  #tallyOf(delta: SeriesDelta): Tally {
    const name = taggedName(delta.name, delta.tags)
    const key = `${delta.kind} ${delta.method} ${name}`
    let tally = this.#series.get(key)
    if (tally === undefined) {
      tally = newTally([delta.method, name].filter(Boolean).join(' '))
      this.#series.set(key, tally)
    }
    return tally
  }

  #addError(error: Window['errors'][number]): void {
    const series = `${error.method} ${error.name}`.trim()
    const text = `${error.kind}: ${error.message}`
    const key = `${series} ${text}`
    const known = this.#errors.get(key)
    if (known !== undefined) {
      known.count += error.count
      known.lastAtMs = error.lastAtMs
    } else if (this.#errors.size < ERRORS_MAX) {
      const { count, firstAtMs, lastAtMs } = error
      this.#errors.set(key, { count, series, text, firstAtMs, lastAtMs })
    }
  }
}

/** How a rule stands before the first window. */
function unmeasured({ rule, unit }: Threshold): ThresholdResult {
  return { rule, unit, passed: false, observed: null, margin: null, firstCrossedAtMs: null }
}

function newTally(name: string): Tally {
  return { name, response: new LogHistogram(), history: [], requests: 0, failures: 0, recent: 0 }
}

function addTo(tally: Tally, delta: SeriesDelta): void {
  tally.requests += delta.requests
  tally.failures += delta.failures
  tally.recent += delta.requests
  if (isOneWay(delta) && delta.method === 'RECEIVE') return // counted, not timed
  tally.response.mergeFrom(asLogHistogram(delta.response))
}

function rowOf(tally: Tally): LiveRow {
  const at = (percent: number): number => tally.response.percentileUs(percent) / 1000
  return {
    name: tally.name,
    ratePerSec: tally.history.at(-1) ?? 0,
    p50Ms: at(50),
    p95Ms: at(95),
    p99Ms: at(99),
    maxMs: tally.response.maxUs / 1000,
    failureShare: tally.requests === 0 ? 0 : tally.failures / tally.requests,
    history: tally.history,
  }
}

/**
 * What the rules of a plan look at, counted once however many rules look: a source per selection (`http`, `POST /cart`),
 * under it a reading per span. Snapshots come in as they arrive, each once. A series finds its sources by its own names, and
 * what asks for a whole kind, or for everything, shares one sum per kind: the cost is a merge or two per series, not series ×
 * rules. Judges nothing.
 */
import { TRANSACTION_KIND } from '../../contracts/measure.ts'
import { PHASE_NAMES, type Threshold, type ThresholdMetric } from '../../contracts/plan.ts'
import type { Histogram, SeriesDelta, SnapshotData } from '../../contracts/snapshot.ts'
import { asLogHistogram } from '../metrics/histogram.ts'
import { isOfRequests, isOfScript, isOneWay } from '../metrics/series-totals.ts'
import { SlidingTally, type SpanTally, Tally, WholeTally } from '../metrics/span-tally.ts'
import { WINDOW_MS } from '../metrics/window.ts'

/** The part of a snapshot that rules can be about. */
export type Measured = Pick<
  SnapshotData,
  'workerIndex' | 'window' | 'series' | 'checks' | 'arrivals' | 'health'
>

/** One source over one span. By worker for what only the busiest worker tells; else there is one part. */
export class Reading {
  readonly parts = new Map<number, SpanTally>()
  readonly #make: () => SpanTally
  #window = -1

  constructor(spanMs: number | null, timed: boolean, forgets: boolean) {
    this.#make = () =>
      spanMs === null ? new WholeTally(timed, forgets) : new SlidingTally(spanMs / WINDOW_MS, timed)
  }

  add(part: number, window: number, tally: Tally): void {
    let span = this.parts.get(part)
    if (span === undefined) {
      span = this.#make()
      span.advanceTo(this.#window)
      this.parts.set(part, span)
    }
    span.add(window, tally)
  }

  advanceTo(window: number): void {
    this.#window = Math.max(this.#window, window)
    for (const span of this.parts.values()) span.advanceTo(window)
  }

  forgetBefore(window: number): void {
    for (const span of this.parts.values()) span.forgetBefore(window)
  }
}

/** What several rules may share: the figures of one selection in one snapshot, handed on to each span. */
interface Source {
  readonly metric: ThresholdMetric
  readonly snapshot: Tally
  readonly readings: Map<number | null, Reading>
  /** A name that requests have too means the requests: transactions are never added to what they contain. */
  ofRequests: boolean
}

/** One quantity (response times, requests, …) summed by kind of series, for the sources that ask for many series. */
interface Pool {
  readonly metric: ThresholdMetric
  /** By selector; '' is everything, others may or may not turn out to be a kind. */
  readonly sources: Map<string, Source>
  readonly kinds: Map<string, Tally>
}

export class Meters {
  /** In the order of the rules. */
  readonly readings: readonly Reading[]
  readonly #sources = new Map<string, Source>()
  readonly #pools = new Map<string, Pool>()
  readonly #ofNames = new Map<string, Source[]>()
  readonly #ofChecks: Source[] = []
  readonly #ofRun: Source[] = []
  readonly #distinct: readonly Reading[]

  /** `forgets`: `forgetBefore` will be called, for which more is kept. */
  constructor(thresholds: readonly Threshold[], forgets = false) {
    this.readings = thresholds.map(({ metric, overMs }) => {
      const { readings, snapshot } = this.#sourceOf(metric)
      let reading = readings.get(overMs)
      if (reading === undefined) {
        reading = new Reading(overMs, snapshot.histogram !== null, forgets)
        readings.set(overMs, reading)
      }
      return reading
    })
    this.#distinct = [...new Set(this.readings)]
  }

  /** Each snapshot once, in any order. */
  add(measured: Measured): void {
    if (this.readings.length === 0) return
    for (const source of this.#sources.values()) source.snapshot.reset()
    if (this.#pools.size > 0) this.#addAllSeries(measured.series)
    for (const source of this.#ofChecks) addChecks(source, measured)
    for (const source of this.#ofRun) addOfRun(source, measured)
    for (const { metric, snapshot, readings } of this.#sources.values()) {
      if (snapshot.count === 0) continue
      const part = metric.kind === 'cpu' ? measured.workerIndex : 0
      for (const reading of readings.values()) reading.add(part, measured.window, snapshot)
    }
  }

  /** Every span now ends with `window`. */
  advanceTo(window: number): void {
    for (const reading of this.#distinct) reading.advanceTo(window)
  }

  /** Once, at the end: what was before `window`, where a batch begins, is no longer looked at. */
  forgetBefore(window: number): void {
    for (const reading of this.#distinct) reading.forgetBefore(window)
  }

  #addAllSeries(list: readonly SeriesDelta[]): void {
    for (const { kinds } of this.#pools.values()) for (const sum of kinds.values()) sum.reset()
    let kind: string | undefined
    let sums: (readonly [ThresholdMetric, Tally])[] = []
    for (const series of list) {
      // Series come sorted by kind, mostly all of one.
      if (series.kind !== kind) {
        kind = series.kind
        sums = this.#sumsOf(kind)
      }
      for (const [metric, sum] of sums) addSeries(metric, sum, series, false)
      this.#addByName(series)
    }
    for (const { sources, kinds } of this.#pools.values()) {
      for (const [kind, sum] of kinds) {
        if (kind !== TRANSACTION_KIND) sources.get('')?.snapshot.add(sum)
        if (kind !== '') sources.get(kind)?.snapshot.add(sum)
      }
    }
  }

  /** Where series of `kind` are added up, in the pools that ask for it. */
  #sumsOf(kind: string): (readonly [ThresholdMetric, Tally])[] {
    const sums: (readonly [ThresholdMetric, Tally])[] = []
    for (const { metric, sources, kinds } of this.#pools.values()) {
      if (!sources.has('') && !sources.has(kind)) continue
      let sum = kinds.get(kind)
      if (sum === undefined) {
        sum = new Tally('of' in metric)
        kinds.set(kind, sum)
      }
      sums.push([metric, sum])
    }
    return sums
  }

  /** A name, or method and name; a series whose name is also its kind was counted there. */
  #addByName(series: SeriesDelta): void {
    const { kind, method, name } = series
    const full = `${method} ${name}`
    if (name !== '' && name !== kind) this.#addTo(name, series, false)
    if (full !== kind && full !== name) this.#addTo(full, series, true)
  }

  #addTo(selector: string, series: SeriesDelta, byFullName: boolean): void {
    const sources = this.#ofNames.get(selector)
    if (sources === undefined) return
    for (const source of sources) {
      if (series.kind !== TRANSACTION_KIND) source.ofRequests ||= isOfRequests(series)
      else if (source.ofRequests) continue
      addSeries(source.metric, source.snapshot, series, byFullName)
    }
  }

  #sourceOf(metric: ThresholdMetric): Source {
    const quantity = quantityOf(metric)
    const selector = selectorOf(metric)
    const key = `${quantity}:${selector}`
    let source = this.#sources.get(key)
    if (source !== undefined) return source
    source = { metric, snapshot: new Tally('of' in metric), readings: new Map(), ofRequests: false }
    this.#sources.set(key, source)
    if (metric.kind === 'checks') this.#ofChecks.push(source)
    else if (isOfRun(metric)) this.#ofRun.push(source)
    else {
      const same = this.#ofNames.get(selector)
      if (same === undefined) this.#ofNames.set(selector, [source])
      else same.push(source)
      let pool = this.#pools.get(quantity)
      if (pool === undefined) {
        pool = { metric, sources: new Map(), kinds: new Map() }
        this.#pools.set(quantity, pool)
      }
      pool.sources.set(selector, source)
    }
    return source
  }
}

/** Equal for metrics that read the same figures: p95 and p99 of one histogram, errors and failures of one count. */
function quantityOf(metric: ThresholdMetric): string {
  if ('of' in metric) return metric.of
  switch (metric.kind) {
    case 'phase':
      return metric.phase
    case 'errors':
    case 'failures':
      return 'work'
    case 'rate':
    case 'count':
      return 'requests'
    default:
      return metric.kind
  }
}

function selectorOf(metric: ThresholdMetric): string {
  if ('series' in metric) return metric.series
  return metric.kind === 'checks' ? metric.name : ''
}

function isOfRun(metric: ThresholdMetric): boolean {
  return 'of' in metric ? metric.of === 'lateness' : !('series' in metric)
}

/** `byFullName`: the rule means this series and nothing else. */
function addSeries(
  metric: ThresholdMetric,
  to: Tally,
  series: SeriesDelta,
  byFullName: boolean,
): void {
  // Errors include those of the script, each one as work that failed; there is nothing else to measure in them.
  const isWork = metric.kind === 'errors' || metric.kind === 'failures'
  if (isOneWay(series) && !byFullName) {
    // Messages one way that passed are not among what could have failed: they would only dilute it.
    if (isWork) {
      to.count += series.failures
      to.failed += series.failures
    }
    return
  }
  if (!isWork && isOfScript(series)) return
  to.count += series.requests
  to.failed += series.failures
  if (metric.kind === 'phase') to.sum += series.phaseSumsUs[PHASE_NAMES.indexOf(metric.phase)] ?? 0
  if ('of' in metric) merge(to, metric.of === 'latency' ? series.latency : series.response)
}

function addChecks({ metric, snapshot }: Source, { checks }: Measured): void {
  const name = metric.kind === 'checks' ? metric.name : ''
  for (const check of checks) {
    if (name !== '' && check.name !== name) continue
    snapshot.count += check.passes + check.failures
    snapshot.failed += check.failures
  }
}

function addOfRun({ metric, snapshot }: Source, { arrivals, health }: Measured): void {
  if (metric.kind === 'cpu') {
    snapshot.count = 1
    snapshot.sum = health.cpuRatio
    return
  }
  snapshot.count = arrivals.due
  snapshot.failed = arrivals.dropped
  if (snapshot.histogram === null) return
  snapshot.count = arrivals.lateness.count
  merge(snapshot, arrivals.lateness)
}

function merge(into: Tally, histogram: Histogram): void {
  into.histogram?.mergeFrom(asLogHistogram(histogram))
}

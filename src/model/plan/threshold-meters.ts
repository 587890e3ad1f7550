/**
 * What the rules of a plan look at, counted once however many rules look: a source per selection (`http`, `POST /cart`),
 * under it a reading per span. Snapshots come in as they arrive, each once. The cost is a merge or two per series, not series ×
 * rules: `threshold-series.ts` says how. Judges nothing.
 */
import type { Tags } from '../../contracts/measure.ts'
import type { MonitorReading } from '../../contracts/monitor.ts'
import type { Threshold, ThresholdMetric } from '../../contracts/plan.ts'
import type { MetricDelta, MetricKind, SnapshotData } from '../../contracts/snapshot.ts'
import { Tally } from '../metrics/span-tally.ts'
import { SCENARIO_TAG, tagsKey } from '../metrics/tags.ts'
import { MonitorReadings } from './threshold-monitors.ts'
import { Reading } from './threshold-reading.ts'
import { merge, pushTo, SeriesSources, type Source } from './threshold-series.ts'

/** The part of a snapshot that rules can be about. */
export type Measured = Pick<
  SnapshotData,
  'workerIndex' | 'window' | 'series' | 'checks' | 'arrivals' | 'health' | 'metrics'
>

export class Meters {
  /** In the order of the rules. */
  readonly readings: readonly Reading[]
  readonly #sources = new Map<string, Source>()
  /** By what is selected of tags. */
  readonly #ofSeries = new Map<string, SeriesSources>()
  readonly #ofChecks: Source[] = []
  readonly #ofRun: Source[] = []
  readonly #ofMetrics = new Map<string, Source[]>()
  readonly #ofMonitors = new MonitorReadings()
  readonly #distinct: readonly Reading[]

  /** `forgets`: `forgetBefore` will be called, for which more is kept. */
  constructor(thresholds: readonly Threshold[], forgets = false) {
    this.readings = thresholds.map(({ metric, overMs, unit }) => {
      if (metric.kind === 'monitor') {
        return this.#ofMonitors.readingOf(metric, { overMs, unit }, forgets)
      }
      const reading = readingOf(this.#sourceOf(metric), overMs, forgets)
      const trend = trendNamedLike(metric)
      if (trend !== undefined)
        reading.otherwise ??= readingOf(this.#sourceOf(trend), overMs, forgets)
      return reading
    })
    this.#distinct = [...new Set(this.readings)]
  }

  /** Each snapshot once, in any order. */
  add(measured: Measured): void {
    if (this.readings.length === 0) return
    for (const { snapshot } of this.#sources.values()) if (snapshot.count > 0) snapshot.reset()
    for (const each of this.#ofSeries.values()) each.add(measured.series)
    for (const source of this.#ofChecks) addChecks(source, measured)
    for (const source of this.#ofRun) addOfRun(source, measured)
    if (this.#ofMetrics.size > 0) {
      for (const each of measured.metrics ?? []) this.#addMetric(each)
    }
    for (const { metric, snapshot, readings } of this.#sources.values()) {
      if (snapshot.count === 0) continue
      const part = metric.kind === 'cpu' ? measured.workerIndex : 0
      for (const reading of readings.values()) reading.add(part, measured.window, snapshot)
    }
  }

  /** Each window once. */
  addMonitors(window: number, readings: readonly MonitorReading[]): void {
    this.#ofMonitors.add(window, readings)
  }

  /** Every span now ends with `window`. */
  advanceTo(window: number): void {
    for (const reading of this.#distinct) reading.advanceTo(window)
  }

  /** Once, at the end: what was before `window`, where a batch begins, is no longer looked at. */
  forgetBefore(window: number): void {
    for (const reading of this.#distinct) reading.forgetBefore(window)
  }

  #addMetric(told: MetricDelta): void {
    for (const { metric, snapshot } of this.#ofMetrics.get(told.name) ?? []) {
      if (!isAbout(metric, told.kind) || !isIn(told.scenario, metric)) continue
      snapshot.count += told.count
      snapshot.sum += told.sum
      // Of a rate, what was not so.
      if (told.kind === 'rate') snapshot.failed += told.count - told.sum
      if (told.kind === 'gauge') snapshot.takeLast(told)
      if (told.values !== undefined) merge(snapshot, told.values)
    }
  }

  #sourceOf(metric: ThresholdMetric): Source {
    const quantity = quantityOf(metric)
    const selector = selectorOf(metric)
    const key = `${quantity}:${tagsKey(tagsOf(metric))}:${selector}`
    let source = this.#sources.get(key)
    if (source !== undefined) return source
    source = { metric, snapshot: new Tally('of' in metric), readings: new Map(), ofRequests: false }
    this.#sources.set(key, source)
    if (metric.kind === 'checks') this.#ofChecks.push(source)
    else if (isOfRun(metric)) this.#ofRun.push(source)
    else if (isOfMetric(metric)) pushTo(this.#ofMetrics, selector, source)
    else this.#seriesOf(tagsOf(metric)).register(quantity, selector, source)
    return source
  }

  #seriesOf(tags: Tags | undefined): SeriesSources {
    const key = tagsKey(tags)
    let known = this.#ofSeries.get(key)
    if (known === undefined) {
      known = new SeriesSources(tags)
      this.#ofSeries.set(key, known)
    }
    return known
  }
}

function readingOf(
  { readings, snapshot }: Source,
  overMs: number | null,
  forgets: boolean,
): Reading {
  let reading = readings.get(overMs)
  if (reading === undefined) {
    reading = new Reading(overMs, snapshot.histogram !== null, forgets)
    readings.set(overMs, reading)
  }
  return reading
}

/** `p95(checkout_time)` is about requests or a transaction of that name, else about the trend. */
function trendNamedLike(metric: ThresholdMetric): ThresholdMetric | undefined {
  if (!('of' in metric) || metric.of !== 'response' || metric.series === '') return undefined
  const isByTag = Object.keys(metric.tags ?? {}).some((key) => key !== SCENARIO_TAG)
  return isByTag ? undefined : { ...metric, of: 'trend' }
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
    case 'metric':
      return metric.type
    default:
      return metric.kind
  }
}

function selectorOf(metric: ThresholdMetric): string {
  if ('series' in metric) return metric.series
  return 'name' in metric ? metric.name : ''
}

function tagsOf(metric: ThresholdMetric): Tags | undefined {
  return 'tags' in metric ? metric.tags : undefined
}

function isOfMetric(metric: ThresholdMetric): boolean {
  return metric.kind === 'metric' || ('of' in metric && metric.of === 'trend')
}

function isAbout(metric: ThresholdMetric, kind: MetricKind): boolean {
  if (metric.kind !== 'metric') return kind === 'trend'
  if (metric.type === 'any') return kind === 'counter' || kind === 'gauge'
  return metric.type === kind
}

function isOfRun(metric: ThresholdMetric): boolean {
  if ('of' in metric) return metric.of === 'lateness'
  return metric.kind === 'dropped' || metric.kind === 'cpu'
}

/** Was it counted in the scenario that the rule is about, if it is about one? */
function isIn(scenario: string | undefined, metric: ThresholdMetric): boolean {
  const wanted = tagsOf(metric)?.[SCENARIO_TAG]
  return wanted === undefined || wanted === scenario
}

function addChecks({ metric, snapshot }: Source, { checks }: Measured): void {
  const name = metric.kind === 'checks' ? metric.name : ''
  for (const check of checks) {
    if ((name !== '' && check.name !== name) || !isIn(check.scenario, metric)) continue
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

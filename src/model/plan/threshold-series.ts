/**
 * The series that rules ask for, counted once per snapshot for all sources of one selection of tags. A series finds its sources by its
 * own names, and what asks for a whole kind, or for everything, shares one sum per kind.
 */
import { type Tags, TRANSACTION_KIND } from '../../contracts/measure.ts'
import { PHASE_NAMES, type ThresholdMetric } from '../../contracts/plan.ts'
import type { Histogram, SeriesDelta } from '../../contracts/snapshot.ts'
import { asLogHistogram } from '../metrics/histogram.ts'
import { isOfRequests, isOfScript, isOneWay } from '../metrics/series-totals.ts'
import { Tally } from '../metrics/span-tally.ts'
import { hasTags } from '../metrics/tags.ts'
import type { Reading } from './threshold-reading.ts'

/** What several rules may share: the figures of one selection in one snapshot, handed on to each span. */
export interface Source {
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

export class SeriesSources {
  /** undefined: all series, whatever their tags. */
  readonly #tags: Tags | undefined
  readonly #pools = new Map<string, Pool>()
  readonly #ofNames = new Map<string, Source[]>()

  constructor(tags: Tags | undefined) {
    this.#tags = tags
  }

  register(quantity: string, selector: string, source: Source): void {
    pushTo(this.#ofNames, selector, source)
    let pool = this.#pools.get(quantity)
    if (pool === undefined) {
      pool = { metric: source.metric, sources: new Map(), kinds: new Map() }
      this.#pools.set(quantity, pool)
    }
    pool.sources.set(selector, source)
  }

  /** All series of one snapshot. */
  add(list: readonly SeriesDelta[]): void {
    for (const { kinds } of this.#pools.values()) for (const sum of kinds.values()) sum.reset()
    let kind: string | undefined
    let sums: (readonly [ThresholdMetric, Tally])[] = []
    for (const series of list) {
      if (this.#tags !== undefined && !hasTags(series.tags, this.#tags)) continue
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

/** Adds to what has a histogram. */
export function merge(into: Tally, histogram: Histogram): void {
  into.histogram?.mergeFrom(asLogHistogram(histogram))
}

export function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else known.push(value)
}

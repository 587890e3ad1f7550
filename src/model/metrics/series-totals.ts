/**
 * A series that others are added to: of several workers in one window, or of a whole run. It has the shape of a delta, so
 * that both are summarised by the same code. Response stays the same object as latency until one of the parts differs.
 */
import { TASK_KIND, type Tags, TRANSACTION_KIND } from '../../contracts/measure.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import { asLogHistogram, LogHistogram } from './histogram.ts'
import { tagsKey } from './tags.ts'

const PHASES = 6

export class SeriesTotals implements SeriesDelta {
  readonly kind: string
  readonly method: string
  readonly name: string
  readonly tags?: Tags
  requests = 0
  failures = 0
  wireRequests = 0
  bytesIn = 0
  bytesOut = 0
  readonly phaseSumsUs: number[] = new Array<number>(PHASES).fill(0)
  readonly statuses = new Map<number, number>()
  readonly latency = new LogHistogram()
  response = this.latency

  constructor(kind: string, method: string, name: string, tags?: Tags) {
    this.kind = kind
    this.method = method
    this.name = name
    if (tags !== undefined) this.tags = tags
  }

  /** Copies what it needs: `delta` may be a recorder's view. */
  add(delta: SeriesDelta): void {
    this.requests += delta.requests
    this.failures += delta.failures
    this.wireRequests += delta.wireRequests
    this.bytesIn += delta.bytesIn
    this.bytesOut += delta.bytesOut
    for (let i = 0; i < PHASES; i++) this.phaseSumsUs[i]! += delta.phaseSumsUs[i] ?? 0
    for (const [status, count] of delta.statuses) {
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + count)
    }
    if (delta.response !== delta.latency && this.response === this.latency) {
      this.response = new LogHistogram()
      this.response.mergeFrom(this.latency)
    }
    this.latency.mergeFrom(asLogHistogram(delta.latency))
    if (this.response !== this.latency) this.response.mergeFrom(asLogHistogram(delta.response))
  }
}

/** Adds `deltas` to the totals of the same kind, method, name and tags, in `into`. */
export function addSeries(into: Map<string, SeriesTotals>, deltas: readonly SeriesDelta[]): void {
  for (const delta of deltas) {
    const plain = `${delta.kind}\0${delta.method}\0${delta.name}`
    const key = delta.tags === undefined ? plain : `${plain}\0${tagsKey(delta.tags)}`
    let totals = into.get(key)
    if (totals === undefined) {
      totals = new SeriesTotals(delta.kind, delta.method, delta.name, delta.tags)
      into.set(key, totals)
    }
    totals.add(delta)
  }
}

/**
 * Tasks are a series when they throw, and transactions are one around requests; neither was sent or in flight. Messages one way
 * were, but nobody waits for an answer. What is said of requests (totals, rates, the generator) leaves all of them out.
 */
export function isOfRequests(series: Pick<SeriesDelta, 'kind' | 'method'>): boolean {
  return series.kind !== TASK_KIND && series.kind !== TRANSACTION_KIND && !isOneWay(series)
}

/** Times the script threw: work that was to be done and was not. */
export function isOfScript({ kind }: Pick<SeriesDelta, 'kind'>): boolean {
  return kind === TASK_KIND
}

/**
 * Messages of a protocol that go one way: no answer is waited for, so among requests they would only flatter latencies and error
 * rates. They are counted in series of their own, and one that failed counts as one failure, as a task that threw does.
 */
export function isOneWay({ kind, method }: Pick<SeriesDelta, 'kind' | 'method'>): boolean {
  return kind !== 'http' && (method === 'SEND' || method === 'RECEIVE')
}

/** All of `series` as one, under the name "(all)". */
export function allOf(series: Iterable<SeriesDelta>): SeriesTotals {
  const all = new SeriesTotals('', '', '(all)')
  for (const each of series) all.add(each)
  return all
}

/**
 * A series that others are added to: of several workers in one window, or of a whole run. It has the shape of a delta, so
 * that both are summarised by the same code. Response stays the same object as latency until one of the parts differs.
 */
import { TASK_KIND, TRANSACTION_KIND } from '../../contracts/measure.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import { asLogHistogram, LogHistogram } from './histogram.ts'

const PHASES = 6

export class SeriesTotals implements SeriesDelta {
  readonly kind: string
  readonly method: string
  readonly name: string
  requests = 0
  failures = 0
  wireRequests = 0
  bytesIn = 0
  bytesOut = 0
  readonly phaseSumsUs: number[] = new Array<number>(PHASES).fill(0)
  readonly statuses = new Map<number, number>()
  readonly latency = new LogHistogram()
  response = this.latency

  constructor(kind: string, method: string, name: string) {
    this.kind = kind
    this.method = method
    this.name = name
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

/** Adds `deltas` to the totals of the same kind, method and name, in `into`. */
export function addSeries(into: Map<string, SeriesTotals>, deltas: readonly SeriesDelta[]): void {
  for (const delta of deltas) {
    const key = `${delta.kind}\0${delta.method}\0${delta.name}`
    let totals = into.get(key)
    if (totals === undefined) {
      totals = new SeriesTotals(delta.kind, delta.method, delta.name)
      into.set(key, totals)
    }
    totals.add(delta)
  }
}

/**
 * Tasks are a series when they throw, and transactions are one around requests; neither was sent or in flight. What is said of
 * requests (totals, rates, the generator) leaves them out.
 */
export function isOfRequests({ kind }: Pick<SeriesDelta, 'kind'>): boolean {
  return kind !== TASK_KIND && kind !== TRANSACTION_KIND
}

/** Times the script threw: work that was to be done and was not. */
export function isOfScript({ kind }: Pick<SeriesDelta, 'kind'>): boolean {
  return kind === TASK_KIND
}

/** All of `series` as one, under the name "(all)". */
export function allOf(series: Iterable<SeriesDelta>): SeriesTotals {
  const all = new SeriesTotals('', '', '(all)')
  for (const each of series) all.add(each)
  return all
}

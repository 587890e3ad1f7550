/**
 * What the verdict counts besides the rules: requests, failures, and how they failed. Far less than the totals, so that it
 * can be kept by batches of windows and lose a warm-up in the end.
 */
import type { ErrorDelta, SnapshotData } from '../../contracts/snapshot.ts'
import { isOfRequests, isOfScript, isOneWay } from '../../model/metrics/series-totals.ts'

/** All failures of one kind; the message is that of the first. */
export type FailuresOfKind = Pick<ErrorDelta, 'kind' | 'message' | 'count'>

export class JudgedWork {
  requests = 0
  failures = 0
  /** Messages one way that failed; those that passed are no requests. */
  oneWayFailures = 0
  /** Times a task, a hook or a listener of the script threw. */
  scriptErrors = 0
  readonly #errors = new Map<string, FailuresOfKind>()

  get errors(): FailuresOfKind[] {
    return [...this.#errors.values()]
  }

  add({ series, errors }: Pick<SnapshotData, 'series' | 'errors'>): void {
    for (const each of series) {
      if (isOneWay(each)) this.oneWayFailures += each.failures
      else if (isOfScript(each)) this.scriptErrors += each.failures
      else if (isOfRequests(each)) {
        this.requests += each.requests
        this.failures += each.failures
      }
    }
    for (const error of errors) this.#addErrors(error)
  }

  merge(other: JudgedWork): void {
    this.requests += other.requests
    this.failures += other.failures
    this.oneWayFailures += other.oneWayFailures
    this.scriptErrors += other.scriptErrors
    for (const error of other.errors) this.#addErrors(error)
  }

  #addErrors({ kind, message, count }: FailuresOfKind): void {
    const known = this.#errors.get(kind)
    const first = known?.message ?? message
    this.#errors.set(kind, { kind, message: first, count: count + (known?.count ?? 0) })
  }
}

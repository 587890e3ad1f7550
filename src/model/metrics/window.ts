/**
 * From snapshots to windows to totals. `mergeSnapshots` makes one window of what several workers counted in the same second;
 * `RunTotals` adds up a whole run. Order does not matter, and percentiles are only ever taken of merged histograms.
 * Dropping repeated snapshots is the caller's: by worker and sequence.
 */
import type {
  ArrivalCounts,
  CheckDelta,
  ErrorDelta,
  MetricDelta,
  SeriesDelta,
  SnapshotData,
  UserCounts,
} from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { asLogHistogram, LogHistogram } from './histogram.ts'
import { MetricTotals } from './metric-totals.ts'
import { addSeries, type SeriesTotals } from './series-totals.ts'

export const WINDOW_MS = 1_000

/** One window of all its snapshots; several of one worker are deltas of the same second, the latest level counts. */
export function mergeSnapshots(
  window: number,
  snapshots: readonly SnapshotData[],
  complete: boolean,
): Window {
  const totals = new RunTotals()
  const latest = new Map<number, SnapshotData>()
  for (const snapshot of snapshots) {
    totals.add(snapshot)
    const known = latest.get(snapshot.workerIndex)
    if (known === undefined || known.sequence < snapshot.sequence) {
      latest.set(snapshot.workerIndex, snapshot)
    }
  }
  const workers = [...latest.values()].sort((a, b) => a.workerIndex - b.workerIndex)
  const exemplars = snapshots.flatMap((snapshot) => snapshot.exemplars ?? [])
  const active = workers.reduce((sum, worker) => sum + worker.users.active, 0)
  return {
    window,
    startMs: window * WINDOW_MS,
    durationMs: WINDOW_MS,
    complete,
    series: totals.series,
    errors: totals.errors,
    checks: totals.checks,
    metrics: totals.metrics,
    ...(exemplars.length > 0 && { exemplars }),
    users: { ...totals.users, active },
    arrivals: totals.arrivals,
    workers: workers.map((worker) => [worker.workerIndex, worker.health]),
  }
}

/** What windows and snapshots have in common. */
export type Counted = Pick<
  Window,
  'series' | 'errors' | 'checks' | 'metrics' | 'users' | 'arrivals'
>

/** A growing sum. Give it every snapshot once, or every window once, never both. */
export class RunTotals implements Counted {
  readonly #series = new Map<string, SeriesTotals>()
  readonly #errors = new Map<string, Mutable<ErrorDelta>>()
  readonly #checks = new Map<string, Mutable<CheckDelta>>()
  readonly #metrics = new Map<string, MetricTotals>()
  readonly #users: Mutable<UserCounts> = { active: 0, started: 0, stopped: 0, failed: 0 }
  readonly #arrivals = {
    due: 0,
    started: 0,
    dropped: 0,
    finished: 0,
    lateness: new LogHistogram(),
  }

  /** Copies what it needs: `counted` may be a recorder's view. */
  add(counted: Counted): void {
    addSeries(this.#series, counted.series)
    for (const error of counted.errors) this.#addError(error)
    for (const check of counted.checks) this.#addCheck(check)
    for (const metric of counted.metrics ?? []) this.#addMetric(metric)
    this.#users.started += counted.users.started
    this.#users.stopped += counted.users.stopped
    this.#users.failed += counted.users.failed
    this.#users.active = this.#users.started - this.#users.stopped
    this.#arrivals.due += counted.arrivals.due
    this.#arrivals.started += counted.arrivals.started
    this.#arrivals.dropped += counted.arrivals.dropped
    this.#arrivals.finished += counted.arrivals.finished
    this.#arrivals.lateness.mergeFrom(asLogHistogram(counted.arrivals.lateness))
  }

  /** In order of kind, method and name. */
  get series(): SeriesDelta[] {
    return [...this.#series].sort(byKey).map(([, totals]) => totals)
  }

  /** Most frequent first. */
  get errors(): ErrorDelta[] {
    return [...this.#errors.values()].sort((a, b) => b.count - a.count || a.firstAtMs - b.firstAtMs)
  }

  /** In the order they were first seen. */
  get checks(): CheckDelta[] {
    return [...this.#checks.values()]
  }

  /** In order of kind and name. */
  get metrics(): MetricDelta[] {
    return [...this.#metrics].sort(byKey).map(([, totals]) => totals)
  }

  get users(): UserCounts {
    return { ...this.#users }
  }

  get arrivals(): ArrivalCounts {
    return this.#arrivals
  }

  #addError(error: ErrorDelta): void {
    const key = `${error.method}\0${error.name}\0${error.kind}\0${error.message}`
    const known = this.#errors.get(key)
    if (known === undefined) {
      this.#errors.set(key, { ...error })
      return
    }
    known.count += error.count
    known.firstAtMs = Math.min(known.firstAtMs, error.firstAtMs)
    known.lastAtMs = Math.max(known.lastAtMs, error.lastAtMs)
    if (known.sample === '') known.sample = error.sample
  }

  #addMetric(metric: MetricDelta): void {
    const key = `${metric.kind}\0${metric.name}`
    let totals = this.#metrics.get(key)
    if (totals === undefined) {
      totals = new MetricTotals(metric.kind, metric.name)
      this.#metrics.set(key, totals)
    }
    totals.add(metric)
  }

  #addCheck(check: CheckDelta): void {
    const known = this.#checks.get(check.name)
    if (known === undefined) {
      const { name, passes, failures } = check
      this.#checks.set(name, { name, passes, failures })
      return
    }
    known.passes += check.passes
    known.failures += check.failures
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}

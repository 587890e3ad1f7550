/**
 * Snapshots in, windows and totals out. Every snapshot enters the totals exactly once, however late; repeats are dropped
 * by worker and sequence, gaps in the sequence are counted as lost.
 *
 * A window closes when every live worker has reported it or a later one, or `WINDOW_LATE_MS` after its end, in order.
 * A snapshot for a closed window re-sends that window while it is among the last `WINDOWS_REOPEN_MAX`; memory is
 * bounded by those and by `WINDOWS_MAX` result lines, of which a longer run keeps every 2nd, 4th …
 */
import type { MonitorReading } from '../../contracts/monitor.ts'
import type { WindowResult } from '../../contracts/result.ts'
import type { SnapshotData } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { WINDOWS_MAX, WINDOWS_REOPEN_MAX } from '../../kernel/limits.ts'
import { ThinnedList } from '../../kernel/thinned-list.ts'
import { Batched } from '../../model/metrics/batched.ts'
import { RunExemplars } from '../../model/metrics/run-exemplars.ts'
import { toWindowResult } from '../../model/metrics/summary.ts'
import { mergeSnapshots, RunTotals } from '../../model/metrics/window.ts'
import { WINDOW_LATE_MS, WINDOW_MS } from '../wire/timing.ts'
import { JudgedWork } from './judged-work.ts'

/** What the aggregator remembers of one worker's numbering. */
interface Seen {
  /** Highest sequence so far; below it everything arrived except `missing`. */
  highest: number
  readonly missing: Set<number>
  /** Latest window it reported. */
  window: number
  /** Sum of its due arrivals. */
  due: number
}

interface Health {
  readonly startMs: number
  readonly workers: Window['workers']
}

export class Aggregator {
  readonly totals = new RunTotals()
  /** Which requests the run keeps; those are in its windows. */
  readonly exemplars = new RunExemplars()
  /** Every closed window once, the newest version. */
  readonly results = new ThinnedList<WindowResult>(WINDOWS_MAX)
  /** For the judgement of the generator. */
  readonly health = new ThinnedList<Health>(WINDOWS_MAX)
  /** Requests in flight, integrated over the whole run, request·ms. */
  inFlightSumMs = 0
  /** Most users at the end of a window. */
  usersMax = 0
  repeats = 0
  readonly #onWindow: (window: Window) => void
  readonly #onNew: (data: SnapshotData) => void
  readonly #monitorsOf: (window: number) => readonly MonitorReading[] | undefined
  readonly #seen = new Map<number, Seen>()
  readonly #recent = new Map<number, SnapshotData[]>()
  #nextToClose = 0

  #judgedFromMs: number
  readonly #work = new Batched(() => new JudgedWork())

  /** `onNew` is given every snapshot once, before the window it may close. `monitorsOf` is asked each time a window is shown. */
  constructor(
    onWindow: (window: Window) => void,
    onNew: (data: SnapshotData) => void = () => {},
    judgedFromMs = 0,
    monitorsOf: (window: number) => readonly MonitorReading[] | undefined = () => undefined,
  ) {
    this.#judgedFromMs = judgedFromMs
    this.#onWindow = onWindow
    this.#onNew = onNew
    this.#monitorsOf = monitorsOf
  }

  /** Windows that are closed. */
  get closed(): number {
    return this.#nextToClose
  }

  /** Without the warm-up: what the run is judged on. */
  get judged(): JudgedWork {
    const sum = new JudgedWork()
    for (const part of this.#work.from(this.#judgedFromMs / WINDOW_MS)) sum.merge(part)
    return sum
  }

  /** At the end: what was before `fromMs`, a whole batch of windows, was warm-up after all. */
  leaveOut(fromMs: number): void {
    this.#judgedFromMs = fromMs
    const { items, stride } = this.results
    items.forEach((result, place) => {
      if (result.atMs < fromMs) this.results.set(place * stride, { ...result, warmup: true })
    })
  }

  /** Snapshots that never came, as far as the numbering shows. */
  get lost(): number {
    let lost = 0
    for (const seen of this.#seen.values()) lost += seen.missing.size
    return lost
  }

  /** Arrivals that worker `index` reported as due. */
  dueOf(index: number): number {
    return this.#seen.get(index)?.due ?? 0
  }

  /** Until when worker `index` has reported, run clock; 0 before its first snapshot. */
  reportedMs(index: number): number {
    return (this.#reported(index) + 1) * WINDOW_MS
  }

  accept(sent: SnapshotData, live: readonly number[], nowMs: number): void {
    if (!this.#isNew(sent)) {
      this.repeats++
      return
    }
    const data = this.#withAdmitted(sent)
    this.totals.add(data)
    this.inFlightSumMs += data.health.inFlightMs
    if (data.window * WINDOW_MS >= this.#judgedFromMs) this.#work.of(data.window).add(data)
    this.#onNew(data)
    const late = data.window < this.#nextToClose
    if (!late || data.window >= this.#nextToClose - WINDOWS_REOPEN_MAX) {
      const snapshots = this.#recent.get(data.window)
      if (snapshots === undefined) this.#recent.set(data.window, [data])
      else snapshots.push(data)
      if (late) this.#emit(data.window, live)
    }
    this.closeDue(live, nowMs)
  }

  /** Of its kept requests only those the run keeps, so that windows hold no others. */
  #withAdmitted(data: SnapshotData): SnapshotData {
    const { exemplars, window } = data
    return exemplars === undefined
      ? data
      : { ...data, exemplars: this.exemplars.admit(exemplars, window) }
  }

  /** Closes what is complete or too late; call it at least once per window. `nowMs` on the run clock. */
  closeDue(live: readonly number[], nowMs: number): void {
    while (this.#mayClose(this.#nextToClose, live, nowMs)) this.#closeNext(live)
  }

  /** The run is over: whatever was reported is shown. */
  closeAll(): void {
    const last = Math.max(-1, ...this.#recent.keys())
    while (this.#nextToClose <= last) this.#closeNext([])
  }

  #closeNext(live: readonly number[]): void {
    const window = this.#nextToClose++
    this.#recent.delete(window - WINDOWS_REOPEN_MAX)
    this.#emit(window, live)
  }

  #emit(number: number, live: readonly number[]): void {
    const complete = live.every((index) => this.#reported(index) >= number)
    const monitors = this.#monitorsOf(number)
    const window: Window = {
      ...mergeSnapshots(number, this.#recent.get(number) ?? [], complete),
      ...(monitors !== undefined && { monitors }),
    }
    this.usersMax = Math.max(this.usersMax, window.users.active)
    const result = toWindowResult(window)
    const isWarmup = window.startMs < this.#judgedFromMs
    this.results.set(number, isWarmup ? { ...result, warmup: true } : result)
    this.health.set(number, { startMs: window.startMs, workers: window.workers })
    this.#onWindow(window)
  }

  #mayClose(window: number, live: readonly number[], nowMs: number): boolean {
    const endMs = (window + 1) * WINDOW_MS
    if (nowMs >= endMs + WINDOW_LATE_MS) return true
    return live.length > 0 && live.every((index) => this.#reported(index) >= window)
  }

  #reported(index: number): number {
    return this.#seen.get(index)?.window ?? -1
  }

  #isNew(data: SnapshotData): boolean {
    let seen = this.#seen.get(data.workerIndex)
    if (seen === undefined) {
      seen = { highest: -1, missing: new Set(), window: -1, due: 0 }
      this.#seen.set(data.workerIndex, seen)
    }
    if (data.sequence <= seen.highest) {
      const filledGap = seen.missing.delete(data.sequence)
      if (filledGap) seen.due += data.arrivals.due
      return filledGap
    }
    for (let gap = seen.highest + 1; gap < data.sequence; gap++) seen.missing.add(gap)
    seen.highest = data.sequence
    seen.due += data.arrivals.due
    seen.window = Math.max(seen.window, data.window)
    return true
  }
}

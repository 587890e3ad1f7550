/**
 * Watches the thresholds while the run goes on and says, once per window, whether one of them ends it. It is given each
 * snapshot once, as it comes, and each window as it closes.
 *
 *   a rule is judged on          fails the run when
 *   everything since the start   it fails at the end: a bad second can still be made good
 *   every full span (`over`)     one span failed; spans that measured nothing say nothing
 *   … with `abort`               it fails at the end of a window after its delay: the run ends, and the rule has failed
 *
 * A count that only has to be reached is crossed at the end or never. Nothing measured at all is no crossing during the
 * run, and a failure at its end unless the rule lets it pass. A run shorter than a span is judged as one span.
 *
 * An automatic warm-up is known at the end only: `leaveOut` then takes it back out of everything. What a rule observed on
 * spans is kept apart by where they begin; one on the whole run is judged anew, so if it fails it was crossed at the end.
 */
import type { MonitorReading } from '../../contracts/monitor.ts'
import type { Threshold } from '../../contracts/plan.ts'
import type { ThresholdResult } from '../../contracts/result.ts'
import { assert } from '../../kernel/assert.ts'
import { Batched } from '../../model/metrics/batched.ts'
import { type Measured, Meters } from '../../model/plan/threshold-meters.ts'
import type { Reading } from '../../model/plan/threshold-reading.ts'
import {
  badness,
  holds,
  marginOf,
  mayAbort,
  mayStillHold,
  observe,
} from '../../model/plan/threshold-verdict.ts'
import { WINDOW_MS } from '../wire/timing.ts'

/** What a rule observed so far. */
interface Outcome {
  /** Of all full spans; always null for a rule on the whole run. */
  worst: number | null
  firstCrossedAtMs: number | null
}

/** One rule and what became of it so far. */
interface Case extends Outcome {
  readonly threshold: Threshold
  /** At the end of the last judged window. */
  present: number | null
  /** What it observed when it ended the run. */
  abortedBy: number | null
  /** By the window in which spans begin, where a warm-up may be left out later. */
  readonly byBegin: Batched<Outcome> | undefined
}

export class Judge {
  readonly #meters: Meters
  readonly #cases: readonly Case[]
  #fromMs: number
  #window = -1
  /** Time in which the run stood still, and the end of the last such window. */
  #pausedMs = 0
  #pausedToMs = 0

  /**
   * `fromMs`: where the warm-up ends, at the end of a window; nothing before it is looked at. `leavesOut`: `leaveOut` may
   * be called, for which more is kept; no rule aborts then.
   */
  constructor(thresholds: readonly Threshold[], fromMs = 0, leavesOut = false) {
    this.#fromMs = fromMs
    this.#meters = new Meters(thresholds, leavesOut)
    this.#cases = thresholds.map((threshold) => ({
      threshold,
      present: null,
      ...unmet(),
      abortedBy: null,
      byBegin: leavesOut && threshold.overMs !== null ? new Batched(unmet) : undefined,
    }))
  }

  /** Every snapshot once, before the window it closes. */
  add(measured: Measured): void {
    if (measured.window * WINDOW_MS >= this.#fromMs) this.#meters.add(measured)
  }

  /** What was watched in a window, before it is judged; one that is sent again is ignored. */
  addMonitors(window: number, readings: readonly MonitorReading[]): void {
    if (window <= this.#window || window * WINDOW_MS < this.#fromMs) return
    this.#meters.addMonitors(window, readings)
  }

  /** The run stood still in `window`: it is no part of what is judged, nor is a span that it lies in. */
  pass(window: number): void {
    if (window <= this.#window) return
    this.#window = window
    this.#meters.advanceTo(window)
    this.#pausedToMs = (window + 1) * WINDOW_MS
    if (this.#pausedToMs > this.#fromMs) this.#pausedMs += WINDOW_MS
  }

  /** After `window` closed under full load: the rule that ends the run now, if any. One that is sent again is ignored. */
  onWindow(window: number): Threshold | undefined {
    if (window <= this.#window) return undefined
    this.#window = window
    this.#meters.advanceTo(window)
    const endMs = (window + 1) * WINDOW_MS
    const judgedMs = endMs - this.#fromMs - this.#pausedMs
    if (judgedMs <= 0) return undefined
    const sincePauseMs = endMs - Math.max(this.#fromMs, this.#pausedToMs)
    let abort: Case | undefined
    this.#cases.forEach((each, index) => {
      const { threshold } = each
      const spanMs = threshold.overMs ?? judgedMs
      const reading = this.#meters.readings[index]!
      each.present = observe(threshold, reading, Math.min(spanMs, judgedMs))
      const isWhole = spanMs <= (threshold.overMs === null ? judgedMs : sincePauseMs)
      if (each.present === null || !isWhole) return
      const begun = each.byBegin?.of((endMs - spanMs) / WINDOW_MS)
      note(each, each.present, threshold, reading, endMs)
      if (begun !== undefined) note(begun, each.present, threshold, reading, endMs)
      if (!isCrossed(each.present, threshold, reading)) return
      if (mayAbort(threshold, endMs)) abort ??= each
    })
    if (abort === undefined) return undefined
    abort.abortedBy = abort.present
    return abort.threshold
  }

  /** Once, before the results: what was measured before `fromMs`, a whole batch of windows, was warm-up after all. */
  leaveOut(fromMs: number): void {
    assert(this.#pausedMs === 0, 'a run that stood still has no automatic warm-up')
    this.#fromMs = fromMs
    this.#meters.forgetBefore(fromMs / WINDOW_MS)
    for (const each of this.#cases) {
      Object.assign(each, unmet())
      for (const { worst, firstCrossedAtMs } of each.byBegin?.from(fromMs / WINDOW_MS) ?? []) {
        if (worst !== null) each.worst = worseOf(each.worst, worst, each.threshold)
        each.firstCrossedAtMs ??= firstCrossedAtMs
      }
    }
  }

  /** How the rules stand now, in their order. */
  get standing(): ThresholdResult[] {
    return this.#cases.map((each) => {
      const failedFor = each.threshold.overMs !== null && each.firstCrossedAtMs !== null
      const result = resultOf(each.threshold, each.present, each.firstCrossedAtMs)
      return failedFor ? { ...result, passed: false } : result
    })
  }

  /** At the end of the run. */
  results(durationMs: number): ThresholdResult[] {
    return this.#cases.map((each, index) => {
      const { threshold } = each
      const observed =
        each.abortedBy ?? this.#atEnd(each, this.#meters.readings[index]!, durationMs)
      const failed = observed !== null && !holds(observed, threshold)
      return resultOf(threshold, observed, each.firstCrossedAtMs ?? (failed ? durationMs : null))
    })
  }

  #atEnd({ threshold, worst }: Case, reading: Reading, durationMs: number): number | null {
    const { overMs } = threshold
    const judgedMs = Math.max(0, durationMs - this.#fromMs - this.#pausedMs)
    if (overMs === null) return observe(threshold, reading, judgedMs)
    const wasJudged = (this.#window + 1) * WINDOW_MS - this.#fromMs >= overMs
    if (wasJudged) return worst
    const spanMs = Math.min(judgedMs, overMs)
    reading.advanceTo(Math.ceil((this.#fromMs + spanMs) / WINDOW_MS) - 1)
    return observe(threshold, reading, spanMs)
  }
}

function unmet(): Outcome {
  return { worst: null, firstCrossedAtMs: null }
}

function note(
  outcome: Outcome,
  observed: number,
  threshold: Threshold,
  reading: Reading,
  endMs: number,
): void {
  if (threshold.overMs !== null) outcome.worst = worseOf(outcome.worst, observed, threshold)
  if (isCrossed(observed, threshold, reading)) outcome.firstCrossedAtMs ??= endMs
}

function isCrossed(observed: number, threshold: Threshold, reading: Reading): boolean {
  return !holds(observed, threshold) && !mayStillHold(threshold, observed, reading)
}

function resultOf(
  threshold: Threshold,
  observed: number | null,
  firstCrossedAtMs: number | null,
): ThresholdResult {
  return {
    rule: threshold.rule,
    passed: observed === null ? threshold.noDataPasses : holds(observed, threshold),
    observed,
    unit: threshold.unit,
    margin: observed === null ? null : marginOf(observed, threshold),
    firstCrossedAtMs,
  }
}

function worseOf(known: number | null, observed: number, threshold: Threshold): number {
  if (known === null) return observed
  return badness(observed, threshold) > badness(known, threshold) ? observed : known
}

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
 */
import type { Threshold } from '../../contracts/plan.ts'
import type { ThresholdResult } from '../../contracts/result.ts'
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

/** One rule and what became of it so far. */
interface Case {
  readonly threshold: Threshold
  /** At the end of the last judged window. */
  present: number | null
  /** Of all full spans; always null for a rule on the whole run. */
  worst: number | null
  firstCrossedAtMs: number | null
  /** What it observed when it ended the run. */
  abortedBy: number | null
}

export class Judge {
  readonly #meters: Meters
  readonly #cases: readonly Case[]
  readonly #fromMs: number
  #window = -1

  /** `fromMs`: where the warm-up ends, at the end of a window; nothing before it is looked at. */
  constructor(thresholds: readonly Threshold[], fromMs = 0) {
    this.#fromMs = fromMs
    this.#meters = new Meters(thresholds)
    this.#cases = thresholds.map((threshold) => ({
      threshold,
      present: null,
      worst: null,
      firstCrossedAtMs: null,
      abortedBy: null,
    }))
  }

  /** Every snapshot once, before the window it closes. */
  add(measured: Measured): void {
    if (measured.window * WINDOW_MS >= this.#fromMs) this.#meters.add(measured)
  }

  /** After `window` closed under full load: the rule that ends the run now, if any. One that is sent again is ignored. */
  onWindow(window: number): Threshold | undefined {
    if (window <= this.#window) return undefined
    this.#window = window
    this.#meters.advanceTo(window)
    const endMs = (window + 1) * WINDOW_MS
    const judgedMs = endMs - this.#fromMs
    if (judgedMs <= 0) return undefined
    let abort: Case | undefined
    this.#cases.forEach((each, index) => {
      const { threshold } = each
      const spanMs = threshold.overMs ?? judgedMs
      const reading = this.#meters.readings[index]!
      each.present = observe(threshold, reading, Math.min(spanMs, judgedMs))
      if (each.present === null || spanMs > judgedMs) return
      if (threshold.overMs !== null) each.worst = worseOf(each.worst, each.present, threshold)
      if (holds(each.present, threshold) || mayStillHold(threshold, each.present, reading)) return
      each.firstCrossedAtMs ??= endMs
      if (mayAbort(threshold, endMs)) abort ??= each
    })
    if (abort === undefined) return undefined
    abort.abortedBy = abort.present
    return abort.threshold
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
    const judgedMs = Math.max(0, durationMs - this.#fromMs)
    if (overMs === null) return observe(threshold, reading, judgedMs)
    const wasJudged = (this.#window + 1) * WINDOW_MS - this.#fromMs >= overMs
    if (wasJudged) return worst
    const spanMs = Math.min(judgedMs, overMs)
    reading.advanceTo(Math.ceil((this.#fromMs + spanMs) / WINDOW_MS) - 1)
    return observe(threshold, reading, spanMs)
  }
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

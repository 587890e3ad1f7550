/**
 * Watches the thresholds while the run goes on and says, once per window, whether one of them ends it. A threshold is
 * judged on everything measured so far, so a bad second can still be made good unless the rule says `abort`.
 * Nothing measured is no crossing during the run, and a failure at its end.
 */
import type { Threshold } from '../../contracts/plan.ts'
import type { ThresholdResult } from '../../contracts/result.ts'
import type { Counted } from '../../model/metrics/window.ts'
import { evaluateThreshold, mayAbort } from '../../model/plan/threshold.ts'

export class Judge {
  readonly #thresholds: readonly Threshold[]
  readonly #firstCrossedAtMs: (number | null)[]

  constructor(thresholds: readonly Threshold[]) {
    this.#thresholds = thresholds
    this.#firstCrossedAtMs = thresholds.map(() => null)
  }

  /** After a window that ended at `endMs`: the rule that ends the run now, if any. */
  onWindow(counted: Counted, endMs: number): Threshold | undefined {
    let abort: Threshold | undefined
    this.#thresholds.forEach((threshold, index) => {
      const result = evaluateThreshold(threshold, counted, endMs)
      if (result.passed || result.observed === null) return
      this.#firstCrossedAtMs[index] ??= endMs
      if (mayAbort(threshold, endMs)) abort ??= threshold
    })
    return abort
  }

  /** At the end of the run. */
  results(counted: Counted, durationMs: number): ThresholdResult[] {
    return this.#thresholds.map((threshold, index) =>
      evaluateThreshold(threshold, counted, durationMs, this.#firstCrossedAtMs[index]),
    )
  }
}

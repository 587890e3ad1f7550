/**
 * When a run that is told as sums is told: every few windows, each time with a later time than before, however late windows come, and
 * never with one that is still to come, as the end of the last second is.
 */
import type { Clock } from '../../contracts/clock.ts'

/** Five seconds: what a chart of rates over some seconds needs, at a fifth of the cost of every window. */
const PUSH_WINDOWS = 5

export class PushTimes {
  #due = PUSH_WINDOWS - 1
  #lastEpochMs = 0
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Is it time, now that `window` is there? */
  isDue(window: number): boolean {
    if (window < this.#due) return false
    this.#due = window + PUSH_WINDOWS
    return true
  }

  /** Of what stands at `epochMs`; systems refuse a second value for one instant. */
  next(epochMs: number): number {
    this.#lastEpochMs = Math.max(Math.min(epochMs, this.#clock.epochMs()), this.#lastEpochMs + 1)
    return this.#lastEpochMs
  }
}

/**
 * Which worker has more to do than it can, while it happens: the judgement of the generator says it when the run is over, which is
 * late for a run of hours. One that is busy for a moment, as at the start, is none; each is named once.
 */
import type { Window } from '../../contracts/window.ts'

/** So many windows in a row. */
export const OVERLOADED_WINDOWS = 5
/** Above it an event loop is never idle. */
const BUSY_RATIO = 0.95

export class Overload {
  /** Worker → busy windows in a row; Infinity once it was named. */
  readonly #busy = new Map<number, number>()

  /** Workers that turn out to be overloaded with this window. */
  add(workers: Window['workers']): readonly number[] {
    return workers
      .filter(([index, { loopUtilisation }]) => {
        const before = this.#busy.get(index) ?? 0
        const isBusy = before === Number.POSITIVE_INFINITY || loopUtilisation >= BUSY_RATIO
        const now = isBusy ? before + 1 : 0
        const isNews = now === OVERLOADED_WINDOWS
        this.#busy.set(index, isNews ? Number.POSITIVE_INFINITY : now)
        return isNews
      })
      .map(([index]) => index)
  }
}

// HOT: dueNs per arrival: one array read and a division.
/** Arrivals as they once came: offsets of a recording, in order, `speed` times as fast. */
import type { ArrivalSchedule } from './shape.ts'

export class ReplayedArrivals implements ArrivalSchedule {
  readonly totalCount: number
  readonly #offsetsMs: readonly number[]
  readonly #speed: number

  /** `offsetsMs` ascending, the first arrival at 0. */
  constructor(offsetsMs: readonly number[], speed: number) {
    this.totalCount = offsetsMs.length
    this.#offsetsMs = offsetsMs
    this.#speed = speed
  }

  dueNs(index: number): number {
    return Math.floor((this.#offsetsMs[index]! * 1e6) / this.#speed)
  }

  dueMs(index: number): number {
    return this.dueNs(index) / 1e6
  }

  countBy(elapsedNs: number): number {
    let low = 0
    let high = this.totalCount
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.dueNs(middle) <= elapsedNs) low = middle + 1
      else high = middle
    }
    return low
  }
}

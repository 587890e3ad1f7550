/** What was measured of one selection over one span: the whole run or the last so many seconds. Judges nothing. */
import { SlidingTally, type SpanTally, type Tally, WholeTally } from '../metrics/span-tally.ts'
import { WINDOW_MS } from '../metrics/window.ts'

/** One source over one span. By worker for what only the busiest worker tells; else there is one part. */
export class Reading {
  readonly parts = new Map<number, SpanTally>()
  /** What the rule is about when this measured nothing: the trend that has the name of no request. */
  otherwise: Reading | undefined
  readonly #make: () => SpanTally
  #window = -1

  constructor(spanMs: number | null, timed: boolean, forgets: boolean) {
    this.#make = () =>
      spanMs === null ? new WholeTally(timed, forgets) : new SlidingTally(spanMs / WINDOW_MS, timed)
  }

  add(part: number, window: number, tally: Tally): void {
    let span = this.parts.get(part)
    if (span === undefined) {
      span = this.#make()
      span.advanceTo(this.#window)
      this.parts.set(part, span)
    }
    span.add(window, tally)
  }

  advanceTo(window: number): void {
    this.#window = Math.max(this.#window, window)
    for (const span of this.parts.values()) span.advanceTo(window)
    this.otherwise?.advanceTo(window)
  }

  forgetBefore(window: number): void {
    for (const span of this.parts.values()) span.forgetBefore(window)
    this.otherwise?.forgetBefore(window)
  }
}

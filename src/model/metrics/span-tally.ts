/**
 * The few figures a rule needs of what it selects, over the whole run or over a span that slides by whole windows. Parts
 * come by window, in any order and as many as there are workers; a late one still enters its window. The sliding sum adds
 * the window that enters and takes away the one that leaves, so a step costs two merges however long the span is. Counts
 * stay exact (whole doubles); sums and extremes are taken anew from the windows, so nothing drifts.
 */
import { assert } from '../../kernel/assert.ts'
import { Batched } from './batched.ts'
import { LogHistogram } from './histogram.ts'

export class Tally {
  /** Requests, checks, arrivals due, seconds: whatever the rule is a share or a mean of. */
  count = 0
  failed = 0
  /** Of a phase in µs, of CPU ratios, or of what was told to a custom metric. */
  sum = 0
  /** Of a gauge, told `lastAtMs` after the start; −∞ for everything that is none. */
  last = Number.NaN
  lastAtMs = Number.NEGATIVE_INFINITY
  /** Of the values of a monitor. */
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  /** Of durations, for rules that are about them. */
  readonly histogram: LogHistogram | null

  constructor(timed: boolean) {
    this.histogram = timed ? new LogHistogram() : null
  }

  add(other: Tally): void {
    this.count += other.count
    this.failed += other.failed
    this.sum += other.sum
    this.takeLast(other)
    this.takeExtremes(other)
    if (other.histogram !== null) this.histogram?.mergeFrom(other.histogram)
  }

  /** The later value wins, of two at one instant the larger: the order of adding does not matter. */
  takeLast({ last, lastAtMs }: Pick<Tally, 'last' | 'lastAtMs'>): void {
    if (lastAtMs < this.lastAtMs || (lastAtMs === this.lastAtMs && !(last > this.last))) return
    this.last = last
    this.lastAtMs = lastAtMs
  }

  takeExtremes({ min, max }: Pick<Tally, 'min' | 'max'>): void {
    if (min < this.min) this.min = min
    if (max > this.max) this.max = max
  }

  /** One value of a monitor. */
  takeValue(value: number): void {
    this.count++
    this.sum += value
    this.takeExtremes({ min: value, max: value })
  }

  /** `other` was added before. Leaves `sum`, `last` and the extremes to `SlidingTally`. */
  remove(other: Tally): void {
    this.count -= other.count
    this.failed -= other.failed
    if (other.histogram !== null) this.histogram?.subtractCounts(other.histogram)
  }

  reset(): void {
    this.count = 0
    this.failed = 0
    this.sum = 0
    this.last = Number.NaN
    this.lastAtMs = Number.NEGATIVE_INFINITY
    this.min = Number.POSITIVE_INFINITY
    this.max = Number.NEGATIVE_INFINITY
    this.histogram?.reset()
  }
}

export interface SpanTally {
  /** The whole run so far, or the last full span. */
  readonly now: Tally
  /** Adds to `window`; copies what it needs of `part`. */
  add(window: number, part: Tally): void
  /** The span now ends with `window`; going back is ignored. */
  advanceTo(window: number): void
  /** Takes out everything before `window`. At the end of a run: what comes later may belong there too. */
  forgetBefore(window: number): void
}

/** Everything since the start, including windows that are still open. */
export class WholeTally implements SpanTally {
  readonly now: Tally
  readonly #batches: Batched<Tally> | undefined

  /** `forgets`: also keeps what `forgetBefore` needs, a tally per batch. */
  constructor(timed: boolean, forgets = false) {
    this.now = new Tally(timed)
    if (forgets) this.#batches = new Batched(() => new Tally(timed))
  }

  add(window: number, part: Tally): void {
    this.now.add(part)
    this.#batches?.of(window).add(part)
  }

  advanceTo(): void {}

  /** To the beginning of a batch. */
  forgetBefore(window: number): void {
    assert(this.#batches !== undefined, 'a tally that keeps no batches cannot forget')
    this.now.reset()
    for (const batch of this.#batches.from(window)) this.now.add(batch)
  }
}

/** The last `windows` windows. Keeps one tally for each, and for those few that workers are ahead by. */
export class SlidingTally implements SpanTally {
  readonly now: Tally
  readonly #windows: number
  readonly #timed: boolean
  readonly #slots = new Map<number, Tally>()
  readonly #spare: Tally[] = []
  #last = -1

  constructor(windows: number, timed: boolean) {
    this.#windows = windows
    this.#timed = timed
    this.now = new Tally(timed)
  }

  add(window: number, part: Tally): void {
    if (window <= this.#last - this.#windows) return
    let slot = this.#slots.get(window)
    if (slot === undefined) {
      slot = this.#spare.pop() ?? new Tally(this.#timed)
      this.#slots.set(window, slot)
    }
    slot.add(part)
    if (window <= this.#last) this.now.add(part)
  }

  advanceTo(window: number): void {
    if (window <= this.#last) return
    while (this.#last < window) this.#step()
    this.#settle()
  }

  forgetBefore(window: number): void {
    for (const [each, slot] of this.#slots) {
      if (each >= window) continue
      if (each <= this.#last) this.now.remove(slot)
      this.#slots.delete(each)
    }
    this.#settle()
  }

  #step(): void {
    this.#last++
    const entering = this.#slots.get(this.#last)
    if (entering !== undefined) this.now.add(entering)
    const gone = this.#last - this.#windows
    const leaving = this.#slots.get(gone)
    if (leaving === undefined) return
    this.now.remove(leaving)
    this.#slots.delete(gone)
    leaving.reset()
    this.#spare.push(leaving)
  }

  #settle(): void {
    const { now } = this
    let sum = 0
    let sumUs = 0
    let minUs = Number.NaN
    let maxUs = Number.NaN
    now.lastAtMs = Number.NEGATIVE_INFINITY
    now.min = Number.POSITIVE_INFINITY
    now.max = Number.NEGATIVE_INFINITY
    for (const [window, slot] of this.#slots) {
      if (window > this.#last) continue
      sum += slot.sum
      now.takeLast(slot)
      now.takeExtremes(slot)
      const { histogram } = slot
      if (histogram === null || histogram.count === 0) continue
      sumUs += histogram.sumUs
      if (!(minUs <= histogram.minUs)) minUs = histogram.minUs
      if (!(maxUs >= histogram.maxUs)) maxUs = histogram.maxUs
    }
    now.sum = sum
    if (now.histogram !== null) Object.assign(now.histogram, { sumUs, minUs, maxUs })
  }
}

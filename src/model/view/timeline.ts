/**
 * A run over time in at most `TIMELINE_POINTS_MAX` points, however long it is: one per second at first, and each time there would be too many,
 * neighbours become one. What is merged are counts and histograms, so the percentiles of a point are those of all its
 * responses. Windows may come late and again: the newest version of a window counts as long as its second is a point of its own;
 * afterwards it is left out and counted (`late`). Memory: a histogram per point, some 5 MB in all.
 */

import type { ViewPoint } from '../../contracts/view.ts'
import type { Window } from '../../contracts/window.ts'
import { TIMELINE_POINTS_MAX } from '../../kernel/limits.ts'
import { WINDOW_MS } from '../metrics/window.ts'
import { Stretch } from './stretch.ts'

/** What the run was to do between two instants, and whether it stood still or warmed up. */
export type Planned = (
  fromMs: number,
  toMs: number,
) => Pick<ViewPoint, 'planned' | 'paused' | 'warmup'>

/** How long a point of a run of `durationMs` is: windows up to this length may be merged before they come into its timeline. */
export function pointSpanMs(durationMs: number, most = TIMELINE_POINTS_MAX): number {
  let spanMs = WINDOW_MS
  while (durationMs / spanMs > most) spanMs *= 2
  return spanMs
}

export class Timeline {
  readonly #stretches: (Stretch | undefined)[] = []
  readonly #most: number
  /** Windows per point. */
  #size = 1
  /** Windows that came again too late to replace what they were. */
  late = 0
  /** Grows with every window; points know at which they changed last. */
  version = 0
  /** When neighbours were made one last: who knows older points knows none. */
  halvedAt = 0

  constructor(most = TIMELINE_POINTS_MAX) {
    this.#most = most
  }

  /** Longer ones too that begin at a multiple of their length, a power of two; none of what they hold may come again. */
  add(window: Window): void {
    const span = window.durationMs / WINDOW_MS
    while (span > this.#size || window.window / this.#size >= this.#most) this.#halve()
    const index = Math.floor(window.window / this.#size)
    const known = this.#stretches[index]
    if (this.#size === 1 || known === undefined) this.#stretches[index] = Stretch.of(window)
    else if (known.has(window.window)) this.late++
    else known.add(Stretch.of(window))
    this.#stretches[index]!.version = ++this.version
  }

  /** In order; seconds of which nothing is known are left out. `since`: only those that changed after that version. */
  points(planned: Planned, since = 0): ViewPoint[] {
    return this.#stretches.flatMap((stretch, index) => {
      if (stretch === undefined || stretch.version <= since) return []
      const spanMs = this.#size * WINDOW_MS
      const atMs = index * spanMs
      return [{ ...stretch.point(atMs, spanMs), ...planned(atMs, atMs + spanMs) }]
    })
  }

  #halve(): void {
    const before = this.#stretches.splice(0)
    for (let index = 0; index < before.length; index += 2) {
      const [first, second] = [before[index], before[index + 1]]
      if (first !== undefined && second !== undefined) first.add(second)
      this.#stretches.push(first ?? second)
    }
    this.#size *= 2
    this.halvedAt = ++this.version
    for (const stretch of this.#stretches) if (stretch !== undefined) stretch.version = this.version
  }
}

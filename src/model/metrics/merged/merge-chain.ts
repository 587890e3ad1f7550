/**
 * From windows to ever longer stretches of them, as they become whole: each stretch is merged from those of the span before, so that a
 * window is merged once per span and never read again. Holds one open stretch per span. Knows no bytes.
 */
import type { Window } from '../../../contracts/window.ts'
import { type Detail, type MergedKey, SPANS } from './merged-key.ts'
import { WindowMerger } from './window-merger.ts'

interface Level {
  readonly span: number
  index: number
  merger: WindowMerger | undefined
  /** One of its windows came too late to be in it. */
  isSpoilt: boolean
}

export class MergeChain {
  readonly #detail: Detail
  readonly #levels: Level[]
  readonly #onMerged: (key: MergedKey, merged: Window) => void

  /** `onMerged` is told of each stretch once, when it is whole; the window it is given is not changed afterwards. */
  constructor(detail: Detail, onMerged: (key: MergedKey, merged: Window) => void) {
    this.#detail = detail
    this.#onMerged = onMerged
    const longer = SPANS[detail].filter((span) => span > 1)
    this.#levels = longer.map((span) => ({ span, index: 0, merger: undefined, isSpoilt: false }))
  }

  /** In order, each after `endBelow` its number. */
  add(window: Window): void {
    this.#addTo(0, window)
  }

  /** No window below `end` will be added any more: what ends there is whole. */
  endBelow(end: number): void {
    this.#levels.forEach((level, place) => {
      const { span, index, merger, isSpoilt } = level
      if ((index + 1) * span > end) return
      level.index = Math.floor(end / span)
      level.merger = undefined
      level.isSpoilt = false
      if (merger === undefined) return
      const merged = merger.merged(index * span, span)
      if (!isSpoilt) this.#onMerged({ detail: this.#detail, span, index }, merged)
      this.#addTo(place + 1, merged)
    })
  }

  /** A window that was passed over, or was added and is not kept: nothing that is open may be taken for whole. */
  spoil(window: number): void {
    for (const level of this.#levels) {
      if (Math.floor(window / level.span) === level.index) level.isSpoilt = true
    }
  }

  #addTo(place: number, window: Window): void {
    const level = this.#levels[place]
    if (level === undefined) return
    level.merger ??= new WindowMerger()
    level.merger.add(window)
  }
}

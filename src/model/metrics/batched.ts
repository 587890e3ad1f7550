/**
 * Something that is summed up over a run and may lose its beginning afterwards: parts by batches of windows, for as many
 * batches as a warm-up may turn out to have, and one part for all that comes later. Windows come in any order.
 */
import { WARMUP_BATCHES_MAX } from '../../kernel/limits.ts'
import { MSER_BATCH } from '../stats/mser.ts'

export class Batched<Part> {
  readonly #parts = new Map<number, Part>()
  readonly #make: () => Part

  constructor(make: () => Part) {
    this.#make = make
  }

  /** The part that `window` belongs to. */
  of(window: number): Part {
    const batch = batchOf(window)
    let part = this.#parts.get(batch)
    if (part === undefined) {
      part = this.#make()
      this.#parts.set(batch, part)
    }
    return part
  }

  /** The part that `window` belongs to and all later ones, as far as there are any. */
  from(window: number): Part[] {
    const first = batchOf(window)
    return [...this.#parts].filter(([batch]) => batch >= first).map(([, part]) => part)
  }
}

function batchOf(window: number): number {
  return Math.min(Math.floor(window / MSER_BATCH), WARMUP_BATCHES_MAX)
}

// HOT: `next` runs for every row a task asks for; see the budget in `pickers.ts`.
/**
 * Where a feeder's values come from once it is open: rows with a picker, or a generator that every worker runs and takes
 * its own part of.
 */
import { Prng } from '../../kernel/prng.ts'
import type { Ownership } from '../../model/plan/share.ts'
import type { Asking, Picker } from './pickers.ts'
import type { Rows } from './rows.ts'

export const NO_MORE: unique symbol = Symbol('no more rows')

export interface Source {
  /** Rows in all; Infinity where nobody can know. */
  readonly count: number
  next(user: Asking): unknown | typeof NO_MORE
  close(): void
}

export class PickedRows implements Source {
  readonly count: number
  readonly #rows: Rows
  readonly #picker: Picker

  constructor(rows: Rows, picker: Picker) {
    this.count = rows.count
    this.#rows = rows
    this.#picker = picker
  }

  next(user: Asking): unknown | typeof NO_MORE {
    const index = this.#picker.next(user)
    return index < 0 ? NO_MORE : this.#rows.at(index)
  }

  close(): void {
    this.#rows.close()
  }
}

/** Makes rows; `random` is the same on every worker, so that all of them make the same ones. */
export type Generate<Row> = (random: Prng) => Iterable<Row>

/** Value k of the generator belongs to the worker that owns index k; the others' are made and dropped. */
export class GeneratedRows implements Source {
  readonly count = Number.POSITIVE_INFINITY
  readonly #generate: Generate<unknown>
  readonly #recycle: boolean
  readonly #owned: Ownership
  readonly #seed: number
  #iterator: Iterator<unknown> | undefined
  #made = 0
  #taken = 0

  constructor(generate: Generate<unknown>, recycle: boolean, owned: Ownership, seed: number) {
    this.#generate = generate
    this.#recycle = recycle
    this.#owned = owned
    this.#seed = seed
  }

  next(): unknown | typeof NO_MORE {
    const beganAnew = this.#iterator === undefined
    const value = this.#step()
    // A whole round that had nothing for us ends it, or this would go on for ever.
    if (value !== NO_MORE || !this.#recycle || (beganAnew && this.#taken === 0)) return value
    this.#iterator = undefined
    return this.#step()
  }

  close(): void {
    this.#iterator?.return?.()
  }

  #step(): unknown | typeof NO_MORE {
    if (this.#iterator === undefined) {
      this.#iterator = this.#generate(Prng.of(this.#seed, 0))[Symbol.iterator]()
      this.#made = 0
      this.#taken = 0
    }
    const wanted = this.#owned.nthOwned(this.#taken)
    if (wanted === Number.POSITIVE_INFINITY) return NO_MORE
    for (;;) {
      const { done, value } = this.#iterator.next()
      if (done === true) return NO_MORE
      if (this.#made++ < wanted) continue
      this.#taken++
      return value
    }
  }
}

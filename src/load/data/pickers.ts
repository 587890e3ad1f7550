// HOT: per hand-out: one WeakMap look-up and no allocation after a user's first row; ≤ 1 µs.
/**
 * Which row comes next, as an index. Picks that go by user depend only on the seed and the user's id, so they are the same
 * however users are spread over workers; `unique` deals rows to workers as a plan deals arrivals.
 *
 *   sequential        user u: rows u − 1, u, u + 1 … and round again; ends after every row once
 *   shuffled          user u: every row once, in an order of its own; then in another one
 *   random            any row, all equally likely; never ends
 *   zipf              any row, the first ones more often; never ends
 *   unique-per-user   user u: row u − 1, every time; ends for users beyond the last row
 *   unique            no row twice in the run: the n-th row of this worker's share; ends after the last
 */
import { Prng } from '../../kernel/prng.ts'
import type { Ownership } from '../../model/plan/share.ts'
import { Permutation } from './permutation.ts'
import { Zipf } from './zipf.ts'

export const PICKS = [
  'sequential',
  'shuffled',
  'random',
  'zipf',
  'unique-per-user',
  'unique',
] as const
export type PickKind = (typeof PICKS)[number]

/** Who asks; the object itself stands for the user, and what is kept for it goes when it goes. */
export interface Asking {
  /** From 1. */
  readonly userId: number
}
export interface Picker {
  /** −1: there is no further row. */
  next(user: Asking): number
}
export interface PickerOptions {
  readonly pick: PickKind
  /** Begin again at the end. */
  readonly recycle: boolean
  /** Of `zipf`. */
  readonly exponent: number
  /** Rows, at least 1. */
  readonly count: number
  /** Differs from feeder to feeder. */
  readonly seed: number
  readonly owned: Ownership
}

export function makePicker(options: PickerOptions): Picker {
  switch (options.pick) {
    case 'sequential':
      return sequential(options)
    case 'shuffled':
      return shuffled(options)
    case 'random':
      return drawing(options.seed, (random) => random.integer(0, options.count - 1))
    case 'zipf': {
      const zipf = new Zipf(options.count, options.exponent)
      return drawing(options.seed, (random) => zipf.draw(random))
    }
    case 'unique-per-user':
      return uniquePerUser(options)
    case 'unique':
      return unique(options)
  }
}

function sequential({ count, recycle }: PickerOptions): Picker {
  const steps = new WeakMap<object, { taken: number }>()
  return {
    next(user) {
      let step = steps.get(user)
      if (step === undefined) {
        step = { taken: 0 }
        steps.set(user, step)
      }
      if (step.taken >= count && !recycle) return -1
      return (user.userId - 1 + step.taken++) % count
    },
  }
}

function shuffled({ count, recycle, seed }: PickerOptions): Picker {
  const order = new Permutation(count)
  const steps = new WeakMap<object, { place: number; key: number; readonly keys: Prng }>()
  const newKey = (keys: Prng): number => keys.integer(0, 2 ** 32 - 1)
  return {
    next(user) {
      let step = steps.get(user)
      if (step === undefined) {
        const keys = Prng.of(seed, user.userId)
        step = { place: 0, key: newKey(keys), keys }
        steps.set(user, step)
      }
      if (step.place >= count) {
        if (!recycle) return -1
        step.place = 0
        step.key = newKey(step.keys)
      }
      return order.at(step.place++, step.key)
    },
  }
}

function drawing(seed: number, draw: (random: Prng) => number): Picker {
  const generators = new WeakMap<object, Prng>()
  return {
    next(user) {
      let random = generators.get(user)
      if (random === undefined) {
        random = Prng.of(seed, user.userId)
        generators.set(user, random)
      }
      return draw(random)
    },
  }
}

function uniquePerUser({ count, recycle }: PickerOptions): Picker {
  return {
    next({ userId }) {
      if (userId > count && !recycle) return -1
      return (userId - 1) % count
    },
  }
}

function unique({ count, recycle, owned }: PickerOptions): Picker {
  let taken = 0
  return {
    next() {
      let index = owned.nthOwned(taken)
      if (index >= count) {
        if (!recycle) return -1
        // Its own part again, so that no row is ever in the hands of two workers.
        taken = 0
        index = owned.nthOwned(0)
        if (index >= count) return -1
      }
      taken++
      return index
    },
  }
}

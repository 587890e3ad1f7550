import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Prng } from '../../kernel/prng.ts'
import { Ownership } from '../../model/plan/share.ts'
import { Permutation } from './permutation.ts'
import { makePicker, PICKS, type PickerOptions } from './pickers.ts'
import { Zipf } from './zipf.ts'

const alone = new Ownership({ index: 0, weights: [1], lost: [] })
const picker = (options: Partial<PickerOptions>) =>
  makePicker({
    pick: 'sequential',
    recycle: false,
    exponent: 1,
    count: 5,
    seed: 11,
    owned: alone,
    ...options,
  })
const user = (userId: number) => ({ userId })
/** The next `count` rows of one user. */
function take(from: ReturnType<typeof picker>, asking: { userId: number }, count: number) {
  return Array.from({ length: count }, () => from.next(asking))
}
const sorted = (rows: readonly number[]) => rows.toSorted((a, b) => a - b)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

test('sequential: every user walks through all rows from its own, then ends or begins again', () => {
  const ending = picker({})
  const [second, sixth] = [user(2), user(6)]
  expect(take(ending, second, 3)).toEqual([1, 2, 3])
  expect(take(ending, sixth, 6)).toEqual([0, 1, 2, 3, 4, -1])
  expect(take(ending, second, 3)).toEqual([4, 0, -1])
  expect(take(picker({ recycle: true }), user(2), 7)).toEqual([1, 2, 3, 4, 0, 1, 2])
})

test('shuffled: every round has every row once, in an order of its own for each user and round', () => {
  const rows = picker({ pick: 'shuffled', recycle: true, count: 50 })
  const [first, second] = [user(1), user(2)]
  const rounds = [take(rows, first, 50), take(rows, first, 50), take(rows, second, 50)]
  for (const round of rounds) expect(sorted(round)).toEqual(upTo(50))
  expect(new Set(rounds.map(String)).size).toBe(3)
  expect(take(picker({ pick: 'shuffled', count: 3 }), first, 4)[3]).toBe(-1)
})

test('unique-per-user: a user keeps its row, nobody else gets it, and too many users end', () => {
  const rows = picker({ pick: 'unique-per-user' })
  const all = upTo(5).map((index) => take(rows, user(index + 1), 3))
  expect(all).toEqual(upTo(5).map((index) => [index, index, index]))
  expect(rows.next(user(6))).toBe(-1)
  expect(picker({ pick: 'unique-per-user', recycle: true }).next(user(6))).toBe(0)
})

test.each([1, 3, 7])('unique over %i worker(s): all rows, each once', (workers) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: workers, maxLength: workers }),
      fc.integer({ min: 1, max: 200 }),
      (raw, count) => {
        const weights = raw.some((weight) => weight > 0) ? raw : raw.map(() => 1)
        const handedOut = weights.flatMap((_, index) => {
          const owned = new Ownership({ index, weights, lost: [] })
          const rows = picker({ pick: 'unique', count, owned })
          const taken = take(rows, user(1), count + 1).filter((row) => row >= 0)
          expect(rows.next(user(2))).toBe(-1)
          return taken
        })
        expect(sorted(handedOut)).toEqual(upTo(count))
      },
    ),
  )
})

test('unique that recycles gives each worker its own rows again, never those of another', () => {
  const parts = [0, 1, 2].map((index) => {
    const owned = new Ownership({ index, weights: [2, 1, 1], lost: [] })
    return new Set(take(picker({ pick: 'unique', recycle: true, count: 10, owned }), user(1), 40))
  })
  expect(sorted(parts.flatMap((part) => [...part]))).toEqual(upTo(10))
  const idle = new Ownership({ index: 2, weights: [1, 1, 1], lost: [] })
  expect(picker({ pick: 'unique', recycle: true, count: 2, owned: idle }).next(user(1))).toBe(-1)
})

test.each(PICKS.filter((pick) => pick !== 'unique'))(
  '%s: what a user gets depends on seed and user alone, whoever else asks',
  (pick) => {
    const quiet = picker({ pick, recycle: true, count: 40 })
    const busy = picker({ pick, recycle: true, count: 40 })
    const [me, other] = [user(3), user(4)]
    const undisturbed = take(quiet, me, 60)
    const disturbed = upTo(60).map(() => {
      busy.next(other)
      return busy.next(me)
    })
    expect(disturbed).toEqual(undisturbed)
    const seeded = pick === 'shuffled' || pick === 'random' || pick === 'zipf'
    const otherSeed = picker({ pick, recycle: true, count: 40, seed: 12 })
    if (seeded) expect(take(otherSeed, me, 60)).not.toEqual(undisturbed)
  },
)

test('random: all rows are equally likely', () => {
  const rows = picker({ pick: 'random', count: 20 })
  expect(chiSquare(take(rows, user(1), 100_000), upTo(20).fill(1 / 20))).toBeLessThan(CHI_19_P_0001)
})

test.each([0.5, 1, 1.2, 2])('zipf: rank k comes in proportion to 1 / k^%d', (exponent) => {
  const weights = upTo(20).map((rank) => (rank + 1) ** -exponent)
  const total = weights.reduce((sum, weight) => sum + weight)
  const zipf = new Zipf(20, exponent)
  const random = Prng.of(7, 1)
  const drawn = upTo(100_000).map(() => zipf.draw(random))
  expect(
    chiSquare(
      drawn,
      weights.map((weight) => weight / total),
    ),
  ).toBeLessThan(CHI_19_P_0001)
})

test('zipf stays in range from one rank to a billion', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.double({ min: 0.01, max: 20, noNaN: true }),
      fc.integer({ min: 0, max: 1e6 }),
      (count, exponent, seed) => {
        const zipf = new Zipf(count, exponent)
        const random = Prng.of(seed, 1)
        for (let n = 0; n < 20; n++) {
          const rank = zipf.draw(random)
          expect(Number.isInteger(rank) && rank >= 0 && rank < count).toBe(true)
        }
      },
    ),
  )
})

test('a permutation has every number once, for any count and key', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(2 ** 32 - 1), (count, key) => {
      const order = new Permutation(count)
      expect(sorted(upTo(count).map((place) => order.at(place, key)))).toEqual(upTo(count))
    }),
  )
})

test('a permutation of ten billion stays in range and does not repeat', () => {
  const order = new Permutation(10_000_000_000)
  const seen = new Set(upTo(10_000).map((place) => order.at(place * 999_983, 5)))
  expect(seen.size).toBe(10_000)
  for (const value of seen) expect(value >= 0 && value < 10_000_000_000).toBe(true)
})

test('shuffled: over many users each row comes first equally often', () => {
  const rows = picker({ pick: 'shuffled', count: 20 })
  const firsts = upTo(40_000).map((index) => rows.next(user(index + 1)))
  expect(chiSquare(firsts, upTo(20).fill(1 / 20))).toBeLessThan(CHI_19_P_0001)
})

/** Of 19 degrees of freedom, passed by one fair draw in ten thousand. */
const CHI_19_P_0001 = 50.8
function chiSquare(drawn: readonly number[], shares: readonly number[]): number {
  const counts = shares.map(() => 0)
  for (const each of drawn) counts[each]!++
  return shares.reduce((sum, share, index) => {
    const expected = share * drawn.length
    return sum + (counts[index]! - expected) ** 2 / expected
  }, 0)
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Deal, Ownership, withUsersMax } from './share.ts'

const weightsOf = fc
  .array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 7 })
  .filter((weights) => weights.some((weight) => weight > 0))
/** Weights and some workers lost, in any order, at least one with weight left. */
const losing = weightsOf.chain((weights) =>
  fc.record({
    weights: fc.constant(weights),
    lost: fc
      .shuffledSubarray(weights.map((_, index) => index))
      .filter((lost) => weights.some((weight, index) => weight > 0 && !lost.includes(index))),
  }),
)
const SPAN = 300

test('each index goes to the first worker, heaviest first, that is not ahead of its part', () => {
  fc.assert(
    fc.property(weightsOf, (weights) => {
      const length = weights.reduce((sum, weight) => sum + weight, 0)
      const order = weights.map((_, worker) => worker).filter((worker) => weights[worker]! > 0)
      order.sort((a, b) => weights[b]! - weights[a]! || a - b)
      const owned = weights.map(() => 0)
      const owners = Array.from({ length }, (_, index) => {
        const owner = order.find((each) => owned[each]! * length <= index * weights[each]!)!
        owned[owner]!++
        return owner
      })
      expect(new Deal(weights).owners).toEqual(owners)
    }),
  )
})

describe('ownership', () => {
  test('every index has exactly one owner, and it is a survivor', () => {
    fc.assert(
      fc.property(losing, ({ weights, lost }) => {
        const all = weights.map((_, index) => new Ownership({ index, weights, lost }))
        const survivors = all.filter((_, index) => !lost.includes(index))
        for (let k = 0; k < SPAN; k++) {
          const owners = survivors.filter((each) => each.owns(k)).length
          const answers = new Set(all.map((each) => each.ownerOf(k))).size
          // One assertion only where it would fail: thirty thousand of them cost more than what they check.
          if (owners !== 1 || answers !== 1)
            expect({ k, owners, answers }).toEqual({ k, owners: 1, answers: 1 })
        }
      }),
    )
  })

  test('counts, the n-th owned and the next owned agree with who owns what', () => {
    fc.assert(
      fc.property(losing, ({ weights, lost }) => {
        weights.forEach((_, index) => {
          if (lost.includes(index)) return
          const ownership = new Ownership({ index, weights, lost })
          const owned = Array.from({ length: SPAN }, (_, k) => k).filter((k) => ownership.owns(k))
          for (const end of [0, 1, 7, 50, SPAN]) {
            expect(ownership.countBelow(end)).toBe(owned.filter((k) => k < end).length)
          }
          owned.forEach((k, n) => {
            expect(ownership.nthOwned(n)).toBe(k)
          })
          for (const from of [0, 3, 40]) {
            const next = owned.find((k) => k >= from)
            if (next !== undefined) expect(ownership.nextOwned(from)).toBe(next)
          }
        })
      }),
      { numRuns: 60 },
    )
  })

  test('a loss moves nothing that a survivor had', () => {
    fc.assert(
      fc.property(losing, ({ weights, lost }) => {
        const before = new Ownership({ index: 0, weights, lost: lost.slice(0, -1) })
        const after = new Ownership({ index: 0, weights, lost })
        for (let k = 0; k < SPAN; k++) {
          if (before.ownerOf(k) !== lost.at(-1)) expect(after.ownerOf(k)).toBe(before.ownerOf(k))
        }
      }),
    )
  })

  test('what a lost worker had is spread over the survivors by weight', () => {
    const owned = [1, 2].map((index) =>
      new Ownership({ index, weights: [2, 1, 3], lost: [0] }).countBelow(6_000),
    )
    expect(owned).toEqual([1_000 + 500, 3_000 + 1_500])
  })

  test('indices as large as hours of arrivals cost no more and stay exact', () => {
    const [a, b] = [0, 1].map((index) => new Ownership({ index, weights: [3, 2, 5], lost: [2] }))
    const end = 1e12 + 7
    expect(a!.countBelow(end) + b!.countBelow(end)).toBe(end)
    const k = a!.nextOwned(end)
    expect(a!.owns(k)).toBe(true)
    expect(a!.nthOwned(a!.countBelow(end))).toBe(k)
  })

  test('a worker of weight 0 owns nothing, and so does everybody when all are lost', () => {
    const idle = new Ownership({ index: 1, weights: [1, 0], lost: [] })
    expect([idle.countBelow(100), idle.nextOwned(0)]).toEqual([0, Number.POSITIVE_INFINITY])
    expect(new Ownership({ index: 0, weights: [1, 1], lost: [0, 1] }).ownerOf(5)).toBe(-1)
  })

  test('with fewer users than workers those without any are left out', () => {
    expect(withUsersMax({ index: 0, weights: [1, 1, 1], lost: [] }, 2).weights).toEqual([1, 1, 0])
  })

  test('weights that are no whole numbers are our mistake', () => {
    expect(() => new Ownership({ index: 0, weights: [0.5], lost: [] })).toThrow('bug in onrush')
  })
})

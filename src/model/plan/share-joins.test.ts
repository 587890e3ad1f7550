import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Join, Share } from '../../contracts/plan.ts'
import { Ownership, withUsersMax } from './share.ts'

type Change = { readonly joins: number } | { readonly loses: number }

/** A few workers, and then some that join and some that are lost, in any order; at least one is left. */
const histories = fc
  .record({
    weights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    changes: fc.array(
      fc.oneof(
        fc.record({ joins: fc.integer({ min: 1, max: 5 }) }),
        fc.record({ loses: fc.nat(10) }),
      ),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ weights, changes }) => sharesOf(weights, changes))
const SPAN = 120

/** The share after each change, without whose it is. */
function sharesOf(base: readonly number[], changes: readonly Change[]): Omit<Share, 'index'>[] {
  const later = changes.filter((each) => 'joins' in each).length
  const weights = [...base, ...new Array<number>(later).fill(0)]
  let known = [...base]
  let joined: readonly Join[] = []
  let lost: readonly number[] = []
  const shares: Omit<Share, 'index'>[] = [{ weights, lost, joined }]
  for (const change of changes) {
    if ('joins' in change) {
      known = [...known, change.joins]
      joined = [...joined, { worker: known.length - 1, weights: known, lostBefore: lost.length }]
    } else {
      const live = known.map((_, worker) => worker).filter((worker) => !lost.includes(worker))
      if (live.length === 1) continue
      lost = [...lost, live[change.loses % live.length]!]
    }
    shares.push({ weights, lost, joined })
  }
  return shares
}

const all = (share: Omit<Share, 'index'>): Ownership[] =>
  share.weights.map((_, index) => new Ownership({ ...share, index }))
const ownersOf = (share: Omit<Share, 'index'>): number[] => {
  const one = new Ownership({ ...share, index: 0 })
  return Array.from({ length: SPAN }, (_, k) => one.ownerOf(k))
}

describe('workers that join and are lost, in any order', () => {
  test('every index has one owner, who is there, and all agree on it', () => {
    fc.assert(
      fc.property(histories, (shares) => {
        const share = shares.at(-1)!
        const there = share.weights.map((weight, worker) => {
          const hasJoined = share.joined!.some((each) => each.worker === worker)
          return (weight > 0 || hasJoined) && !share.lost.includes(worker)
        })
        const owners = ownersOf(share)
        for (const part of all(share)) {
          expect(Array.from({ length: SPAN }, (_, k) => part.ownerOf(k))).toEqual(owners)
        }
        expect(owners.every((owner) => there[owner])).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test('counts, the n-th owned and the next owned agree with who owns what', () => {
    fc.assert(
      fc.property(histories, (shares) => {
        const share = shares.at(-1)!
        const owners = ownersOf(share)
        all(share).forEach((part, index) => {
          const owned = owners.flatMap((owner, k) => (owner === index ? [k] : []))
          for (const end of [0, 1, 9, SPAN])
            expect(part.countBelow(end)).toBe(owned.filter((k) => k < end).length)
          owned.forEach((k, n) => {
            expect(part.nthOwned(n)).toBe(k)
          })
          for (const from of [0, 5, 60]) {
            const next = owned.find((k) => k >= from)
            if (next !== undefined) expect(part.nextOwned(from)).toBe(next)
          }
        })
      }),
      { numRuns: 50 },
    )
  })

  test('who joins takes only what becomes its own, who is lost gives only what was its own', () => {
    fc.assert(
      fc.property(histories, (shares) => {
        shares.slice(1).forEach((share, at) => {
          const before = shares[at]!
          const joined = share.joined!.length > before.joined!.length
          const changed = joined ? share.joined!.at(-1)!.worker : share.lost.at(-1)
          const [old, now] = [ownersOf(before), ownersOf(share)]
          old.forEach((owner, k) => {
            if (owner !== now[k]) expect(joined ? now[k] : owner).toBe(changed)
          })
        })
      }),
      { numRuns: 100 },
    )
  })
})

test('each of those who were there gives the same part', () => {
  const weights = [2, 1, 3, 0]
  const joined = [{ worker: 3, weights: [2, 1, 3, 6], lostBefore: 0 }]
  const parts = all({ weights, lost: [], joined }).map((part) => part.countBelow(12_000))
  expect(parts).toEqual([2_000, 1_000, 3_000, 6_000])
})

test('of few users, too, one who joins gets its part', () => {
  const weights = [1, 1, 1, 1, 1, 0]
  const joined = [{ worker: 5, weights: [1, 1, 1, 1, 1, 1], lostBefore: 0 }]
  const parts = all({ weights, lost: [], joined }).map((part) => part.countBelow(10))
  expect(parts.at(-1)).toBeGreaterThanOrEqual(1)
  expect(parts.reduce((sum, each) => sum + each, 0)).toBe(10)
})

test('one that would have no user gets no arrivals', () => {
  const weights = [1, 1, 0]
  const joined = [{ worker: 2, weights: [30, 30, 1], lostBefore: 0 }]
  const share = withUsersMax({ index: 2, weights, lost: [], joined }, 1)
  expect(share.joined).toEqual([])
  expect(new Ownership(share).countBelow(1_000)).toBe(0)
})

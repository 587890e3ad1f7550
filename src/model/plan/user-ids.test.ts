import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LoadPlan } from '../../contracts/plan.ts'
import { parsePlan } from './parse.ts'
import { userIdsOf } from './user-ids.ts'

const planOf = (users: readonly number[]): LoadPlan => {
  const scenarios = Object.fromEntries(
    users.map((each, n) => [
      `s${n}`,
      n % 2 === 0 ? { users: each } : { arrivals: '1/s', usersMax: each },
    ]),
  )
  const userClasses = [{ name: 'Shopper', weight: 1, fixedCount: 0, host: null }]
  return parsePlan({ scenarios }, { userClasses }) as LoadPlan
}

test('one scenario counts from 1, without end', () => {
  const id = userIdsOf(planOf([3]), 0)
  expect([0, 1, 2, 3, 4].map(id)).toEqual([1, 2, 3, 4, 5])
})
test('several count on, and who replaces others comes behind them all', () => {
  const plan = planOf([2, 3])
  expect([0, 1].map(userIdsOf(plan, 0))).toEqual([1, 2])
  expect([0, 1, 2, 3, 4].map(userIdsOf(plan, 1))).toEqual([3, 4, 5, 7, 9])
})
test('nobody has the id of another', () => {
  const users = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(users, (counts) => {
      const plan = planOf(counts)
      const ids = counts.flatMap((_, scenario) =>
        Array.from({ length: 40 }, (_, index) => userIdsOf(plan, scenario)(index)),
      )
      expect(new Set(ids).size).toBe(ids.length)
    }),
    { seed: 20_261_121 },
  )
})
test('of an open load, what a worker makes that joined is nobody else, nor what those make who take over from it', () => {
  const plan = planOf([2, 3])
  const joined = [{ worker: 2, weights: [1, 1, 1], lostBefore: 0 }]
  const share = (index: number, lost: readonly number[]) => ({
    index,
    weights: [1, 1, 0],
    lost,
    joined,
  })
  const made = [
    userIdsOf(plan, 1),
    ...[2].map((index) => userIdsOf(plan, 1, share(index, []))),
    ...[0, 1].map((index) => userIdsOf(plan, 1, share(index, [2]))),
    userIdsOf(plan, 0),
  ].flatMap((id) => Array.from({ length: 40 }, (_, index) => id(index)))
  expect(new Set(made).size).toBe(made.length)
  expect(made.every(Number.isSafeInteger)).toBe(true)
  // Who was there all the time goes on as before.
  expect(userIdsOf(plan, 1, share(0, []))(4)).toBe(userIdsOf(plan, 1)(4))
})
test('of a closed load a user is the same one wherever it is', () => {
  const joined = [{ worker: 1, weights: [1, 1], lostBefore: 0 }]
  const late = userIdsOf(planOf([4]), 0, { index: 1, weights: [1, 0], lost: [], joined })
  expect([0, 1, 2, 3].map(late)).toEqual([1, 2, 3, 4])
})

/** A worker that joins while the executors of the others are at work: what moves, and that nothing is done twice or not at all. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LoadShape, Share } from '../../contracts/plan.ts'
import { arrivals, type Behaviour, rampingUsers, set, users } from './executor.test-kit.ts'

const JOINS_AT_MS = 1_500

/** Two that begin, and a third one that gets its part of `load` later; `weight` of the others is 2. */
function workers(load: LoadShape, weight = 2, behaviour: Behaviour = {}) {
  const joined = [{ worker: 2, weights: [2, 2, weight], lostBefore: 0 }]
  const share = (index: number): Share => ({ index, weights: [2, 2, 0], lost: [] })
  const all = [0, 1, 2].map((index) => {
    const userId = (user: number): number =>
      index === 2 && load.kind === 'constant-arrivals' ? 1e9 + user : user + 1
    return set(load, { ...behaviour, userId }, share(index))
  })
  all.forEach(({ executor }, index) => {
    executor.start()
    executor.changeShare({ ...share(index), joined }, JOINS_AT_MS)
  })
  const until = async (ms: number): Promise<void> => {
    for (const { clock } of all) await clock.runUntil(ms)
  }
  return { all, until }
}

test('arrivals: each has one worker before and after, at any weight', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 20, max: 90 }),
      async (weight, perSec) => {
        const { all, until } = workers(arrivals(perSec, 4_000, 60), weight)
        await until(JOINS_AT_MS - 1)
        expect(all[2]!.counts.due).toBe(0)
        await until(5_000)
        const due = all.map(({ counts }) => counts.due)
        expect(due.reduce((sum, each) => sum + each, 0)).toBe(4 * perSec)
        const exact = (2.5 * perSec * weight) / (4 + weight)
        expect(Math.abs(due[2]! - exact)).toBeLessThanOrEqual(3)
        const ids = all.flatMap((each) => each.ids)
        expect(new Set(ids).size).toBe(ids.length)
        expect(all.every(({ counts }) => counts.dropped === 0)).toBe(true)
      },
    ),
    { numRuns: 30 },
  )
})

test('users: those who move end here and begin there, with their ids, and all others stay', async () => {
  const { all, until } = workers(users(30, 100))
  await until(JOINS_AT_MS - 1)
  const before = all.map(({ live }) => new Set(live))
  expect(before.map((each) => each.size)).toEqual([15, 15, 0])
  await until(3_000)
  expect(all.map(({ live }) => live.size)).toEqual([10, 10, 10])
  expect(new Set(all.flatMap(({ live }) => [...live]))).toEqual(
    new Set(Array.from({ length: 30 }, (_, at) => at + 1)),
  )
  for (const worker of [0, 1]) {
    const { live, ids } = all[worker]!
    expect([...live].every((id) => before[worker]!.has(id))).toBe(true)
    // Nobody was begun again.
    expect(ids.length).toBe(15)
  }
})

test('users who move finish what they are doing, within the grace', async () => {
  const { all, until } = workers(rampingUsers(30, [[30, 20_000]], 2_000), 2, { endMs: 700 })
  await until(JOINS_AT_MS + 600)
  expect(all[0]!.live.size).toBe(15)
  await until(JOINS_AT_MS + 800)
  expect(all[0]!.live.size).toBe(10)
})

test('a ramp goes on over all of them', async () => {
  const { all, until } = workers(
    rampingUsers(0, [
      [60, 3_000],
      [0, 3_000],
    ]),
  )
  await until(3_000)
  expect(all.map(({ live }) => live.size)).toEqual([20, 20, 20])
  await until(4_500)
  expect(all.map(({ live }) => live.size).reduce((sum, each) => sum + each, 0)).toBe(30)
  await until(6_100)
  expect(all.map(({ live }) => live.size)).toEqual([0, 0, 0])
})

test('iterations stay with those who had them', async () => {
  const load = { kind: 'shared-iterations', users: 4, iterations: 40, durationMs: 9_000 } as const
  const { all, until } = workers(load, 2, { taskMs: 200 })
  await until(9_000)
  expect(all.map(({ counts }) => counts.began)).toEqual([20, 20, 0])
})

/** Executors whose course changes while they follow it. */
import { expect, test } from 'vitest'
import type { LoadShape } from '../../contracts/plan.ts'
import { arrivals, half, rampingUsers, set, users } from './executor.test-kit.ts'

const usersFrom = (fromUsers: number, n: number, perSec: number): LoadShape => ({
  kind: 'constant-users',
  fromUsers,
  users: n,
  spawnRatePerSec: perSec,
  durationMs: null,
})

test('more users come at the instant and at the rate of the change', async () => {
  const { clock, executor } = set(users(10, 100))
  executor.start()
  await clock.runUntil(1_000)
  executor.steer({ kind: 'load', load: usersFrom(10, 14, 2), fromMs: 2_000 })
  await clock.runUntil(1_999)
  expect(executor.active).toBe(10)
  await clock.runUntil(2_001)
  expect(executor.active).toBe(12)
  await clock.runUntil(3_001)
  expect(executor.active).toBe(14)
})

test('fewer users finish their task first, and the last to come go first', async () => {
  const { clock, executor, live } = set(users(6, 100), { endMs: 500 })
  executor.start()
  await clock.runUntil(1_000)
  executor.steer({ kind: 'load', load: rampingUsers(2, [[2, 60_000]], 5_000), fromMs: 2_000 })
  await clock.runUntil(2_400)
  expect(executor.active).toBe(6)
  await clock.runUntil(2_600)
  expect([...live]).toEqual([1, 2])
})

test('two workers share changed arrivals to the last one', async () => {
  const due: number[] = []
  for (const index of [0, 1]) {
    const one = set(arrivals(10, 5_000, 40), {}, half(index))
    one.executor.start()
    await one.clock.runUntil(900)
    one.executor.steer({ kind: 'load', load: arrivals(30, 2_000, 40), fromMs: 1_250 })
    await one.clock.runUntil(4_000)
    due.push(one.counts.due)
    expect(one.late.every((us) => us === 0)).toBe(true)
  }
  expect(due[0]! + due[1]!).toBe(13 + 60)
  expect(Math.abs(due[0]! - due[1]!)).toBeLessThanOrEqual(1)
})

test('a paused open load sends nothing, goes on where it was, and drops nothing', async () => {
  const { clock, executor, counts, late } = set(arrivals(10, 2_000, 5))
  executor.start()
  await clock.runUntil(300)
  executor.steer({ kind: 'pause', fromMs: 1_000 })
  await clock.runUntil(7_000)
  expect(counts.due).toBe(10)
  executor.steer({ kind: 'resume', fromMs: 8_000 })
  await clock.runUntil(9_000)
  expect(counts).toMatchObject({ due: 20, began: 20, dropped: 0 })
  expect(late.every((us) => us === 0)).toBe(true)
})

test('a change that came too late starts no arrival twice', async () => {
  const { clock, executor, counts } = set(arrivals(10, 5_000, 20))
  executor.start()
  await clock.runUntil(2_050)
  executor.steer({ kind: 'load', load: arrivals(10, 3_000, 20), fromMs: 1_500 })
  await clock.runUntil(5_000)
  // 15 before the instant, 30 after it; six of those had been sent by the old load.
  expect(counts).toMatchObject({ due: 45, began: 45, dropped: 0 })
})

test('more users may serve arrivals after a change', async () => {
  const { clock, executor, counts } = set(arrivals(10, 60_000, 2), { taskMs: 1_000 })
  executor.start()
  await clock.runUntil(2_000)
  expect(counts.dropped).toBeGreaterThan(10)
  const before = counts.dropped
  executor.steer({ kind: 'load', load: arrivals(10, 60_000, 15), fromMs: 2_000 })
  await clock.runUntil(10_000)
  expect(counts.dropped - before).toBeLessThanOrEqual(1)
})

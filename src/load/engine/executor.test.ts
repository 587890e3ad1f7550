import { expect, test } from 'vitest'
import { arrivals, set, users } from './executor.test-kit.ts'

test('users come in bursts of the spawn rate', async () => {
  const { clock, executor, counts } = set(users(10, 2.4))
  executor.start()
  const seen: number[] = []
  for (const ms of [0, 833, 834, 1667, 4000, 9000]) {
    await clock.runUntil(ms)
    seen.push(executor.active)
  }
  expect(seen).toEqual([2, 2, 4, 6, 10, 10])
  await executor.stop(0)
  expect(counts).toMatchObject({ started: 10, stopped: 10, failed: 0 })
})

test('workers share the users and one takes over those of a lost one', async () => {
  const one = set(users(10, 100), {}, { index: 0, weights: [1, 1], lost: [] })
  one.executor.start()
  await one.clock.runUntil(100)
  expect(one.ids).toEqual([1, 3, 5, 7, 9])
  one.executor.changeShare({ index: 0, weights: [1, 1], lost: [1] }, 500)
  await one.clock.runUntil(499)
  expect(one.executor.active).toBe(5)
  await one.clock.runUntil(500)
  expect([...one.ids].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('users whose onStart throws count as failed and are not replaced', async () => {
  const { clock, executor, counts } = set(users(5, 10), { fails: true })
  executor.start()
  await clock.runUntil(5000)
  expect(executor.active).toBe(0)
  expect(counts).toMatchObject({ started: 5, stopped: 5, failed: 5 })
})

test('a hanging user is killed after the grace, then named and given up', async () => {
  const { clock, executor, counts, logs } = set(users(2, 10), { hangs: true })
  executor.start()
  await clock.runUntil(10)
  const stopped = executor.stop(2000)
  await clock.runUntil(60_000)
  expect(await stopped).toEqual({ users: 2, killed: 2, hung: 2 })
  expect(logs[0]).toContain('user 1 hangs in A')
  expect(counts.stopped).toBe(2)
})

test('a thousand users are asked to end, and killed, a slice at a time', async () => {
  for (const [graceMs, behaviour] of [
    [1_000, {}],
    [0, { busy: true }],
  ] as const) {
    const { clock, executor, counts } = set(users(1_000, 1e6), behaviour)
    executor.start()
    await clock.runUntil(20)
    expect(executor.active).toBe(1_000)
    const stopped = executor.stop(graceMs)
    await clock.runUntil(20)
    expect(executor.active).toBe(950)
    await clock.runUntil(30)
    expect(await stopped).toMatchObject({ users: 1_000, hung: 0 })
    expect(counts).toMatchObject({ started: 1_000, stopped: 1_000 })
  }
})

test('arrivals start exactly when they are due and none is lost', async () => {
  const { clock, executor, counts, late } = set(arrivals(50, 2000, 20), { taskMs: 100 })
  executor.start()
  await clock.runUntil(3000)
  expect(counts).toMatchObject({ due: 100, began: 100, dropped: 0, finished: 100 })
  expect(Math.max(...late)).toBe(0)
  await executor.stop(0)
  expect(counts.started).toBe(counts.stopped)
})

test('without an idle user an arrival is dropped, never queued', async () => {
  const { clock, executor, counts } = set(arrivals(10, 2000, 2), { taskMs: 1000 })
  executor.start()
  await clock.runUntil(5000)
  expect(counts).toMatchObject({ due: 20, began: 4, dropped: 16, finished: 4 })
})

test('an arrival that meets a starting user is late by the rest of its onStart', async () => {
  const { clock, executor, counts, late } = set(arrivals(10, 300, 5), { startMs: 250 })
  executor.start()
  await clock.runUntil(1000)
  expect(late.map(Math.round)).toEqual([250_000, 150_000, 50_000])
  expect(counts).toMatchObject({ due: 3, began: 3, dropped: 0 })
})

test('a stall is released at once, each arrival with its own lateness', async () => {
  const { clock, executor, late } = set(arrivals(10, 500, 10))
  executor.start()
  await clock.runUntil(50)
  late.length = 0
  const released = set(arrivals(10, 500, 10))
  released.clock.advanceTo(350)
  released.executor.start()
  await released.clock.runUntil(350)
  expect(released.late.map(Math.round)).toEqual([350_000, 250_000, 150_000, 50_000])
})

test('a survivor takes over the arrivals of a lost worker from the given instant', async () => {
  const one = set(arrivals(10, 2000, 10), {}, { index: 0, weights: [1, 1], lost: [] })
  one.executor.start()
  one.executor.changeShare({ index: 0, weights: [1, 1], lost: [1] }, 1000)
  await one.clock.runUntil(3000)
  expect(one.counts).toMatchObject({ due: 15, began: 15, dropped: 0 })
})

test('stopping drops arrivals that wait for a starting user, and counts stay whole', async () => {
  const { clock, executor, counts } = set(arrivals(10, 1000, 5), { startMs: 5000 })
  executor.start()
  await clock.runUntil(200)
  const stopped = executor.stop(10_000)
  await clock.runUntil(60_000)
  await stopped
  expect(counts).toMatchObject({ due: 3, began: 0, dropped: 3 })
  expect(counts.started).toBe(counts.stopped)
})

test('a user that was given up is replaced by the same one, as long as the plan wants it', async () => {
  const { clock, executor, counts, ids } = set(users(3, 100), {
    givenUpAfterMs: 1_000,
    firstId: 11,
  })
  executor.start()
  await clock.runUntil(1_500)
  expect(executor.active).toBe(3)
  expect(ids).toEqual([11, 12, 13, 11, 12, 13])
  await executor.stop(0)
  expect(counts).toMatchObject({ started: 6, stopped: 6 })
})

test('also one beyond the peak of the plan, whose id is out of line, is replaced by itself', async () => {
  const userId = (index: number) => (index < 3 ? index + 1 : 100 + 2 * index)
  const { clock, executor, ids } = set(users(6, 100), { givenUpAfterMs: 1_000, userId })
  executor.start()
  await clock.runUntil(1_500)
  expect(ids).toEqual([1, 2, 3, 106, 108, 110, 1, 2, 3, 106, 108, 110])
  await executor.stop(0)
})

test('iterations of a user that was given up are not begun again', async () => {
  const load = { kind: 'per-user-iterations', users: 2, iterations: 5, durationMs: 60_000 } as const
  const { clock, executor, counts, ids, done } = set(load, { taskMs: 800, givenUpAfterMs: 1_000 })
  executor.start()
  await clock.runUntil(10_000)
  expect(ids).toEqual([1, 2])
  expect(done).toHaveLength(1)
  expect(counts).toMatchObject({ due: 10, dropped: 10 - counts.began })
})

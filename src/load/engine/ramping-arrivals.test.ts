/** Arrivals along a ramp on a virtual clock; oracles where they say what an executor must do. */
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import type { Share } from '../../contracts/plan.ts'
import { half, rampingArrivals, set, whole } from './executor.test-kit.ts'

const NS = 1e-6

describe('ramping arrivals', () => {
  interface Pool {
    startRatePerUnit: number
    stages: { durationNs: number; targetRatePerUnit: number }[]
    usersMax: number
    iterationNs: number
  }
  type Counts = { dueCount: number; startedCount: number; droppedCount: number }
  test.each(casesOf<Pool, Counts>('load/ramping-arrivals', 'pool'))(
    CASE_NAME,
    async ({ input, expect: want }) => {
      const stages = input.stages.map((each): [number, number] => [
        each.targetRatePerUnit,
        each.durationNs * NS,
      ])
      const load = rampingArrivals(stages, input.usersMax, input.startRatePerUnit)
      const { clock, executor, counts } = set(load, { taskMs: input.iterationNs * NS })
      executor.start()
      await clock.runUntilIdle()
      expect(counts).toMatchObject({
        due: want.dueCount,
        began: want.startedCount,
        dropped: want.droppedCount,
      })
    },
  )

  test('each starts exactly when it is due, the last one at the very end', async () => {
    const load = rampingArrivals([[10, 2000]], 20)
    const { clock, executor, counts, late } = set(load, { taskMs: 300 })
    // Set before the arrivals, as a run does it: so it comes first at that instant.
    let stopped: Promise<unknown> | undefined
    clock.at(
      load.durationMs,
      () => {
        stopped = executor.stop(1000)
      },
      undefined,
    )
    executor.start()
    await clock.runUntilIdle()
    await stopped
    expect(counts).toMatchObject({ due: 10, began: 10, dropped: 0, finished: 10 })
    expect(Math.max(...late)).toBe(0)
  })

  test('the pool is made for the rate that is coming, not for the highest of the plan', async () => {
    const load = rampingArrivals(
      [
        [20, 10_000],
        [20, 5_000],
        [2_000, 0],
        [2_000, 1_000],
      ],
      1_000,
    )
    const { clock, executor, counts, late } = set(load, { startMs: 500, taskMs: 20 })
    executor.start()
    const users: number[] = []
    for (const ms of [0, 13_000, 14_900]) {
      await clock.runUntil(ms)
      users.push(executor.active)
    }
    // 200 for the 2,000/s are there before the jump to it, with `onStart` done, beside the one at work.
    expect(users).toEqual([10, 11, 201])
    await clock.runUntilIdle()
    expect(counts).toMatchObject({ due: 2_200, dropped: 0 })
    expect(Math.max(...late)).toBe(0)
  })

  test('a worker lost before a scenario begins changes its share and nothing else', async () => {
    const load = rampingArrivals([[20, 2_000]], 40)
    const { clock, executor, counts } = set(load, { startAfterMs: 5_000 }, half(0))
    executor.start()
    executor.changeShare(half(0, [1]), 1_000)
    await clock.runUntil(3_999)
    expect([executor.active, counts.due]).toEqual([0, 0])
    await clock.runUntil(4_000)
    expect(executor.active).toBe(10)
    await clock.runUntil(5_000)
    expect(counts.due).toBe(0)
    await clock.runUntilIdle()
    expect(counts).toMatchObject({ due: 20, began: 20 })
  })

  test('with fewer users than workers every arrival still finds one', async () => {
    const counts = { due: 0, began: 0 }
    for (let index = 0; index < 5; index++) {
      const share: Share = { index, weights: [1, 2, 1, 3, 1], lost: [] }
      const run = set(rampingArrivals([[40, 5000]], 3), {}, share)
      run.executor.start()
      await run.clock.runUntilIdle()
      counts.due += run.counts.due
      counts.began += run.counts.began
    }
    expect(counts).toEqual({ due: 100, began: 100 })
  })

  test('a survivor takes over from the given instant, each arrival once', async () => {
    const load = rampingArrivals(
      [
        [40, 2000],
        [0, 2000],
      ],
      40,
    )
    const alone = set(load, {}, whole)
    alone.executor.start()
    await alone.clock.runUntilIdle()
    const [left, right] = [set(load, {}, half(0)), set(load, {}, half(1))]
    left.executor.start()
    left.executor.changeShare(half(0, [1]), 1700)
    await left.clock.runUntilIdle()
    right.executor.start()
    // Due exactly at the takeover belongs to the new owner.
    await right.clock.runUntil(1699.999)
    expect(left.counts.due + right.counts.due).toBe(alone.counts.due)
    expect(alone.counts.due).toBe(80)
  })
})

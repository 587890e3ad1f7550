/** Iterations per user and shared on a virtual clock; oracles where they say what an executor must do. */
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import type { LoadShape, Share } from '../../contracts/plan.ts'
import { half, set } from './executor.test-kit.ts'

const NS = 1e-6

describe('iterations', () => {
  const shape = (
    kind: 'per-user-iterations' | 'shared-iterations',
    users: number,
    iterations: number,
    durationMs: number,
  ): LoadShape => ({ kind, users, iterations, durationMs })

  type Blocked = { iterations: number; users: number; perUser: boolean; maxDurationNs: number }
  type Counts = { plannedCount: number; startedCount: number; droppedCount: number }
  test.each(casesOf<Blocked, Counts>('load/iterations', 'blocked'))(
    CASE_NAME,
    async ({ input, expect: want }) => {
      const kind = input.perUser ? 'per-user-iterations' : 'shared-iterations'
      const endMs = input.maxDurationNs * NS
      const run = set(shape(kind, input.users, input.iterations, endMs), { busy: true })
      run.clock.at(endMs, () => void run.executor.stop(0), undefined)
      run.executor.start()
      await run.clock.runUntilIdle()
      expect(run.counts).toMatchObject({
        due: want.plannedCount,
        began: want.startedCount,
        dropped: want.droppedCount,
      })
    },
  )

  type PerUser = {
    iterations: number
    iterationNsByUser: number[]
    maxDurationNs: number
    gracefulStopNs: number
  }
  type Completed = { completedByUser: number[]; completedCount: number; droppedCount: number }
  const byUser = (completed: Map<number, number>, users: number): number[] =>
    Array.from({ length: users }, (_, index) => completed.get(index + 1) ?? 0)

  test.each(casesOf<PerUser, Completed>('load/iterations', 'perUserRun'))(
    CASE_NAME,
    async ({ input, expect: want }) => {
      const users = input.iterationNsByUser.length
      const endMs = input.maxDurationNs * NS
      const run = set(shape('per-user-iterations', users, input.iterations, endMs), {
        taskMs: (id) => input.iterationNsByUser[id - 1]! * NS,
      })
      run.clock.at(endMs, () => void run.executor.stop(input.gracefulStopNs * NS), undefined)
      run.executor.start()
      await run.clock.runUntilIdle()
      expect(byUser(run.completed, users)).toEqual(want.completedByUser)
      expect(run.counts.dropped).toBe(want.droppedCount)
      expect(run.counts.due).toBe(run.counts.began + run.counts.dropped)
      expect(run.counts.finished).toBe(run.counts.began)
    },
  )

  type SharedRun = {
    iterations: number
    users: number
    firstIterationNs: number
    slowUser: number
    slowIterationNs: number
    maxDurationNs: number
  }
  test.each(casesOf<SharedRun, Completed>('load/iterations', 'sharedRun'))(
    CASE_NAME,
    async ({ input, expect: want }) => {
      const endMs = input.maxDurationNs * NS
      const run = set(shape('shared-iterations', input.users, input.iterations, endMs), {
        taskMs: (id, task) =>
          (id - 1 === input.slowUser && task > 0 ? input.slowIterationNs : input.firstIterationNs) *
          NS,
      })
      run.clock.at(endMs, () => void run.executor.stop(30_000), undefined)
      run.executor.start()
      await run.clock.runUntilIdle()
      expect(byUser(run.completed, input.users)).toEqual(want.completedByUser)
      expect(run.counts.dropped).toBe(want.droppedCount)
    },
  )

  test('the scenario is done with the last iteration, not with its time', async () => {
    const load = shape('per-user-iterations', 3, 4, 60_000)
    const { clock, executor, done, counts } = set(load, { taskMs: 100 })
    executor.start()
    await clock.runUntil(60_000)
    expect(done).toEqual([400])
    await executor.stop(0)
    expect(counts).toMatchObject({ due: 12, began: 12, finished: 12, dropped: 0 })
  })

  test('several workers do all shared iterations together, and each is done at once without a part', async () => {
    const totals = { due: 0, began: 0 }
    for (let index = 0; index < 5; index++) {
      const share: Share = { index, weights: [1, 2, 1, 3, 1], lost: [] }
      const run = set(shape('shared-iterations', 3, 100, 60_000), { taskMs: 10 }, share)
      run.executor.start()
      await run.clock.runUntilIdle()
      expect(run.done).toHaveLength(1)
      if (run.ids.length === 0) expect(run.done).toEqual([0])
      totals.due += run.counts.due
      totals.began += run.counts.began
    }
    expect(totals).toEqual({ due: 100, began: 100 })
  })

  test('iterations of users that cannot start are dropped, and the scenario is done', async () => {
    const { clock, executor, done, counts } = set(shape('shared-iterations', 2, 10, 9000), {
      fails: true,
      startMs: 50,
    })
    executor.start()
    await clock.runUntilIdle()
    expect(done).toEqual([50])
    expect(counts).toMatchObject({ due: 10, began: 0, dropped: 10, failed: 2 })
  })

  test('what somebody stopped before its time was not dropped', async () => {
    const { clock, executor, counts } = set(shape('shared-iterations', 2, 10, 9000), {
      taskMs: 1000,
    })
    executor.start()
    await clock.runUntil(1500)
    const stopped = executor.stop(5000)
    await clock.runUntilIdle()
    await stopped
    expect(counts).toMatchObject({ due: 4, began: 4, finished: 4, dropped: 0 })
  })

  test('the iterations of a lost worker stay with it', async () => {
    const { clock, executor, counts } = set(
      shape('shared-iterations', 4, 20, 9000),
      { taskMs: 100 },
      half(0),
    )
    executor.start()
    executor.changeShare(half(0, [1]), 200)
    await clock.runUntilIdle()
    expect(counts).toMatchObject({ due: 10, began: 10 })
  })
})

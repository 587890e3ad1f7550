/** Ramping users, iterations and ramping arrivals on a virtual clock; oracles where they say what an executor must do. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoadShape, Share } from '../../contracts/plan.ts'
import { set, whole } from './executor.test-kit.ts'

interface Case<I, E> {
  kind: string
  input: I
  expect: E
}
function cases<I, E>(file: string, kind: string): Case<I, E>[] {
  const url = new URL(`../../../test/fixtures/oracles/load/${file}.json`, import.meta.url)
  const all = (JSON.parse(readFileSync(url, 'utf8')) as { cases: Case<I, E>[] }).cases
  const found = all.filter((one) => one.kind === kind)
  if (found.length === 0) throw new Error(`no cases of kind ${kind} in ${file}`)
  return found
}
const name = '$id $title'
const NS = 1e-6
const half = (index: number, lost: number[] = []): Share => ({ index, weights: [1, 1], lost })

function rampingUsers(
  startUsers: number,
  stages: [users: number, durationMs: number][],
  gracefulRampDownMs = 0,
): LoadShape & { readonly durationMs: number } {
  return {
    kind: 'ramping-users',
    startUsers,
    stages: stages.map(([users, durationMs]) => ({ users, durationMs })),
    durationMs: stages.reduce((sum, [, durationMs]) => sum + durationMs, 0),
    gracefulRampDownMs,
  }
}

function rampingArrivals(
  stages: [arrivals: number, durationMs: number][],
  usersMax: number,
  startArrivals = 0,
): LoadShape & { readonly durationMs: number } {
  return {
    kind: 'ramping-arrivals',
    perNs: 1e9,
    startArrivals,
    stages: stages.map(([arrivals, durationMs]) => ({ arrivals, durationMs })),
    durationMs: stages.reduce((sum, [, durationMs]) => sum + durationMs, 0),
    usersMax,
  }
}

describe('ramping users', () => {
  interface Reservation {
    startUsers: number
    stages: { durationNs: number; targetUsers: number }[]
    share?: { weights: number[]; index: number }
    gracefulStopNs: number
    gracefulRampDownNs: number
  }
  type Steps = { steps: { offsetNs: number; users: number }[] }
  test.each(cases<Reservation, Steps>('ramping-users', 'reservation'))(
    `${name}: users that never finish exist exactly as long as reserved`,
    async ({ input, expect: want }) => {
      const stages = input.stages.map((each): [number, number] => [
        each.targetUsers,
        each.durationNs * NS,
      ])
      const load = rampingUsers(input.startUsers, stages, input.gracefulRampDownNs * NS)
      const share: Share = { weights: [1], index: 0, ...input.share, lost: [] }
      const { clock, executor } = set(load, { busy: true }, share)
      clock.at(load.durationMs, () => void executor.stop(input.gracefulStopNs * NS), undefined)
      executor.start()
      let users = 0
      for (const step of want.steps) {
        if (step.offsetNs > 0) await clock.runUntil(step.offsetNs * NS - 0.001)
        expect([step.offsetNs, executor.active]).toEqual([step.offsetNs, users])
        await clock.runUntil(step.offsetNs * NS + 0.001)
        users = step.users
        expect([step.offsetNs, executor.active]).toEqual([step.offsetNs, users])
      }
      expect([users, clock.pending]).toEqual([0, 0])
    },
  )

  test('the last to come are the first to go, and come back as the same users', async () => {
    const load = rampingUsers(4, [
      [2, 2000],
      [4, 2000],
    ])
    const { clock, executor, ids, live, counts } = set(load)
    executor.start()
    await clock.runUntil(1999)
    expect([...live]).toEqual([1, 2, 3])
    await clock.runUntil(2000)
    expect([...live]).toEqual([1, 2])
    await clock.runUntil(4000)
    expect(ids).toEqual([1, 2, 3, 4, 3, 4])
    await executor.stop(0)
    expect(counts).toMatchObject({ started: 6, stopped: 6 })
  })

  test('a user that is still in its task when it is wanted again comes back after the task', async () => {
    const load = rampingUsers(
      1,
      [
        [0, 1000],
        [1, 1000],
        [1, 8000],
      ],
      5000,
    )
    const { clock, executor, ids, counts } = set(load, { busy: true })
    executor.start()
    await clock.runUntil(9000)
    // Never killed, as it was wanted again within the grace.
    expect([ids, counts.stopped, executor.active]).toEqual([[1], 0, 1])
    const stopped = executor.stop(500)
    await clock.runUntil(10_000)
    expect(await stopped).toMatchObject({ users: 1, killed: 1, hung: 0 })
    expect(clock.pending).toBe(0)
  })

  test('a user that comes back is the same one, whatever ids its scenario has', async () => {
    const load = rampingUsers(
      2,
      [
        [1, 1000],
        [2, 1000],
        [2, 8000],
      ],
      5000,
    )
    const { clock, executor, ids } = set(load, { endMs: 1500, firstId: 41 })
    executor.start()
    await clock.runUntil(9000)
    expect(ids).toEqual([41, 42, 42])
    void executor.stop(0)
    await clock.runUntil(12_000)
  })

  test('a user that does not even end when killed is given up by name', async () => {
    const { clock, executor, counts, logs } = set(
      rampingUsers(
        1,
        [
          [0, 1000],
          [0, 9000],
        ],
        2000,
      ),
      {
        hangs: true,
      },
    )
    executor.start()
    await clock.runUntil(3999)
    expect(counts.stopped).toBe(0)
    await clock.runUntil(4000)
    expect([counts.stopped, executor.active]).toEqual([1, 0])
    expect(logs[0]).toContain('user 1 hangs in A')
    expect(await executor.stop(0)).toEqual({ users: 0, killed: 0, hung: 0 })
  })

  test('thousands of users come and go in slices, none twice and none left', async () => {
    const load = rampingUsers(0, [
      [3000, 0],
      [3000, 1000],
      [1, 0],
      [1, 1000],
    ])
    const { clock, executor, live } = set(load)
    executor.start()
    await clock.runUntil(999)
    expect(live.size).toBe(3000)
    await clock.runUntil(1999)
    expect([...live]).toEqual([1])
    await executor.stop(0)
  })

  test('a survivor takes over the users of a lost worker, as many as the ramp wants by then', async () => {
    const load = rampingUsers(10, [
      [4, 6000],
      [8, 4000],
    ])
    const { clock, executor, live } = set(load, {}, half(0))
    executor.start()
    executor.changeShare(half(0, [1]), 2500)
    await clock.runUntil(2499)
    expect([...live].sort((a, b) => a - b)).toEqual([1, 3, 5, 7])
    await clock.runUntil(2500)
    expect([...live].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    await clock.runUntil(6000)
    expect([...live].sort((a, b) => a - b)).toEqual([1, 2, 3, 4])
    await clock.runUntil(10_000)
    expect(live.size).toBe(8)
    await executor.stop(0)
  })

  test('a dip between two slices of a takeover takes nothing from it', async () => {
    const load = rampingUsers(600, [
      [600, 1_000.2],
      [1, 0],
      [1, 0.5],
      [600, 0],
      [600, 1_000],
    ])
    const { clock, executor, live } = set(load, {}, half(0))
    executor.start()
    executor.changeShare(half(0, [1]), 1_000)
    await clock.runUntil(1_900)
    expect(live.size).toBe(600)
    await executor.stop(0)
  })

  test('whatever the ramp, the grace and how long users take to end: whom the plan wants exists, once', async () => {
    const stage = fc.tuple(fc.nat({ max: 12 }), fc.constantFrom(0, 1, 300, 1_000, 2_500))
    const whatever = fc.record({
      startUsers: fc.nat({ max: 12 }),
      stages: fc.array(stage, { minLength: 1, maxLength: 6 }),
      graceMs: fc.constantFrom(0, 200, 3_000),
      endMs: fc.constantFrom(0, 50, 700, 20_000),
      startMs: fc.constantFrom(0, 400),
      lostAtMs: fc.integer({ min: 0, max: 6_000 }),
    })
    await fc.assert(
      fc.asyncProperty(whatever, async (one) => {
        const load = rampingUsers(one.startUsers, one.stages, one.graceMs)
        const { clock, executor, live, counts } = set(load, one, half(0))
        executor.start()
        executor.changeShare(half(0, [1]), one.lostAtMs)
        // Long after the last change: everybody who was to go has gone, everybody wanted is back.
        await clock.runUntil(load.durationMs + 60_000)
        const last = one.stages.at(-1)![0]
        expect([...live].sort((a, b) => a - b)).toEqual(
          Array.from({ length: last }, (_, index) => index + 1),
        )
        const stopped = executor.stop(0)
        await clock.runUntilIdle()
        await stopped
        expect([counts.started, clock.pending]).toEqual([counts.stopped, 0])
      }),
      { numRuns: 80 },
    )
  })
})

describe('iterations', () => {
  const shape = (
    kind: 'per-user-iterations' | 'shared-iterations',
    users: number,
    iterations: number,
    durationMs: number,
  ): LoadShape => ({ kind, users, iterations, durationMs })

  type Blocked = { iterations: number; users: number; perUser: boolean; maxDurationNs: number }
  type Counts = { plannedCount: number; startedCount: number; droppedCount: number }
  test.each(cases<Blocked, Counts>('iterations', 'blocked'))(
    name,
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

  test.each(cases<PerUser, Completed>('iterations', 'perUserRun'))(
    name,
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
  test.each(cases<SharedRun, Completed>('iterations', 'sharedRun'))(
    name,
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

describe('ramping arrivals', () => {
  interface Pool {
    startRatePerUnit: number
    stages: { durationNs: number; targetRatePerUnit: number }[]
    usersMax: number
    iterationNs: number
  }
  type Counts = { dueCount: number; startedCount: number; droppedCount: number }
  test.each(cases<Pool, Counts>('ramping-arrivals', 'pool'))(
    name,
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

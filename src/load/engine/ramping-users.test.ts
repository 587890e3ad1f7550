/** Users along a ramp on a virtual clock; oracles where they say what an executor must do. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import type { Share } from '../../contracts/plan.ts'
import { half, rampingUsers, set } from './executor.test-kit.ts'

const NS = 1e-6

describe('ramping users', () => {
  interface Reservation {
    startUsers: number
    stages: { durationNs: number; targetUsers: number }[]
    share?: { weights: number[]; index: number }
    gracefulStopNs: number
    gracefulRampDownNs: number
  }
  type Steps = { steps: { offsetNs: number; users: number }[] }
  test.each(casesOf<Reservation, Steps>('load/ramping-users', 'reservation'))(
    `${CASE_NAME}: users that never finish exist exactly as long as reserved`,
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
    await Promise.all([executor.stop(0), clock.runUntil(2_000)])
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

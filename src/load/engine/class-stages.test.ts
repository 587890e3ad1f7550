/** Stages that change the classes of users, on a virtual clock; what is to come of it is said by the oracles. */
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import type { LoadShape, UserShare } from '../../contracts/plan.ts'
import { half, set } from './executor.test-kit.ts'

interface Stage {
  readonly users: number
  readonly sec: number
  /** `AB`: both with weight 1. */
  readonly classes?: string
  readonly overSec?: number
}
const shares = (names: Iterable<string>): UserShare[] =>
  [...names].map((className) => ({ className, weight: 1, fixedCount: 0 }))

function staged(
  startUsers: number,
  stages: readonly Stage[],
  graceSec = 0,
): LoadShape & { readonly durationMs: number } {
  return {
    kind: 'ramping-users',
    startUsers,
    stages: stages.map(({ users, sec, classes, overSec = 0 }) => ({
      users,
      durationMs: sec * 1e3,
      ...(classes !== undefined && {
        mix: { classes: shares(classes), overMs: overSec * 1e3 },
      }),
    })),
    durationMs: stages.reduce((sum, { sec }) => sum + sec, 0) * 1e3,
    gracefulRampDownMs: graceSec * 1e3,
  }
}

describe('classes by stage', () => {
  interface Switch {
    classes: { name: string; weight: number }[]
    phases: { targetUsers: number; classes: string[] }[]
  }
  test.each(
    casesOf<Switch, { usersByClass: Record<string, number> }>('load/user-mix', 'classSwitch'),
  )(
    `${CASE_NAME}: only the classes listed last run, in their mix`,
    async ({ input, expect: want }) => {
      const stages = input.phases.flatMap(({ targetUsers, classes }) => [
        { users: targetUsers, durationMs: 0, mix: { classes: shares(classes), overMs: 0 } },
        { users: targetUsers, durationMs: 10_000 },
      ])
      const load = {
        kind: 'ramping-users',
        startUsers: 0,
        stages,
        durationMs: input.phases.length * 10_000,
        gracefulRampDownMs: 0,
      } as const
      const users = shares(input.classes.map(({ name }) => name))
      const { clock, executor, live, mix, counts } = set(load, { users })
      executor.start()
      await clock.runUntil(load.durationMs - 1)
      const found = Object.fromEntries(
        Object.keys(want.usersByClass).map((name) => [name, mix().split(name).length - 1]),
      )
      expect(found).toEqual(want.usersByClass)
      expect(live.size).toBe(Object.values(want.usersByClass).reduce((a, b) => a + b, 0))
      await executor.stop(0)
      expect(counts.started).toBe(counts.stopped)
    },
  )

  test('who has the same class in both mixes is not touched', async () => {
    const load = staged(4, [
      { users: 4, sec: 10 },
      { users: 4, sec: 10, classes: 'B' },
    ])
    const { clock, executor, mix, ids } = set(load, { users: shares('AB') })
    executor.start()
    await clock.runUntil(9_999)
    expect(mix()).toBe('ABAB')
    await clock.runUntil(10_001)
    expect(mix()).toBe('BBBB')
    expect(ids).toEqual([1, 2, 3, 4, 1, 3])
    await executor.stop(0)
  })

  test('over the time of a ramp they change one after the other, while new ones come with the new classes', async () => {
    const load = staged(4, [
      { users: 4, sec: 10 },
      { users: 8, sec: 4, classes: 'B', overSec: 4 },
      { users: 8, sec: 10 },
    ])
    const { clock, executor, mix } = set(load, { users: shares('A') })
    executor.start()
    const seen: string[] = []
    for (const sec of [10, 11, 12, 13, 14]) {
      await clock.runUntil(sec * 1_000 + 5)
      seen.push(mix())
    }
    expect(seen).toEqual(['AAAA', 'BAAAB', 'BBAABB', 'BBBABBB', 'BBBBBBBB'])
    await executor.stop(0)
  })

  test('who is in a task ends it within the grace of the ramp before the other comes, or is killed', async () => {
    const load = staged(
      2,
      [
        { users: 2, sec: 10 },
        { users: 2, sec: 20, classes: 'B' },
      ],
      5,
    )
    const patient = set(load, { users: shares('A'), endMs: 3_000 })
    patient.executor.start()
    await patient.clock.runUntil(12_999)
    expect(patient.mix()).toBe('AA')
    await patient.clock.runUntil(13_001)
    expect(patient.mix()).toBe('BB')
    const busy = set(load, { users: shares('A'), busy: true })
    busy.executor.start()
    await busy.clock.runUntil(14_999)
    expect(busy.mix()).toBe('AA')
    await busy.clock.runUntil(15_001)
    expect(busy.mix()).toBe('BB')
    for (const { executor, clock } of [patient, busy]) {
      const stopped = executor.stop(0)
      await clock.runUntil(30_000)
      await stopped
      expect(clock.pending).toBe(0)
    }
  })

  test('changed twice within a grace, a user has one kill and one successor', async () => {
    const load = staged(
      1,
      [
        { users: 1, sec: 10 },
        { users: 1, sec: 2, classes: 'B' },
        { users: 1, sec: 20, classes: 'C' },
      ],
      5,
    )
    const { clock, executor, mix, ids, counts } = set(load, { users: shares('A'), busy: true })
    executor.start()
    await clock.runUntil(14_999)
    expect(mix()).toBe('A')
    await clock.runUntil(16_000)
    expect([mix(), ids]).toEqual(['C', [1, 1]])
    const stopped = executor.stop(0)
    await clock.runUntil(17_000)
    await stopped
    expect([counts.started, counts.stopped, clock.pending]).toEqual([2, 2, 0])
  })

  test('two workers have together the mix of one, and a takeover has the classes of now', async () => {
    const load = staged(6, [
      { users: 6, sec: 10 },
      { users: 6, sec: 30, classes: 'BC' },
    ])
    const workers = [0, 1].map((index) => set(load, { users: shares('AB') }, half(index)))
    for (const { executor } of workers) executor.start()
    const whole = set(load, { users: shares('AB') })
    whole.executor.start()
    for (const each of [...workers, whole]) await each.clock.runUntil(11_000)
    const [first, second] = workers.map((each) => each.mix())
    expect([...first!].map((name, k) => name + second![k]).join('')).toBe(whole.mix())
    workers[0]!.executor.changeShare(half(0, [1]), 12_000)
    await workers[0]!.clock.runUntil(13_000)
    expect(workers[0]!.mix()).toBe(whole.mix())
    for (const { executor } of [...workers, whole]) await executor.stop(0)
  })

  test.each([1, 2, 3, 5])(
    'over time %i workers change the same users at the same instants',
    async (count) => {
      const load = staged(9, [
        { users: 9, sec: 10 },
        { users: 12, sec: 9, classes: 'BC', overSec: 9 },
        { users: 5, sec: 9, classes: 'A', overSec: 9 },
      ])
      const weights = Array.from({ length: count }, () => 1)
      const workers = weights.map((_, index) =>
        set(load, { users: shares('ABC') }, { index, weights, lost: [] }),
      )
      const whole = set(load, { users: shares('ABC') })
      for (const { executor } of [...workers, whole]) executor.start()
      for (let ms = 0; ms < load.durationMs; ms += 500) {
        for (const { clock } of [...workers, whole]) await clock.runUntil(ms + 10)
        const all = workers.flatMap(({ live, mix }) => {
          const names = [...mix()]
          return [...live].sort((a, b) => a - b).map((id, k) => [id, names[k]!] as const)
        })
        const together = all.sort(([a], [b]) => a - b).map(([, name]) => name)
        expect([ms, together.join('')]).toEqual([ms, whole.mix()])
      }
      expect(whole.mix()).toMatch(/^A+$/)
      for (const { executor } of [...workers, whole]) await executor.stop(0)
    },
  )

  test('many change in slices, so that the event loop goes on', async () => {
    const load = staged(1_000, [
      { users: 1_000, sec: 10 },
      { users: 1_000, sec: 10, classes: 'B' },
    ])
    const { clock, executor, mix } = set(load, { users: shares('A') })
    executor.start()
    await clock.runUntil(10_000)
    expect(mix().indexOf('A')).toBe(200)
    await clock.runUntil(10_010)
    expect(mix()).toBe('B'.repeat(1_000))
    await Promise.all([executor.stop(0), clock.runUntil(10_100)])
  })
})

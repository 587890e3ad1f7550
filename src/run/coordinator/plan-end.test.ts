import { expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import { Course } from '../../model/plan/course.ts'
import { runEndMs, usersPlanned } from './plan-end.ts'

const planOf = (...scenarios: { load: Partial<LoadShape>; startAfterMs?: number }[]): LoadPlan =>
  ({
    scenarios: scenarios.map((each) => ({ users: [], startAfterMs: 0, ...each })),
  }) as unknown as LoadPlan

const endMs = (plan: LoadPlan) => runEndMs(plan.scenarios.map((each) => new Course(each)))

interface End {
  durationNs: number
  gracefulStopNs: number
  startAfterNs: number
}
const ends = casesOf<End, { runEndNs: number }>('load/iterations', 'end')

test.each(ends)(`${CASE_NAME}: the run ends with the last scenario and its grace`, (one) => {
  const { durationNs, startAfterNs, gracefulStopNs } = one.input
  const durationMs = durationNs / 1e6
  const load = { kind: 'shared-iterations', users: 1, iterations: 1, durationMs } as const
  const plan = planOf({ load, startAfterMs: startAfterNs / 1e6 })
  expect(endMs(plan)! * 1e6 + gracefulStopNs).toBe(one.expect.runEndNs)
})

test('one scenario without an end makes a run without one', () => {
  const users = (durationMs: number | null) =>
    ({ kind: 'constant-users', users: 1, spawnRatePerSec: 1, durationMs }) as const
  expect(endMs(planOf({ load: users(9) }, { load: users(4), startAfterMs: 7 }))).toBe(11)
  expect(endMs(planOf({ load: users(9) }, { load: users(null) }))).toBeNull()
})

test('users that the plan itself takes away or that end with their iterations are no sign of an early end', () => {
  const constant = { load: { kind: 'constant-users', users: 5 } } as const
  expect(usersPlanned(planOf(constant, constant))).toBe(10)
  for (const kind of ['ramping-users', 'per-user-iterations', 'ramping-arrivals'] as const) {
    expect(usersPlanned(planOf(constant, { load: { kind } }))).toBeNull()
  }
})

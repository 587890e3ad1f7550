import { expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import { planEndMs, usersPlanned } from './plan-end.ts'

const planOf = (...scenarios: { load: Partial<LoadShape>; startAfterMs?: number }[]): LoadPlan =>
  ({ scenarios: scenarios.map((each) => ({ startAfterMs: 0, ...each })) }) as unknown as LoadPlan

interface End {
  durationNs: number
  gracefulStopNs: number
  startAfterNs: number
}
const ends = casesOf<End, { runEndNs: number }>('load/iterations', 'end')

test.each(ends)(`${CASE_NAME}: the run ends with the last scenario and its grace`, (one) => {
  const { durationNs, startAfterNs, gracefulStopNs } = one.input
  const load = { kind: 'shared-iterations', durationMs: durationNs / 1e6 } as const
  const plan = planOf({ load, startAfterMs: startAfterNs / 1e6 })
  expect(planEndMs(plan)! * 1e6 + gracefulStopNs).toBe(one.expect.runEndNs)
})

test('one scenario without an end makes a run without one', () => {
  const endless = { load: { kind: 'constant-users', durationMs: null } } as const
  expect(planEndMs(planOf({ load: { kind: 'ramping-users', durationMs: 9 } }, endless))).toBeNull()
})

test('users that the plan itself takes away or that end with their iterations are no sign of an early end', () => {
  const constant = { load: { kind: 'constant-users', users: 5 } } as const
  expect(usersPlanned(planOf(constant, constant))).toBe(10)
  for (const kind of ['ramping-users', 'per-user-iterations', 'ramping-arrivals'] as const) {
    expect(usersPlanned(planOf(constant, { load: { kind } }))).toBeNull()
  }
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import { planEndMs, usersPlanned } from './plan-end.ts'

const planOf = (...scenarios: { load: Partial<LoadShape>; startAfterMs?: number }[]): LoadPlan =>
  ({ scenarios: scenarios.map((each) => ({ startAfterMs: 0, ...each })) }) as unknown as LoadPlan

interface End {
  readonly kind: string
  readonly input: { durationNs: number; gracefulStopNs: number; startAfterNs: number }
  readonly expect: { runEndNs: number }
}
const url = new URL('../../../test/fixtures/oracles/load/iterations.json', import.meta.url)
const ends = (JSON.parse(readFileSync(url, 'utf8')) as { cases: End[] }).cases.filter(
  (each) => each.kind === 'end',
)

test.each(ends)('$id $title: the run ends with the last scenario and its grace', (one) => {
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

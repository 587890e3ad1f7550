import { expect, test } from 'vitest'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import { levelStretch } from './level-stretch.ts'

const planOf = (...scenarios: { load: Partial<LoadShape>; startAfterMs?: number }[]): LoadPlan =>
  ({ scenarios: scenarios.map((each) => ({ startAfterMs: 0, ...each })) }) as unknown as LoadPlan
const arrivals = { kind: 'constant-arrivals', durationMs: 60_000 } as const
const users = { kind: 'constant-users', users: 10, spawnRatePerSec: 1, durationMs: 60_000 } as const
const ramp = (...stages: (readonly [users: number, seconds: number])[]) => ({
  kind: 'ramping-users' as const,
  startUsers: 0,
  stages: stages.map(([to, seconds]) => ({ users: to, durationMs: seconds * 1_000 })),
  durationMs: stages.reduce((sum, [, seconds]) => sum + seconds * 1_000, 0),
})

const other = { mix: { classes: [], overMs: 5_000 } }
const switched = ramp([5, 0], [5, 20], [5, 40])
const withOthers = {
  ...switched,
  stages: switched.stages.map((each, index) => (index === 2 ? { ...each, ...other } : each)),
}

test.each([
  ['after a change of classes, though there are as many', planOf({ load: withOthers }), 25, 60],
  ['constant arrivals', planOf({ load: arrivals }), 0, 60],
  ['arrivals until stopped', planOf({ load: { ...arrivals, durationMs: null } }), 0, 60],
  ['users, once all have started', planOf({ load: users }), 9, 60],
  ['up, level, down', planOf({ load: ramp([5, 10], [5, 40], [0, 10]) }), 10, 50],
  ['a jump', planOf({ load: ramp([5, 0], [5, 40], [9, 0], [9, 20]) }), 0, 40],
  ['iterations', planOf({ load: { kind: 'shared-iterations', durationMs: 600_000 } }), 0, 60],
  ['a recording', planOf({ load: { kind: 'replayed-arrivals', durationMs: 60_000 } }), 0, 60],
  [
    'from where a second scenario starts',
    planOf({ load: arrivals }, { load: { ...arrivals, durationMs: 45_000 }, startAfterMs: 15_000 }),
    15,
    60,
  ],
  [
    'to where a second scenario ends',
    planOf({ load: arrivals }, { load: { ...arrivals, durationMs: 35_000 } }),
    0,
    35,
  ],
])('the planned load is level: %s', (_, plan, fromSec, toSec) => {
  expect(levelStretch(plan, 60_000)).toEqual({ fromMs: fromSec * 1_000, toMs: toSec * 1_000 })
})

test('a ramp is never level, and a run that ended early is level no longer than it was', () => {
  const climb = levelStretch(planOf({ load: ramp([50, 60]) }), 60_000)
  expect(climb.toMs - climb.fromMs).toBe(0)
  expect(levelStretch(planOf({ load: arrivals }), 7_500)).toEqual({ fromMs: 0, toMs: 7_500 })
  expect(levelStretch(planOf({ load: users }), 0)).toEqual({ fromMs: 0, toMs: 0 })
})

test('arrivals that climb and stay are level from there on', () => {
  const stages = [
    { arrivals: 50, durationMs: 20_000 },
    { arrivals: 50, durationMs: 40_000 },
  ]
  const load = {
    kind: 'ramping-arrivals',
    startArrivals: 0,
    perNs: 1e9,
    stages,
    durationMs: 60_000,
  }
  const plan = planOf({ load: load as Partial<LoadShape> })
  expect(levelStretch(plan, 60_000)).toEqual({ fromMs: 20_000, toMs: 60_000 })
})

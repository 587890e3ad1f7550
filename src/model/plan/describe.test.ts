import { expect, test } from 'vitest'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import { describePlan } from './describe.ts'

const shapes: [string, LoadShape][] = [
  [
    'mix: 4 → 10 in 30s → 0 in 1m users for 1m30s',
    {
      kind: 'ramping-users',
      startUsers: 4,
      stages: [
        { users: 10, durationMs: 30_000 },
        { users: 0, durationMs: 60_000 },
      ],
      durationMs: 90_000,
      gracefulRampDownMs: 0,
    },
  ],
  [
    'mix: 0 → 30/min in 1m → 0 in 30s for 1m30s, 22 arrivals in all',
    {
      kind: 'ramping-arrivals',
      perNs: 60e9,
      startArrivals: 0,
      stages: [
        { arrivals: 30, durationMs: 60_000 },
        { arrivals: 0, durationMs: 30_000 },
      ],
      durationMs: 90_000,
      usersMax: 10,
    },
  ],
  [
    'mix: 10 users with 3 iterations each within 10m',
    { kind: 'per-user-iterations', users: 10, iterations: 3, durationMs: 600_000 },
  ],
  [
    'mix: 10 users sharing 1 iteration within 10m',
    { kind: 'shared-iterations', users: 10, iterations: 1, durationMs: 600_000 },
  ],
]

test.each(shapes)('%s', (line, load) => {
  const users = [{ className: 'A', weight: 1, fixedCount: 0 }]
  const scenario = { name: 'mix', users, load, startAfterMs: 0, gracefulStopMs: 0 }
  const plan: Partial<LoadPlan> = { name: 'p', scenarios: [scenario], thresholds: [] }
  const lines = describePlan(plan as LoadPlan, [1, 1])
  expect(lines[1]).toBe(line)
  expect(lines[2]).toContain('10 A')
})

import { expect, test } from 'vitest'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import { describePlan } from './describe.ts'

const shapes: [string, LoadShape][] = [
  [
    'mix: users 4 → 10 over 30s, → 0 over 1m (1m30s)',
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
    'mix: arrivals 0 → 30/min over 1m, → 0 over 30s (1m30s), 22 arrivals in all',
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
    'mix: 10 users × 3 iterations, none begins after 10m',
    { kind: 'per-user-iterations', users: 10, iterations: 3, durationMs: 600_000 },
  ],
  [
    'mix: 1 iteration by 10 users, none begins after 10m',
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

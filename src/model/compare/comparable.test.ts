import { describe, expect, test } from 'vitest'
import type { LoadShape, Scenario } from '../../contracts/plan.ts'
import type { RunResult } from '../../contracts/result.ts'
import { resultOf } from '../report/result.test-kit.ts'
import { pairRuns, withoutFigures } from './compare-runs.ts'

const LOAD: LoadShape = {
  kind: 'constant-arrivals',
  rate: { arrivals: 50, perNs: 1e9 },
  durationMs: 60_000,
  usersMax: 10,
}
const scenario = (load: LoadShape, more: Partial<Scenario> = {}): Scenario => ({
  name: 'shop',
  users: [{ className: 'Shopper', weight: 1, fixedCount: 0 }],
  load,
  startAfterMs: 0,
  gracefulStopMs: 30_000,
  ...more,
})
function runOf(more: Partial<RunResult['run']> = {}, rest: Partial<RunResult> = {}): RunResult {
  const base = resultOf(rest)
  const plan = { ...base.run.plan, scenarios: [scenario(LOAD)] }
  return { ...base, run: { ...base.run, plan, ...more } }
}
const planOf = (...scenarios: Scenario[]): Pick<RunResult['run'], 'plan'> => ({
  plan: { ...runOf().run.plan, scenarios },
})
const reasons = (b: RunResult, a = runOf()): readonly string[] => pairRuns(a, b).notComparable
const arrivals = (due: number): Partial<RunResult> => ({
  arrivals: { ...resultOf().arrivals, due },
})

describe('runs are not comparable', () => {
  test('when one had another load', () => {
    const faster = { ...LOAD, rate: { arrivals: 60, perNs: 1e9 } }
    expect(reasons(runOf(planOf(scenario(faster))))).toEqual([
      expect.stringMatching(/^the load plan differs: A shop .*50\/s.*, B shop .*60\/s/),
    ])
    const others = scenario(LOAD, { users: [{ className: 'Browser', weight: 1, fixedCount: 0 }] })
    expect(reasons(runOf(planOf(others)))).toHaveLength(1)
  })
  test('when one had another host', () => {
    expect(reasons(runOf({ host: 'http://staging.test' }))).toEqual([
      'the host differs: A http://localhost:3000, B http://staging.test',
    ])
  })
  test('when the generator of one was a limit itself', () => {
    const generator = {
      ...resultOf().generator,
      trustworthy: false,
      reasons: ['CPU at 100 %: give it more.'],
    }
    expect(reasons(runOf({}, { generator }))).toEqual([
      'the load generator of B was a limit itself: CPU at 100 %',
    ])
  })
  test('when one was steered, or other arrivals were due', () => {
    const events = [{ atMs: 1_000, level: 'info', text: '60/s', kind: 'steer', by: 'ann' }]
    expect(reasons(runOf({}, { events }))).toEqual(['the load of B was changed while it ran'])
    expect(reasons(runOf({}, arrivals(40_000)), runOf({}, arrivals(50_000)))).toEqual([
      '50000 arrivals were due in A and 40000 in B',
    ])
  })
  test('when one ended early, or both are too short', () => {
    expect(reasons(runOf({ durationMs: 40_000 }))).toEqual([
      'A was under load for 60 s and B for 40 s',
    ])
    const warmup = { kind: 'fixed', endMs: 40_000, steady: null, why: '' } as const
    expect(reasons(runOf({}, { warmup }))).toEqual([
      'they have 20 s of load in common after a warm-up of 40 s, and it takes 30 s',
    ])
  })
})

describe('runs are comparable', () => {
  test('when arrivals at random fell otherwise', () => {
    const random = (seed: number) =>
      runOf(
        planOf(scenario({ ...LOAD, poisson: { seed, stream: 'shop' } })),
        arrivals(3_000 + seed),
      )
    expect(reasons(random(1), random(50))).toEqual([])
  })
  test('when what is not load differs, which is told', () => {
    const git = { commit: 'c0ffee123456', branch: 'fix', dirty: true }
    const b = runOf({ scriptHash: 'other', node: '22.0.0', tags: { team: 'pay' }, git })
    const pairing = pairRuns(runOf(), b)
    expect(pairing.notComparable).toEqual([])
    expect(withoutFigures(pairing).notEqual).toEqual([
      { what: 'script', a: 'shop.ts h', b: 'shop.ts other' },
      { what: 'commit', a: 'none', b: 'c0ffee12 fix with changes' },
      { what: 'node', a: '20.19.0', b: '22.0.0' },
      { what: 'tags', a: 'none', b: 'team=pay' },
    ])
  })
  test('when the last iterations of one took longer to finish', () => {
    expect(reasons(runOf({ durationMs: 75_000 }))).toEqual([])
    expect(pairRuns(runOf(), runOf({ durationMs: 75_000 })).span.toMs).toBe(60_000)
  })
})

test('blocks are whole, and longer in longer runs', () => {
  const spanOf = (durationMs: number) => {
    const run = runOf({ durationMs, ...planOf(scenario({ ...LOAD, durationMs })) })
    return pairRuns(run, run).span
  }
  expect(spanOf(62_000)).toEqual({ fromMs: 0, toMs: 60_000, blockMs: 5_000 })
  expect(spanOf(300_000)).toEqual({ fromMs: 0, toMs: 300_000, blockMs: 5_000 })
  expect(spanOf(3_600_000).blockMs).toBe(60_000)
})

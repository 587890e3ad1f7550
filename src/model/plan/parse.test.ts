import { describe, expect, test } from 'vitest'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { describePlan } from './describe.ts'
import { type PlanContext, parsePlan } from './parse.ts'

class Shopper {}
const context: PlanContext = {
  name: 'shop',
  userClasses: [
    { name: 'Shopper', weight: 3, fixedCount: 0, host: null, userClass: Shopper },
    { name: 'Browser', weight: 1, fixedCount: 0, host: null },
  ],
}
function good(input: unknown): LoadPlan {
  const parsed = parsePlan(input, context)
  if (Array.isArray(parsed)) throw new Error(JSON.stringify(parsed))
  return parsed as LoadPlan
}
function bad(input: unknown): Problem[] {
  const parsed = parsePlan(input, context)
  if (!Array.isArray(parsed)) throw new Error('the plan was accepted')
  return parsed
}

describe('plans', () => {
  test('the plan of the guide, with the class by reference', () => {
    const plan = good({
      scenarios: { shoppers: { user: Shopper, arrivals: '50/s', for: '5m', usersMax: 400 } },
      thresholds: ['p95(http) < 300ms', 'errors < 1%'],
    })
    expect(plan).toMatchObject({
      schemaVersion: 1,
      name: 'shop',
      host: null,
      include: null,
      exclude: [],
    })
    expect(plan.scenarios).toEqual([
      {
        name: 'shoppers',
        users: [{ className: 'Shopper', weight: 3, fixedCount: 0 }],
        load: {
          kind: 'constant-arrivals',
          rate: { arrivals: 1, perNs: 20_000_000 },
          durationMs: 300_000,
          usersMax: 400,
        },
        startAfterMs: 0,
        gracefulStopMs: 30_000,
      },
    ])
    expect(plan.thresholds.map((each) => each.unit)).toEqual(['ms', '%'])
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })

  test('a closed load takes all classes unless told, and runs until stopped without a duration', () => {
    const [scenario] = good({ scenarios: { main: { users: 100, spawnRate: '10/s' } } }).scenarios
    expect(scenario!.users.map((each) => each.className)).toEqual(['Shopper', 'Browser'])
    expect(scenario!.load).toEqual({
      kind: 'constant-users',
      users: 100,
      spawnRatePerSec: 10,
      durationMs: null,
    })
  })

  test('thresholds in the form of k6 stand for the list, or in it beside rules of ours', () => {
    const scenarios = { main: { users: 1 } }
    const k6 = { http_req_duration: ['p(95)<300', 'max<1000'], http_req_failed: 'rate<0.01' }
    const taken = ['latency.p95(http) < 300ms', 'latency.max(http) < 1s', 'errors(http) < 1%']
    const rulesOf = (thresholds: unknown) =>
      good({ scenarios, thresholds }).thresholds.map((each) => each.rule)
    expect(rulesOf(k6)).toEqual(taken)
    expect(rulesOf([k6, 'dropped == 0'])).toEqual([...taken, 'dropped == 0'])
    const paths = (thresholds: unknown) => bad({ scenarios, thresholds }).map((each) => each.path)
    expect(paths({ http_reqs: ['count>1', 'avg<1'] })).toEqual(['plan.thresholds.http_reqs[1]'])
    expect(paths(['errors < 1%', { vus: 'value>1' }])).toEqual(['plan.thresholds[1].vus[0]'])
    expect(paths('errors < 1%')).toEqual(['plan.thresholds'])
  })

  test('a warm-up is a duration, and absent when there is none', () => {
    const scenarios = { main: { users: 1 } }
    expect(good({ scenarios, warmup: '1m30s' }).warmupMs).toBe(90_000)
    expect(good({ scenarios })).not.toHaveProperty('warmupMs')
    expect(bad({ scenarios, warmup: 30 })[0]).toMatchObject({ path: 'plan.warmup' })
    expect(describePlan(good({ scenarios, warmup: '30s' }), [1])).toContain(
      'warm-up    30s, not judged',
    )
  })

  test('a warm-up that is found automatically cannot be beside a rule that ends the run', () => {
    const scenarios = { main: { users: 1 } }
    const plan = { scenarios, warmup: 'auto', thresholds: ['errors < 1%', 'p95 < 1s over 5s'] }
    expect(good(plan)).toMatchObject({ warmupAuto: true })
    expect(good(plan)).not.toHaveProperty('warmupMs')
    expect(describePlan(good(plan), [1])).toContain('warm-up    found at the end, not judged')
    const found = bad({ ...plan, thresholds: ['errors < 1% abort after 30s', 'rate > 1/s'] })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ code: 'E_PLAN', path: 'plan.warmup' })
    expect(found[0]!.what).toContain('errors < 1% abort after 30s')
    expect(bad({ scenarios, warmup: 'Auto' })[0]).toMatchObject({ code: 'E_DURATION' })
  })

  test('sliding spans have a bound over all rules', () => {
    const thresholds = ['p95 < 1s over 5000s', 'p99 < 1s over 5001s']
    const [found] = bad({ scenarios: { main: { users: 1 } }, thresholds })
    expect(found).toMatchObject({ path: 'plan.thresholds' })
    expect(found!.what).toContain('10001 s')
  })

  test('all mistakes are reported at once, each with its path', () => {
    const problems = bad({
      host: 'shop.example.com',
      seed: -1,
      treshold: [],
      thresholds: ['errors < 1%', 'errors << 1%'],
      tags: { team: 7 },
      scenarios: {
        a: { user: 'Shoper', users: 0, for: 300, gracefulStop: 'soon' },
        b: { users: 10, arrivals: '50', usersMax: 5 },
        c: { user: [], arrivals: '1/s', spawnRate: 4, fro: '5m' },
        d: 5,
      },
    })
    expect(problems.map((each) => `${each.code} ${each.path}`).sort()).toEqual(
      [
        'E_DURATION plan.scenarios.a.for',
        'E_DURATION plan.scenarios.a.gracefulStop',
        'E_PLAN plan.scenarios.a.users',
        'E_PLAN plan.scenarios.b',
        'E_PLAN plan.scenarios.c.spawnRate',
        'E_PLAN plan.scenarios.c.user',
        'E_PLAN plan.scenarios.d',
        'E_PLAN plan.scenarios.d',
        'E_PLAN plan.seed',
        'E_PLAN plan.tags.team',
        'E_RATE plan.scenarios.b.arrivals',
        'E_SCHEME plan.host',
        'E_THRESHOLD plan.thresholds[1]:9',
        'E_UNKNOWN_KEY plan.scenarios.c.fro',
        'E_UNKNOWN_KEY plan.treshold',
        'E_USER_UNKNOWN plan.scenarios.a.user',
      ].sort(),
    )
    const say = (path: string): string => problems.find((each) => each.path === path)!.why
    expect(say('plan.scenarios.a.user')).toContain('Did you mean "Shopper"?')
    expect(say('plan.scenarios.c.fro')).toContain('Did you mean "for"?')
    expect(say('plan.treshold')).toContain('Did you mean "thresholds"?')
    expect(problems.find((each) => each.path === 'plan.host')!.fix).toContain(
      'http://shop.example.com',
    )
  })

  test.each([
    [undefined],
    [null],
    [[]],
    ['plan'],
    [{}],
    [{ scenarios: {} }],
    [{ scenarios: { a: {} } }],
  ])('%j is no plan', (input) => {
    expect(bad(input).length).toBeGreaterThan(0)
  })

  test('without any user class the script is asked for one', () => {
    const parsed = parsePlan({ scenarios: { main: { users: 1 } } }, { userClasses: [] })
    expect(parsed).toMatchObject([{ code: 'E_NO_USERS' }])
  })
})

describe('the description of a plan', () => {
  test('says how much of what, and what each worker does', () => {
    const text = describePlan(
      good({
        seed: 7,
        host: 'http://localhost:3000',
        scenarios: {
          open: { user: 'Browser', arrivals: '50/s', for: '1m', usersMax: 40 },
          closed: { users: 100, spawnRate: 10, startAfter: '30s' },
        },
        thresholds: ['errors < 1%'],
      }),
      [1, 1, 1],
    ).join('\n')
    expect(text).toContain('seed 7, 3 workers, host http://localhost:3000')
    expect(text).toContain('open: 50/s for 1m, 3000 arrivals in all')
    expect(text).toContain('per worker 1000, 1000, 1000 arrivals')
    expect(text).toContain('closed: 100 users until stopped, starting after 30s')
    expect(text).toContain('25 Browser, 75 Shopper')
    expect(text).toContain('10 at a time, all after 9s')
    expect(text).toContain('per worker 34, 33, 33 users')
    expect(text).toContain('threshold  errors < 1%')
  })
})

describe('arrivals that are not even', () => {
  const one = (scenario: object) =>
    parsePlan({ seed: 7, scenarios: { main: scenario } }, { userClasses: [SHOPPER] })
  const SHOPPER = { name: 'Shopper', weight: 1, fixedCount: 0, host: null }

  test('a rate may be spread at random, by the seed of the plan and the name of the scenario', () => {
    const poisson = { seed: 7, stream: 'main' }
    expect(one({ arrivals: '50/s', for: '1m', spread: 'poisson' })).toMatchObject({
      scenarios: [{ load: { kind: 'constant-arrivals', poisson } }],
    })
    expect(one({ arrivals: '0 → 50/s over 1m', spread: 'poisson' })).toMatchObject({
      scenarios: [{ load: { kind: 'ramping-arrivals', poisson } }],
    })
  })
  test('a recording keeps its instants, and knows its length and its users', () => {
    expect(one({ arrivals: { offsetsMs: [0, 100, 2_000], speed: 2 } })).toMatchObject({
      scenarios: [{ load: { kind: 'replayed-arrivals', durationMs: 1_001, usersMax: 100 } }],
    })
  })
  test('what makes no sense is said', () => {
    const whats = (scenario: object) => {
      const plan = one(scenario)
      return Array.isArray(plan) ? plan.map((each) => `${each.path}: ${each.what}`) : []
    }
    expect(whats({ users: 5, spread: 'poisson' })).toEqual([
      'plan.scenarios.main.spread: `spread` has no meaning here',
    ])
    expect(whats({ arrivals: '5/s', spread: 'gauss' })).toEqual([
      'plan.scenarios.main.spread: "gauss" is no way to spread arrivals',
    ])
    for (const offsetsMs of [[], [5, 3], ['a'], [-1], 'x'])
      expect(whats({ arrivals: { offsetsMs } })).toEqual([
        'plan.scenarios.main.arrivals.offsetsMs: this is no list of instants',
      ])
  })
})

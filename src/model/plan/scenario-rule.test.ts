import { describe, expect, test } from 'vitest'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { parsePlan } from './parse.ts'
import { seriesTagsOf } from './series-tags.ts'

const CONTEXT = { userClasses: [{ name: 'Shopper', weight: 1, fixedCount: 0, host: null }] }
const parse = (browse: object, more: object = {}, name = 'browse') =>
  parsePlan({ scenarios: { [name]: { users: 1, ...browse }, buy: { users: 1 } }, ...more }, CONTEXT)
function good(...given: Parameters<typeof parse>): LoadPlan {
  const parsed = parse(...given)
  if (Array.isArray(parsed)) throw new Error(JSON.stringify(parsed))
  return parsed as LoadPlan
}
const bad = (...given: Parameters<typeof parse>): Problem[] => {
  const parsed = parse(...given)
  if (!Array.isArray(parsed)) throw new Error('the plan was accepted')
  return parsed as Problem[]
}
const rulesOf = (plan: LoadPlan) => plan.thresholds.map((each) => each.rule)

describe('rules of a scenario', () => {
  test('come after those of the plan, each about the scenario and with its name', () => {
    const plan = good(
      {
        thresholds: [
          'p95(http)  <  300ms abort after 10s',
          'errors < 1%',
          'rate(GET /, tag:region=eu) > 1/s over 5s',
          { http_req_duration: ['p(95)<300'] },
          'checks > 99%',
          'orders_paid > 5',
          'rate(declined) < 1%',
          'trend.p95(time) < 2s',
        ],
      },
      { thresholds: ['errors < 5%'] },
    )
    expect(rulesOf(plan)).toEqual([
      'errors < 5%',
      'p95(http, scenario:browse) < 300ms abort after 10s',
      'errors(scenario:browse) < 1%',
      'rate(GET /, scenario:browse, tag:region=eu) > 1/s over 5s',
      'latency.p95(http, scenario:browse) < 300ms',
      'checks(scenario:browse) > 99%',
      'orders_paid(scenario:browse) > 5',
      'rate(declined, scenario:browse) < 1%',
      'trend.p95(time, scenario:browse) < 2s',
    ])
    expect(plan.thresholds[0]).not.toHaveProperty('written')
    expect(plan.thresholds[1]).toMatchObject({
      written: 'p95(http)  <  300ms abort after 10s',
      abort: true,
      delayMs: 10_000,
    })
  })

  test('a scenario may have any name that can stand in a rule', () => {
    const plan = good({ thresholds: ['errors < 1%'] }, {}, 'guests, "new" (50 %)')
    expect(plan.thresholds[0]!.metric).toMatchObject({
      tags: { scenario: 'guests, "new" (50 %)' },
    })
    expect(bad({ thresholds: ['errors < 1%'] }, {}, `a"b'c`)[0]!.why).toContain('cannot be written')
  })

  test.each([
    ['dropped == 0', 'run as a whole'],
    ['lateness.p99 < 2ms', 'run as a whole'],
    ['generator.cpu < 80%', 'run as a whole'],
    ['errors(scenario:buy) < 1%', 'another scenario, "buy"'],
    ['errors < 1', 'not a percentage'],
  ])('%s is refused', (text, why) => {
    const [problem] = bad({ thresholds: [text] })
    expect(problem!.why).toContain(why)
    expect(problem!.path).toContain('plan.scenarios.browse.thresholds')
  })

  test('a rule about a scenario that is not there is found before the run', () => {
    const [problem] = bad({}, { thresholds: ['errors(scenario:brows) < 1%'] })
    expect(problem!.why).toContain('Did you mean "browse"')
  })
})

describe('tags of a scenario', () => {
  test('are texts, checked like those of requests', () => {
    expect(good({ tags: { team: 'search', n: 2 } }).scenarios[0]!.tags).toEqual({
      team: 'search',
      n: '2',
    })
    expect(good({ tags: {} }).scenarios[0]).not.toHaveProperty('tags')
    expect(bad({ tags: { scenario: 'x' } })[0]!.path).toBe('plan.scenarios.browse.tags')
    expect(bad({ tags: 'x' })[0]!.why).toContain('an object')
  })

  test('tell series apart; the name of the scenario does only when a rule asks', () => {
    const of = (plan: LoadPlan) => plan.scenarios.map((each) => seriesTagsOf(plan, each))
    expect(of(good({}))).toEqual([undefined, undefined])
    expect(of(good({ tags: { team: 'a' } }, { thresholds: ['errors(tag:team=a) < 1%'] }))).toEqual([
      { team: 'a' },
      undefined,
    ])
    expect(of(good({ tags: { team: 'a' }, thresholds: ['errors < 1%'] }))).toEqual([
      { team: 'a', scenario: 'browse' },
      { scenario: 'buy' },
    ])
  })
})

import { describe, expect, test } from 'vitest'
import { measured, rule, series } from './threshold.test-kit.ts'
import { parseThreshold } from './threshold.ts'
import { type Measured, Meters } from './threshold-meters.ts'
import { holds, marginOf, observe } from './threshold-verdict.ts'

/** 100 GET / of 1 … 100 ms, 2 of them failed; 10 POST /cart (new) of 200 ms; 8 of 10 arrivals started, 5 … 40 ms late. */
function totals(): Measured {
  const list = series('http', 'GET', '/')
  list.requests = 100
  list.failures = 2
  list.phaseSumsUs[4] = 5_000_000
  for (let ms = 1; ms <= 100; ms++) list.latency.record(ms * 1_000)
  const cart = series('http', 'POST', '/cart (new)')
  cart.requests = 10
  for (let i = 0; i < 10; i++) cart.latency.record(200_000)
  return measured({
    series: [list, cart],
    checks: [
      { name: 'logged in', passes: 99, failures: 1 },
      { name: 'a (b) < c', passes: 1, failures: 3 },
    ],
    due: 10,
    dropped: 2,
    latenessUs: [5, 10, 15, 20, 25, 30, 35, 40].map((ms) => ms * 1_000),
    cpuRatio: 0.75,
  })
}

const judge = (text: string, what = totals()) => {
  const threshold = rule(text)
  const meters = new Meters([threshold])
  meters.add(what)
  const observed = observe(threshold, meters.readings[0]!, 10_000)
  const passed = observed === null ? threshold.noDataPasses : holds(observed, threshold)
  return { observed, passed, margin: observed === null ? null : marginOf(observed, threshold) }
}

describe('threshold rules', () => {
  test.each([
    ['p95(http) < 300ms', true, 200],
    ['p50(GET /) <= 51ms', true, 50],
    ['p99(POST /cart (new)) < 100ms', false, 200],
    ['p100 < 1s', true, 200],
    ['errors < 1%', false, (2 / 110) * 100],
    ['errors(POST /cart (new)) == 0%', true, 0],
    ['errors(/) <= 2%', true, 2],
    ['rate(http) > 500/s', false, 11],
    ['rate >= 660/min', true, 11],
    ["checks('logged in') >= 99%", true, 99],
    ['checks > 99.5%', false, (100 / 104) * 100],
    ["checks('a (b) < c') <= 25%", true, 25],
    ['med(GET /) <= 51ms', true, 50],
    ['min >= 1ms', true, 1],
    ['max(http) < 199ms', false, 200],
    ['avg(POST /cart (new)) == 200ms', true, 200],
    ['latency.p99("GET /") < 1s', true, 99],
    ['response.p99(GET /) < 1s', true, 99],
    ['wait.avg(GET /) < 49ms', false, 50],
    ['tls.avg <= 0ms', true, 0],
    ['count(http) > 109', true, 110],
    ['failures < 1', false, 2],
    ['failures(GET /) <= 2', true, 2],
    ['dropped == 0', false, 2],
    ['dropped <= 20%', true, 20],
    ['lateness.p50 < 21ms', true, 20],
    ['lateness.max < 39ms', false, 40],
    ['generator.cpu < 80%', true, 75],
  ])('%s', (text, passed, observed) => {
    const result = judge(text)
    expect(result.passed).toBe(passed)
    expect(Math.abs(result.observed! - observed)).toBeLessThanOrEqual(observed * 0.004)
    expect(result.margin! >= 0).toBe(passed)
  })

  test.each([
    'p95(grpc) < 1s',
    'errors(GET /nowhere) < 1%',
    "checks('x') > 1%",
    'rate(mqtt) < 9/s',
    'failures(GET /nowhere) < 9',
    'wait.avg(grpc) < 9s',
  ])('%s fails, because nothing was measured', (text) => {
    expect(judge(text)).toMatchObject({ passed: false, observed: null, margin: null })
  })

  test('the margin is a share of the limit', () => {
    expect(judge('p50(POST /cart (new)) < 400ms').margin).toBeCloseTo(0.5)
    expect(judge('rate(http) > 22/s').margin).toBeCloseTo(-0.5)
    expect(judge('errors(POST /cart (new)) == 0%').margin).toBe(0)
  })

  test('abort may wait', () => {
    expect(rule('errors < 1% abort')).toMatchObject({ abort: true, delayMs: 0 })
    expect(rule('errors < 1% abort after 1m30s')).toMatchObject({ abort: true, delayMs: 90_000 })
    expect(rule('errors < 1%').abort).toBe(false)
  })

  test('what follows the limit comes in any order', () => {
    const wanted = { overMs: 10_000, noDataPasses: true, abort: true, delayMs: 5_000 }
    expect(rule('errors < 1% over 10s noData passes abort after 5s')).toMatchObject(wanted)
    expect(rule('errors < 1%  abort after 5s noData  passes over 10s ')).toMatchObject(wanted)
    expect(rule('errors < 1% noData fails')).toMatchObject({ overMs: null, noDataPasses: false })
  })

  test('of nothing, counts are 0 and everything else fails unless the rule lets it pass', () => {
    const nothing = measured({ series: [] })
    expect(judge('count(GET /admin) < 1', nothing)).toMatchObject({ observed: 0, passed: true })
    expect(judge('dropped == 0', nothing)).toMatchObject({ observed: 0, passed: true })
    expect(judge('dropped < 1%', nothing)).toMatchObject({ observed: null, passed: false })
    expect(judge('lateness.p99 < 1s', nothing)).toMatchObject({ observed: null, passed: false })
    expect(judge('p95 < 1s noData passes', nothing)).toMatchObject({ observed: null, passed: true })
  })

  test('errors and failures include what the script threw; nothing else does', () => {
    const script = series('task', 'TASK', 'Shopper.buy')
    script.requests = 10
    script.failures = 10
    const what = measured({ series: [...totals().series, script] })
    expect(judge('failures < 13', what).observed).toBe(12)
    expect(judge('errors < 50%', what).observed).toBe(10)
    expect(judge('errors(http) < 50%', what).observed).toBeCloseTo((2 / 110) * 100)
    expect(judge('count >= 0', what).observed).toBe(110)
    expect(judge('rate(Shopper.buy) > 0/s', what).observed).toBeNull()
  })

  test('a series that a selector means in two ways counts once', () => {
    const odd = series('http', '', 'http')
    odd.requests = 7
    expect(judge('count(http) == 7', measured({ series: [odd] })).observed).toBe(7)
  })

  test('of several workers the busiest one decides about the generator', () => {
    const threshold = rule('generator.cpu < 80%')
    const meters = new Meters([threshold])
    for (const [workerIndex, ratios] of [
      [0.2, 0.4],
      [0.9, 0.7],
    ].entries()) {
      for (const cpuRatio of ratios) meters.add(measured({ workerIndex, cpuRatio }))
    }
    expect(observe(threshold, meters.readings[0]!, 2_000)).toBeCloseTo(80)
  })

  test.each([
    ['', 1, 'metric'],
    ['p95(http < 300ms', 4, 'parenthesis'],
    ['p95(http) 300ms', 11, 'comparison'],
    ['p95(http) < 300', 13, 'time'],
    ['p101(http) < 3ms', 1, 'metric'],
    ['errors < 0.01', 10, 'percentage'],
    ['rate(http) > 500', 14, 'rate'],
    ['eror < 1%', 1, 'Did you mean "errors"?'],
    ['errors < 1% stop', 13, 'abort after 30s'],
    ['errors < 1% abort over 2s abort', 27, 'twice'],
    ['errors < 1% over 2500ms', 13, 'whole seconds'],
    ['errors < 1% over 0s', 13, 'whole seconds'],
    ['errors < 1% noData', 13, 'noData passes'],
    ['wait.p95(http) < 1s', 1, 'mean'],
    ['dropped(http) < 1', 1, 'whole run'],
    ['lateness.p95(http) < 1s', 1, 'whole run'],
    ['count > 1%', 9, 'number'],
    ['latenci.p95 < 1s', 1, 'Did you mean "latency.p95"?'],
    [`errors(${'x'.repeat(1_000)}) < 1%`, 1_001, 'longer'],
    ['errors < 1% abort after soon', 13, 'duration'],
  ])('"%s" is refused at character %i', (text, position, why) => {
    const parsed = parseThreshold(text, 'plan.thresholds[0]')
    expect(parsed).toMatchObject({ code: 'E_THRESHOLD', path: `plan.thresholds[0]:${position}` })
    expect((parsed as { why: string }).why).toContain(why)
  })
})

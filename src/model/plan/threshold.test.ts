import { describe, expect, test } from 'vitest'
import type { Threshold } from '../../contracts/plan.ts'
import type { ThresholdResult } from '../../contracts/result.ts'
import { SeriesTotals } from '../metrics/series-totals.ts'
import { evaluateThreshold, parseThreshold } from './threshold.ts'

function rule(text: string): Threshold {
  const parsed = parseThreshold(text)
  if (!('metric' in parsed)) throw new Error(parsed.why)
  return parsed
}

/** 100 GET / of 1 … 100 ms, 2 of them failed; 10 POST /cart (new) of 200 ms. */
function totals(): {
  series: SeriesTotals[]
  checks: { name: string; passes: number; failures: number }[]
} {
  const list = new SeriesTotals('http', 'GET', '/')
  list.requests = 100
  list.failures = 2
  for (let ms = 1; ms <= 100; ms++) list.latency.record(ms * 1_000)
  const cart = new SeriesTotals('http', 'POST', '/cart (new)')
  cart.requests = 10
  for (let i = 0; i < 10; i++) cart.latency.record(200_000)
  return { series: [list, cart], checks: [{ name: 'logged in', passes: 99, failures: 1 }] }
}
const judge = (text: string): ThresholdResult => evaluateThreshold(rule(text), totals(), 10_000)

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
    ['checks > 99.5%', false, 99],
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
  ])('%s fails, because nothing was measured', (text) => {
    expect(judge(text)).toMatchObject({ passed: false, observed: null, margin: null })
  })

  test.each([
    // 10 requests, 1 of them failed; 90 sent, 1 failed; 1,000 received.
    ['errors < 50%', (2 / 11) * 100],
    ['errors(websocket) < 50%', (2 / 11) * 100],
    ['errors(SEND /live) < 50%', (1 / 90) * 100],
    ['rate(websocket) > 0/s', 1],
    ['rate(RECEIVE /live) > 1/s', 100],
    ['p50(websocket) < 1s', 50],
    ['p50(SEND /live) < 1s', 1],
  ])('messages one way dilute nothing, and count where they are named: %s', (text, observed) => {
    const of = (method: string, requests: number, failures: number, ms: number): SeriesTotals => {
      const made = new SeriesTotals('websocket', method, '/live')
      made.requests = requests
      made.failures = failures
      for (let i = 0; i < requests; i++) made.latency.record(ms * 1_000)
      return made
    }
    const series = [of('REQUEST', 10, 1, 50), of('SEND', 90, 1, 1), of('RECEIVE', 1_000, 0, 0)]
    const result = evaluateThreshold(rule(text), { series, checks: [] }, 10_000)
    expect(Math.abs(result.observed! - observed)).toBeLessThanOrEqual(observed * 0.004)
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
    ['errors < 1% abort after soon', 13, 'duration'],
  ])('"%s" is refused at character %i', (text, position, why) => {
    const parsed = parseThreshold(text, 'plan.thresholds[0]')
    expect(parsed).toMatchObject({ code: 'E_THRESHOLD', path: `plan.thresholds[0]:${position}` })
    expect((parsed as { why: string }).why).toContain(why)
  })
})

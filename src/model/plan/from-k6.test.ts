import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import { LogHistogram } from '../metrics/histogram.ts'
import { MetricTotals } from '../metrics/metric-totals.ts'
import {
  fromK6,
  type K6Expression,
  type K6Type,
  parseK6Expression,
  parseK6Metric,
  suits,
} from './from-k6.ts'
import { measured, rule, series } from './threshold.test-kit.ts'
import { Meters } from './threshold-meters.ts'
import { holds, observe } from './threshold-verdict.ts'

const cases = <I, E>(kind: string) => casesOf<I, E>('load/thresholds', kind)

describe('the grammar of k6', () => {
  type Parsed = Partial<K6Expression> & { accept: boolean }
  test.each(cases<{ expression: string }, Parsed>('parse'))(
    CASE_NAME,
    ({ input, expect: wanted }) => {
      const parsed = parseK6Expression(input.expression)
      const { accept, ...parts } = wanted
      if (accept) expect(parsed).toMatchObject(parts)
      else expect(parsed).toBeUndefined()
    },
  )

  type Sub = { accept: boolean; metric: string; tags: Record<string, string> }
  test.each(cases<{ text: string }, Sub>('subMetric'))(CASE_NAME, ({ input, expect: wanted }) => {
    const parsed = parseK6Metric(input.text)
    expect(parsed !== undefined).toBe(wanted.accept)
    if (parsed === undefined) return
    expect(parsed.name).toBe(wanted.metric)
    expect(Object.fromEntries(parsed.tags)).toEqual(wanted.tags)
  })

  type Suit = { metricType: K6Type; aggregation: string }
  test.each(cases<Suit, { accept: boolean }>('aggregationForType'))(
    CASE_NAME,
    ({ input, expect: wanted }) => {
      const parsed = parseK6Expression(`${input.aggregation}<1`)!
      expect(suits(input.metricType, parsed)).toBe(wanted.accept)
    },
  )
})

describe('what is measured', () => {
  type Trend = { count: number; min: number; max: number; avg: number; sum: number }
  const positive = cases<{ values: number[] }, Trend>('trend').filter(({ input }) =>
    input.values.every((each) => each >= 0),
  )
  test.each(positive)(CASE_NAME, ({ input, expect: wanted }) => {
    const histogram = new LogHistogram()
    for (const ms of input.values) histogram.record(ms * 1_000)
    expect(histogram.count).toBe(wanted.count)
    expect(histogram.sumUs / 1_000).toBeCloseTo(wanted.sum, 9)
    expect([histogram.minUs / 1_000, histogram.maxUs / 1_000]).toEqual([wanted.min, wanted.max])
  })

  test.each(cases<{ values: number[] }, { values: number[] }>('rounding'))(
    CASE_NAME,
    ({ input, expect: wanted }) => {
      input.values.forEach((ms, index) => {
        const histogram = new LogHistogram()
        histogram.record(ms * 1_000)
        histogram.record(1e9)
        const kept = histogram.percentileUs(50) / 1_000
        expect(Math.abs(kept - wanted.values[index]!)).toBeLessThanOrEqual(0.01 * kept)
      })
    },
  )

  type Evaluate = { metricType: K6Type; expression: string; samples: number[]; durationNs: number }
  type Observed = { observed: number | null; passed: boolean }
  /** Percentiles between samples are those of a histogram. */
  const comparable = cases<Evaluate, Observed>('evaluate').filter(
    ({ input: { metricType, samples } }) => metricType !== 'trend' || samples.length === 0,
  )
  const names = {
    counter: 'http_reqs',
    rate: 'http_req_failed',
    trend: 'http_req_duration',
    gauge: 'level',
  }
  test.each(comparable)(CASE_NAME, ({ input, expect: wanted }) => {
    const threshold = fromK6(names[input.metricType], input.expression, 'here')
    if (!('metric' in threshold)) throw new Error(threshold.why)
    const counted = series('http', 'GET', '/')
    counted.requests = input.samples.length
    if (input.metricType === 'rate') counted.failures = input.samples.filter(Boolean).length
    const meters = new Meters([threshold])
    const level = new MetricTotals('gauge', 'level')
    input.samples.forEach((value, atMs) => {
      level.tell(value, atMs)
    })
    const hasSamples = input.samples.length > 0
    meters.add(
      measured({ series: hasSamples ? [counted] : [], metrics: hasSamples ? [level] : [] }),
    )
    const observed = observe(threshold, meters.readings[0]!, input.durationNs / 1e6)
    const scale = threshold.unit === '%' ? 100 : 1
    expect(observed === null ? null : observed / scale).toBe(wanted.observed)
    expect(observed !== null && holds(observed, threshold)).toBe(wanted.passed)
  })
})

describe('rules taken over', () => {
  test.each([
    ['http_req_duration', 'p(95)<300', 'latency.p95(http) < 300ms'],
    ['http_req_duration', 'med<=1.5e2', 'latency.p50(http) <= 150ms'],
    [
      'http_req_duration{name:/cart,method:POST}',
      'p(99.9) < 1e3',
      'latency.p99.9(POST /cart) < 1s',
    ],
    ['http_req_duration{name:/cart}', 'max<0.5', 'latency.max(/cart) < 500us'],
    ['http_req_duration{region:eu}', 'p(95)<300', 'latency.p95(http, tag:region=eu) < 300ms'],
    ['http_req_failed{scenario:browse}', 'rate<0.01', 'errors(http, scenario:browse) < 1%'],
    [
      'http_reqs{tier:"a b",name:/cart,scenario:buy}',
      'count>1',
      'count(/cart, scenario:buy, tag:tier=a b) > 1',
    ],
    ['checks{check:logged in,scenario:buy}', 'rate>0.5', 'checks(logged in, scenario:buy) > 50%'],
    ['orders{scenario:buy}', 'count>1', 'counter(orders, scenario:buy) > 1'],
    ['http_req_waiting', 'avg<100', 'wait.avg(http) < 100ms'],
    ['http_req_failed', 'rate<0.07', 'errors(http) < 7%'],
    ['http_reqs', 'count>1000', 'count(http) > 1000'],
    ['http_reqs', 'rate>=12.5', 'rate(http) >= 12.5/s'],
    ['checks', 'rate===1', 'checks == 100%'],
    ['checks{check:logged in}', 'rate>0.99', 'checks(logged in) > 99%'],
    ['dropped_iterations', 'count<1', 'dropped < 1'],
    ['checkout_time', 'p(95)<2e3', 'trend.p95(checkout_time) < 2000'],
    ['constructor', 'avg<0.5', 'trend.avg(constructor) < 0.5'],
    ['orders', 'count>100', 'counter(orders) > 100'],
    ['orders', 'rate>=12.5', 'counter(orders) >= 12.5/s'],
    ['card_declined', 'rate<0.01', 'rate(card_declined) < 1%'],
    ['temperature', 'value>-5', 'gauge(temperature) > -5'],
  ])('%s: %s', (metric, expression, text) => {
    expect(fromK6(metric, expression, 'here')).toEqual(rule(text))
  })

  test('with abort and its delay, as text or as milliseconds', () => {
    const entry = { threshold: 'p(95)<300', abortOnFail: true }
    const taken = (more: object) => fromK6('http_req_duration', { ...entry, ...more }, 'here')
    expect(taken({})).toMatchObject({ abort: true, delayMs: 0 })
    expect(taken({ delayAbortEval: '10s' })).toMatchObject({ abort: true, delayMs: 10_000 })
    expect(taken({ delayAbortEval: 2_500 })).toMatchObject({ abort: true, delayMs: 2_500 })
    expect(taken({ delayAbortEval: -1 })).toMatchObject({ code: 'E_THRESHOLD' })
  })

  test.each([
    ['http_req_duration', 'p95<300', 'expression'],
    ['http_req_duration{', 'p(95)<300', 'the name'],
    ['iteration_duration', 'p(95)<300', 'not measured'],
    ['vus_max', 'value<300', 'not measured'],
    ['my_trend{region:eu}', 'p(95)<300', 'not by the tag "region"'],
    ['my_trend', 'p(95)<-1', 'below 0'],
    ['http_reqs', 'avg<300', 'counter has no "avg"'],
    ['http_req_duration{expected_response:true}', 'avg<3', 'tags'],
    ['http_req_duration{method:GET}', 'avg<3', 'with its name'],
    ['http_req_duration{region:}', 'avg<3', 'tag "region"'],
    ['http_req_duration{status:200}', 'avg<3', 'tag "status"'],
    ['checks{check:a,region:eu}', 'rate>0.5', 'not by the tag "region"'],
    ['dropped_iterations{scenario:browse}', 'count<1', 'by tags'],
    ['http_req_waiting', 'p(95)<3', 'mean'],
    ['http_req_duration', 'min>-1', 'below 0'],
    ['http_reqs', 'rate>0.123456789', 'digits'],
  ])('%s: %s is refused with the reason', (metric, expression, why) => {
    const refused = fromK6(metric, expression, 'plan.thresholds')
    expect(refused).toMatchObject({ code: 'E_THRESHOLD', path: 'plan.thresholds' })
    expect((refused as { why: string }).why).toContain(why)
  })

  test('whatever is given, the answer is a rule or a problem', () => {
    const metrics = fc.oneof(
      fc.constantFrom(
        'http_req_duration',
        'http_reqs',
        'checks',
        'http_reqs{name:"a)"}',
        '__proto__',
      ),
      fc.string({ unit: 'binary', maxLength: 50 }),
    )
    const entries = fc.oneof(
      fc
        .tuple(fc.constantFrom('p(95)', 'count', 'rate'), fc.constantFrom('<', '==='), fc.double())
        .map((each) => each.join('')),
      fc.anything(),
    )
    fc.assert(
      fc.property(metrics, entries, (metric, entry) => {
        const taken = fromK6(metric, entry, 'here')
        if ('metric' in taken) expect(rule(taken.rule)).toEqual(taken)
        else expect(taken.code).toBe('E_THRESHOLD')
      }),
      { numRuns: 2_000 },
    )
  })
})

import { describe, expect, test } from 'vitest'
import type { MetricKind } from '../../contracts/snapshot.ts'
import { MetricTotals } from '../metrics/metric-totals.ts'
import { measured, requests, rule } from './threshold.test-kit.ts'
import { parseThreshold } from './threshold.ts'
import { Meters } from './threshold-meters.ts'
import { holds, marginOf, mayStillHold, observe } from './threshold-verdict.ts'

function told(
  kind: MetricKind,
  name: string,
  values: readonly number[],
  fromMs = 0,
  scenario?: string,
): MetricTotals {
  const totals = new MetricTotals(kind, name, scenario)
  values.forEach((value, index) => {
    totals.tell(value, fromMs + index)
  })
  return totals
}

/** Two workers, two windows; the worker that reports last told its gauge first. */
const snapshots = [
  measured({
    metrics: [
      told('counter', 'orders_paid', [1, 2]),
      told('gauge', 'stock', [9, 5], 900),
      told('rate', 'card_declined', [0, 0, 1]),
      told('trend', 'checkout_time', [100, 200]),
      told('trend', '/', [9_000]),
    ],
  }),
  measured({ window: 1, metrics: [told('gauge', 'stock', [-3], 1_500)] }),
  measured({
    window: 1,
    workerIndex: 1,
    series: [requests('/', [50])],
    metrics: [
      told('counter', 'orders_paid', [4]),
      told('gauge', 'stock', [7], 1_200),
      told('rate', 'card_declined', [0]),
      told('trend', 'checkout_time', [300]),
    ],
  }),
]
const metersOf = (text: string, ofRun = snapshots): Meters => {
  const meters = new Meters([rule(text)])
  for (const each of ofRun) meters.add(each)
  meters.advanceTo(1)
  return meters
}
const observed = (text: string, ofRun = snapshots): number | null =>
  observe(rule(text), metersOf(text, ofRun).readings[0]!, 10_000)

describe('rules on custom metrics', () => {
  test.each([
    ['orders_paid > 100', 7],
    ['counter(orders_paid) > 100', 7],
    ['counter(orders_paid) > 5/s', 0.7],
    ['counter(orders_paid) > 5 over 1s', 4],
    ['stock > 0', -3],
    ['gauge(stock) > 0', -3],
    ['gauge(stock) > 0 over 1s', -3],
    ['rate(card_declined) < 1%', 25],
    ['rate(card_declined) < 1% over 1s', 0],
    ['trend.max(checkout_time) < 2000', 300],
    ['trend.avg(checkout_time) < 2s', 200],
    ['trend.max(checkout_time) < 2s over 1s', 300],
  ])('%s', (text, value) => {
    expect(observed(text)).toBeCloseTo(value, 9)
  })

  test('percentiles are those of the merged histogram', () => {
    expect(observed('trend.p50(checkout_time) < 1') as number).toBeCloseTo(200, -1)
  })

  test('a time of a name that no request has is that of the trend, in milliseconds', () => {
    expect(observed('max(checkout_time) < 2s')).toBeCloseTo(300, 9)
    expect(observed('max(checkout_time) < 2s over 2s')).toBeCloseTo(300, 9)
    expect(observed('latency.max(checkout_time) < 2s')).toBeNull()
  })

  test('a name that requests have too means the requests', () => {
    expect(observed('max(/) < 2s')).toBe(50)
    expect(observed('trend.max(/) < 2s')).toBe(9_000)
  })

  test('of one scenario only what that scenario told, and the checks it made', () => {
    const apart = [
      measured({
        metrics: [
          told('counter', 'orders_paid', [5], 0, 'buy'),
          told('counter', 'orders_paid', [2], 0, 'browse'),
          told('trend', 'time', [100], 0, 'buy'),
          told('trend', 'time', [900], 0, 'browse'),
        ],
        checks: [
          { name: 'fine', scenario: 'buy', passes: 1, failures: 1 },
          { name: 'fine', scenario: 'browse', passes: 2, failures: 0 },
        ],
      }),
    ]
    expect(observed('orders_paid > 1', apart)).toBe(7)
    expect(observed('orders_paid(scenario:buy) > 1', apart)).toBe(5)
    expect(observed('counter(orders_paid, scenario:browse) > 1', apart)).toBe(2)
    expect(observed('trend.max(time, scenario:buy) < 1s', apart)).toBe(100)
    expect(observed('max(time, scenario:buy) < 1s', apart)).toBe(100)
    expect(observed('max(time) < 1s', apart)).toBe(900)
    expect(observed('checks(fine) > 1%', apart)).toBe(75)
    expect(observed('checks(fine, scenario:buy) > 1%', apart)).toBe(50)
    expect(observed('checks(scenario:other) > 1%', apart)).toBeNull()
  })

  test.each([
    'orders_lost > 100',
    'counter(stock) >= 0',
    'gauge(orders_paid) < 1',
    'rate(stock) < 1%',
    'trend.p95(orders_paid) < 1s',
    'max(orders_paid) < 2s',
  ])('%s measured nothing, which fails unless the rule lets it pass', (text) => {
    expect(observed(text)).toBeNull()
    expect(rule(text).noDataPasses).toBe(false)
    expect(observed('counter(orders_paid) > 1', [])).toBeNull()
  })

  test('a sum still has time to be reached, a level below its limit has failed', () => {
    const may = (text: string) => {
      const { readings } = metersOf(text)
      return mayStillHold(rule(text), observed(text)!, readings[0]!)
    }
    expect(may('orders_paid > 100')).toBe(true)
    expect(may('counter(orders_paid) > 100')).toBe(true)
    expect(may('counter(orders_paid) > 100/s')).toBe(false)
    expect(may('stock > 100')).toBe(false)
    expect(may('gauge(stock) > 100')).toBe(false)
  })

  test('the margin of a limit below 0 has the sign of the verdict', () => {
    const cold = rule('gauge(temperature) > -10')
    expect([holds(-5, cold), marginOf(-5, cold)]).toEqual([true, 0.5])
    expect([holds(-15, cold), marginOf(-15, cold)]).toEqual([false, -0.5])
  })

  test.each([
    ['counter(x, tag:region=eu) > 5', 'kept by scenario, but not by tag'],
    ['checks(tag:region=eu) > 5%', 'kept by scenario, but not by tag'],
    ['rate(x, tag:region=eu) < 5%', 'not a rate'],
    ['dropped(scenario:buy) == 0', 'whole run'],
    ['errrors < 100', 'Did you mean "errors"'],
    ['counter > 5', 'name belongs in parentheses'],
    ['trend.p95 < 2s', 'name belongs in parentheses'],
    ['trend.p999(x) < 2s', 'not a metric'],
    ['monitor.cpu < 5', 'not a metric'],
    ['orders_paid < 5%', 'not a number'],
    ['gauge(x) < 5/s', 'not a number'],
    ['counter(x) < -', 'not a number'],
    ['rate < 1%', 'not a rate'],
    ['rate(x) < 101ms', 'not a rate'],
  ])('%s is refused', (text, why) => {
    expect(parseThreshold(text)).toMatchObject({ why: expect.stringContaining(why) })
  })
})

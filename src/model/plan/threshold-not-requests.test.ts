import { expect, test } from 'vitest'
import type { SeriesTotals } from '../metrics/series-totals.ts'
import { measured, requests, rule, series } from './threshold.test-kit.ts'
import { Meters } from './threshold-meters.ts'
import { observe } from './threshold-verdict.ts'

function transaction(name: string, count: number, ms: number, failures = 0): SeriesTotals {
  const counted = series('transaction', 'TX', name)
  counted.requests = count
  counted.failures = failures
  for (let i = 0; i < count; i++) counted.latency.record(ms * 1_000)
  return counted
}
const http = [requests('/', new Array(100).fill(50), 2), requests('/cart', new Array(10).fill(200))]
const task = series('task', 'TASK', 'Shopper.buy')
task.requests = 1
task.failures = 1
const all = [...http, transaction('checkout', 4, 2_000, 1), transaction('/', 1, 9_000), task]

function observed(text: string, of: readonly SeriesTotals[] = all): number | null {
  const threshold = rule(text)
  const meters = new Meters([threshold])
  meters.add(measured({ series: of }))
  meters.advanceTo(0)
  return observe(threshold, meters.readings[0]!, 10_000)
}

test.each([
  'p95(http) < 300ms',
  'max < 1s',
  'rate > 1/s',
  'count < 999',
  'errors(http) < 1%',
  'max(/) < 1s',
])('%s sees requests only', (text) => {
  expect(observed(text)).toBe(observed(text, http))
})
test('errors of the script count for errors, those of transactions do not', () => {
  expect(observed('errors < 1%')).toBeCloseTo((3 / 111) * 100)
  expect(observed('failures < 9')).toBe(3)
})
test.each([
  ['p95(checkout) < 3s', 2_000],
  ['p95(TX checkout) < 3s', 2_000],
  ['errors(checkout) < 1%', 25],
  ['errors(transaction) < 1%', 20],
  ['rate(transaction) > 0/s', 0.5],
  ['p50(TX /) < 10s', 9_000],
])('%s selects transactions', (text, expected) => {
  expect(observed(text)! / expected).toBeCloseTo(1, 2)
})
test('a rule about a transaction that never ran measured nothing', () => {
  expect(observed('p95(checkout) < 3s', http)).toBeNull()
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
])('messages one way dilute nothing, and count where they are named: %s', (text, expected) => {
  const of = (method: string, count: number, failures: number, ms: number): SeriesTotals => {
    const made = series('websocket', method, '/live')
    made.requests = count
    made.failures = failures
    for (let i = 0; i < count; i++) made.latency.record(ms * 1_000)
    return made
  }
  const all = [of('REQUEST', 10, 1, 50), of('SEND', 90, 1, 1), of('RECEIVE', 1_000, 0, 0)]
  expect(observed(text, all)! / expected).toBeCloseTo(1, 2)
})

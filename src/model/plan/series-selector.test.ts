import { expect, test } from 'vitest'
import { SeriesTotals } from '../metrics/series-totals.ts'
import { evaluateThreshold, parseThreshold } from './threshold.ts'

function series(kind: string, method: string, name: string, count: number, ms: number, bad = 0) {
  const totals = new SeriesTotals(kind, method, name)
  totals.requests = count
  totals.failures = bad
  for (let i = 0; i < count; i++) totals.latency.record(ms * 1_000)
  return totals
}
const requests = [series('http', 'GET', '/', 100, 50, 2), series('http', 'POST', '/cart', 10, 200)]
const all = [
  ...requests,
  series('transaction', 'TX', 'checkout', 4, 2_000, 1),
  series('transaction', 'TX', '/', 1, 9_000),
  series('task', 'TASK', 'Shopper.buy', 1, 0, 1),
]
function observed(text: string, of = all): number | null {
  const rule = parseThreshold(text)
  if (!('metric' in rule)) throw new Error(rule.why)
  return evaluateThreshold(rule, { series: of, checks: [] }, 10_000).observed
}

test.each(['p95(http) < 300ms', 'p100 < 1s', 'rate > 1/s', 'errors(http) < 1%', 'p99(/) < 1s'])(
  '%s sees requests only',
  (text) => {
    expect(observed(text)).toBe(observed(text, requests))
  },
)
test('errors of the script count for errors, those of transactions do not', () => {
  expect(observed('errors < 1%')).toBeCloseTo((3 / 111) * 100)
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
  expect(observed('p95(checkout) < 3s', requests)).toBeNull()
})

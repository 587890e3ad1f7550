import { expect, test } from 'vitest'
import { isOfRequests, isOneWay, SeriesTotals } from './series-totals.ts'
import { toSeriesResults } from './summary.ts'

function series(kind: string, method: string, requests: number, latencyMs: number): SeriesTotals {
  const made = new SeriesTotals(kind, method, '/live')
  made.requests = requests
  for (let i = 0; i < requests; i++) made.latency.record(latencyMs * 1_000)
  return made
}

test('messages one way are counted beside the requests: they flatter neither rate nor latency', () => {
  const { totals, series: all } = toSeriesResults(
    [
      series('http', 'GET', 10, 100),
      series('websocket', 'REQUEST', 10, 100),
      series('websocket', 'SEND', 1_000, 0.01),
      series('websocket', 'RECEIVE', 5_000, 0),
    ],
    10_000,
  )
  expect(totals.requests).toBe(20)
  expect(totals.ratePerSec).toBe(2)
  expect(totals.latencyMs.min).toBe(100)
  expect(all.map((each) => each.requests)).toEqual([10, 10, 1_000, 5_000])
})
test('a message that came unasked has no latency, not one of zero', () => {
  const result = toSeriesResults([series('websocket', 'RECEIVE', 3, 0)], 1_000).series[0]!
  expect([result.requests, result.latencyMs.p50, result.responseMs.max]).toEqual([3, null, null])
})
test.each([
  ['http', 'GET', true, false],
  ['http', 'SEND', true, false],
  ['websocket', 'CONNECT', true, false],
  ['websocket', 'REQUEST', true, false],
  ['websocket', 'SEND', false, true],
  ['mqtt', 'RECEIVE', false, true],
  ['task', 'TASK', false, false],
])('%s %s: of requests %s, one way %s', (kind, method, ofRequests, oneWay) => {
  const one = series(kind, method, 1, 1)
  expect([isOfRequests(one), isOneWay(one)]).toEqual([ofRequests, oneWay])
})

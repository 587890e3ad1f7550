import { expect, test } from 'vitest'
import { ForeignMistake } from '../../../kernel/foreign-mistake.ts'
import { tell } from '../read.test-kit.ts'
import { k6 } from './k6.ts'

const END = '2026-11-21T12:00:01.5Z'
const END_MS = Date.parse(END)
const point = (metric: string, value: number, tags: Record<string, string> = {}, time = END) =>
  `${JSON.stringify({ metric, type: 'Point', data: { time, value, tags } })}\n`
const PASSED = { method: 'GET', name: '/items', status: '200', expected_response: 'true' }
const request = (tags: Record<string, string>, failed = 0) =>
  point('http_reqs', 1, tags) +
  point('http_req_duration', 120, tags) +
  point('http_req_connecting', 5, tags) +
  point('http_req_tls_handshaking', 6, tags) +
  point('http_req_sending', 1, tags) +
  point('http_req_waiting', 100, tags) +
  point('http_req_receiving', 19, tags) +
  point('http_req_failed', failed, tags)
const read = async (text: string) => (await tell(k6, text)).told

test('points of one request become one request, that began its duration before its time', async () => {
  const { samples } = await read(request(PASSED))
  expect(samples).toEqual([
    {
      ...{ kind: 'http', method: 'GET', name: '/items', status: 200, bytesIn: 0, bytesOut: 0 },
      ...{ startEpochMs: END_MS - 120, latencyMs: 120, phasesMs: [0, 5, 6, 1, 100, 19] },
    },
  ])
})

test.each([
  ['a status', { status: '503', error_code: '1503' }, { kind: 'status', message: 'status 503' }],
  [
    'a timeout',
    { status: '0', error: 'request timeout', error_code: '1050' },
    { kind: 'timeout', message: 'request timeout' },
  ],
  [
    'nobody listens',
    { status: '0', error: 'connection refused', error_code: '1212' },
    { kind: 'refused', message: 'connection refused' },
  ],
  [
    'no such host',
    { status: '0', error: 'lookup', error_code: '1101' },
    { kind: 'dns', message: 'lookup' },
  ],
  [
    'a certificate',
    { status: '0', error: 'x509', error_code: '1310' },
    { kind: 'tls', message: 'x509' },
  ],
])('%s fails', async (_, tags, error) => {
  const { samples } = await read(request({ ...PASSED, ...tags }, 1))
  expect(samples[0]!.error).toEqual(error)
})

test('users, checks and groups are told; what corresponds to nothing is named', async () => {
  const { samples, checks, users, notes } = await read(
    point('vus', 7) +
      point('checks', 1, { check: 'is 2xx' }) +
      point('checks', 0, { check: 'is 2xx' }) +
      point('group_duration', 300, { group: '::buy::pay' }) +
      point('basket_value', 3) +
      request(PASSED),
  )
  expect(users).toEqual([7])
  expect(checks).toEqual([
    ['is 2xx', true],
    ['is 2xx', false],
  ])
  expect(samples[0]).toMatchObject({ kind: 'transaction', name: 'buy / pay', latencyMs: 300 })
  expect(notes.at(-1)).toBe('left out, because nothing here corresponds: basket_value')
})

test('CSV says the same', async () => {
  const head =
    'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,status\n'
  const row = (metric: string, value: number) =>
    `${metric},1700000001,${value},,,,true,,GET,/items,200\n`
  const { samples } = await read(head + row('http_reqs', 1) + row('http_req_duration', 250))
  expect(samples).toMatchObject([
    { name: '/items', startEpochMs: 1_700_000_000_750, latencyMs: 250 },
  ])
})

test('a line that is no JSON is named with its number', async () => {
  await expect(read(`${request(PASSED)}{"metric":`)).rejects.toThrow(/^line 9: it is no JSON/)
})

const SUMMARY = {
  metrics: {
    http_reqs: { type: 'counter', values: { count: 878, rate: 35.9 } },
    http_req_failed: { type: 'rate', values: { rate: 0.4, passes: 349, fails: 529 } },
    http_req_duration: {
      type: 'trend',
      values: { avg: 21, min: 1, med: 20, max: 143, 'p(95)': 30 },
    },
    vus: { values: { max: 20 } },
  },
  state: { testRunDurationMs: 24_425 },
  root_group: { groups: [{ checks: [{ name: 'not 500', passes: 5, fails: 1 }] }], checks: [] },
}

test('a summary has sums and the percentiles that k6 was asked for', async () => {
  const { summary } = await tell(k6, JSON.stringify(SUMMARY))
  expect(summary).toMatchObject({
    durationMs: 24_425,
    usersMax: 20,
    totals: { requests: 878, failures: 349, responseMs: { p50: 20, p95: 30, p99: null, max: 143 } },
    checks: [{ name: 'not 500', passes: 5, failures: 1 }],
  })
})

test('--summary-export has the same with fewer levels', async () => {
  const flat = {
    metrics: {
      http_reqs: { count: 878, rate: 35.9 },
      http_req_failed: { value: 0.4, passes: 349, fails: 529 },
      http_req_duration: { avg: 21, med: 20, 'p(95)': 30 },
    },
    root_group: { groups: { a: { checks: { b: { name: 'b', passes: 1, fails: 0 } } } } },
  }
  const { summary } = await tell(k6, JSON.stringify(flat))
  expect(summary).toMatchObject({ totals: { requests: 878, responseMs: { p95: 30 } } })
  expect(summary!.durationMs).toBeCloseTo(24_457, 0)
  expect(summary!.checks).toEqual([{ name: 'b', passes: 1, failures: 0 }])
})

test('a summary without requests, or half of one, is refused', async () => {
  const none = JSON.stringify({ metrics: { iterations: { count: 1 } } })
  await expect(tell(k6, none)).rejects.toThrow(ForeignMistake)
  await expect(tell(k6, JSON.stringify(SUMMARY).slice(0, -9))).rejects.toThrow(/no whole JSON/)
})

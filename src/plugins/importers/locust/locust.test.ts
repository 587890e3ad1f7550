import { expect, test } from 'vitest'
import { ForeignMistake } from '../../../kernel/foreign-mistake.ts'
import { tell } from '../read.test-kit.ts'
import { locust } from './locust.ts'

const PERCENTS = '50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%'
const STATS = [
  `Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,${PERCENTS}`,
  'GET,"/items, all",30,1,16,22.5,1.3,123.1,11.0,10.0,0.3,16,23,31,36,49,69,89,110,120,120,120',
  ',Aggregated,30,1,16,22.5,1.3,123.1,11.0,10.0,0.3,16,23,31,36,49,69,89,110,120,120,120',
].join('\n')
const HISTORY = [
  `Timestamp,User Count,Type,Name,Requests/s,Failures/s,${PERCENTS},Total Request Count,Total Failure Count`,
  '1700000000,0,,Aggregated,0,0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,0,0',
  '1700000001,5,GET,"/items, all",9,0,15,1,1,1,1,60,1,99,1,1,1,10,0',
  '1700000001,5,,Aggregated,9,0,15,1,1,1,1,60,1,99,1,1,1,10,0',
  '1700000002,5,,Aggregated,9,0,16,1,1,1,1,69,1,99,1,1,1,30,1',
].join('\n')
const FAILURES = 'Method,Name,Error,Occurrences\nGET,"/items, all",HTTPError(500),1\n'
const EXCEPTIONS = 'Count,Message,Traceback,Nodes\n3,basket is empty,"line 1\nline 2",local\n'
const neighbours = {
  'shop_stats_history.csv': HISTORY,
  'shop_failures.csv': FAILURES,
  'shop_exceptions.csv': EXCEPTIONS,
}
const read = async (beside: Readonly<Record<string, string>> = neighbours) =>
  tell(locust, STATS, { name: 'shop_stats.csv', neighbours: beside })

test('sums and percentiles are those that Locust tells', async () => {
  const { summary } = await read()
  expect(summary!.totals).toMatchObject({ name: '(all)', requests: 30, failures: 1 })
  expect(summary!.series).toMatchObject([
    {
      ...{ kind: 'http', method: 'GET', name: '/items, all', ratePerSec: 10, bytesIn: 330 },
      responseMs: { min: 1.3, mean: 22.5, p50: 16, p75: 31, p95: 69, p999: 120, max: 123.1 },
    },
  ])
})

test('seconds are differences of its sums', async () => {
  const { summary } = await read()
  expect(
    summary!.windows.map(({ atMs, users, requests, failures, p95Ms }) => [
      atMs,
      users,
      requests,
      failures,
      p95Ms,
    ]),
  ).toEqual([
    [0, 0, 0, 0, null],
    [1_000, 5, 10, 0, 60],
    [2_000, 5, 20, 1, 69],
  ])
  expect(summary).toMatchObject({
    startedAtEpochMs: 1_700_000_000_000,
    durationMs: 3_000,
    usersMax: 5,
  })
})

test('failures and exceptions are errors', async () => {
  const { summary } = await read()
  expect(summary!.errors).toMatchObject([
    { series: 'GET /items, all', kind: 'other', message: 'HTTPError(500)', count: 1 },
    { series: '', kind: 'script', message: 'basket is empty', count: 3, sample: 'line 1\nline 2' },
  ])
})

test('alone the statistics are enough; that seconds are missing is said', async () => {
  const { summary, told } = await read({})
  expect(summary).toMatchObject({
    durationMs: 3_000,
    startedAtEpochMs: null,
    windows: [],
    errors: [],
  })
  expect(told.notes[0]).toMatch(/no _stats_history.csv/)
})

test('of another of its files it is said which one to give', async () => {
  expect(locust.recognises(HISTORY)).toBe(true)
  await expect(tell(locust, HISTORY)).rejects.toThrow(ForeignMistake)
})

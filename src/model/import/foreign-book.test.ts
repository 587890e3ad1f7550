import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ForeignSample } from '../../contracts/foreign.ts'
import type { Window } from '../../contracts/window.ts'
import { ForeignMistake } from '../../kernel/foreign-mistake.ts'
import { RunTotals } from '../metrics/window.ts'
import { ForeignBook } from './foreign-book.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const sample = (startMs: number, latencyMs: number, more: Partial<ForeignSample> = {}) => ({
  ...{ kind: 'http', method: 'GET', name: '/', status: 200, bytesIn: 10, bytesOut: 1 },
  startEpochMs: NOON + startMs,
  latencyMs,
  ...more,
})
function windowsOf(
  samples: readonly ForeignSample[],
  more?: (book: ForeignBook) => void,
): Window[] {
  const book = new ForeignBook()
  for (const each of samples) book.sample(each)
  more?.(book)
  return [...book.windows()]
}
const requestsOf = (windows: readonly Window[]) =>
  windows.map(({ series }) => series.reduce((sum, { requests }) => sum + requests, 0))
const FAILED = { error: { kind: 'status', message: 'status 500' } } as const

test('a request belongs to the second in which it ended, in whatever order the file has them', () => {
  const windows = windowsOf([sample(2_500, 100), sample(0, 1_500), sample(10, 20)])
  expect(requestsOf(windows)).toEqual([1, 1, 1])
})

test('seconds without requests are there, too', () => {
  expect(requestsOf(windowsOf([sample(0, 10), sample(3_000, 10)]))).toEqual([1, 0, 0, 1])
})

test('requests in flight come from beginnings and ends: one of 1.5 s is in flight for 1.5 s', () => {
  const [first, second] = windowsOf([sample(0, 1_500)])
  expect(first!.workers[0]![1]).toMatchObject({ inFlight: 1, inFlightMs: 1_000 })
  expect(second!.workers[0]![1]).toMatchObject({ inFlight: 0, inFlightMs: 500 })
})

test('a transaction holds requests and is none', () => {
  const [only] = windowsOf([sample(0, 500, { kind: 'transaction', method: 'TX', name: 'buy' })])
  expect(only!.workers[0]![1].inFlightMs).toBe(0)
})

test('users, checks and errors are in the second they were told of', () => {
  const windows = windowsOf([sample(0, 10), sample(1_000, 10, FAILED)], (book) => {
    book.users(5, NOON + 500)
    book.users(3, NOON + 1_500)
    book.check('greets', true, NOON + 1_200)
  })
  expect(windows.map(({ users }) => users.active)).toEqual([5, 3])
  expect(windows.map(({ checks }) => checks)).toEqual([
    [],
    [{ name: 'greets', passes: 1, failures: 0 }],
  ])
  expect(windows[1]!.errors).toMatchObject([{ kind: 'status', count: 1, firstAtMs: 1_010 }])
})

test('requests years apart are refused: they are of no one run', () => {
  const years = 365 * 86_400_000
  expect(() => windowsOf([sample(0, 1), sample(years, 1)])).toThrow(ForeignMistake)
})

test('nothing is lost or counted twice', () => {
  const samples = fc.array(
    fc.record({ at: fc.nat(20_000), ms: fc.nat(5_000), bad: fc.boolean(), name: fc.nat(3) }),
    { minLength: 1, maxLength: 200 },
  )
  fc.assert(
    fc.property(samples, (given) => {
      const totals = new RunTotals()
      const windows = windowsOf(
        given.map(({ at, ms, bad, name }) =>
          sample(at, ms, { name: `/${name}`, ...(bad && FAILED) }),
        ),
      )
      for (const window of windows) totals.add(window)
      const sum = (of: (each: (typeof totals.series)[number]) => number) =>
        totals.series.reduce((all, each) => all + of(each), 0)
      expect(sum(({ requests }) => requests)).toBe(given.length)
      expect(sum(({ failures }) => failures)).toBe(given.filter(({ bad }) => bad).length)
      expect(sum(({ latency }) => latency.sumUs) / 1_000).toBeCloseTo(
        given.reduce((all, { ms }) => all + ms, 0),
        0,
      )
      const inFlightMs = windows.reduce((all, each) => all + each.workers[0]![1].inFlightMs, 0)
      expect(inFlightMs).toBeCloseTo(
        given.reduce((all, { ms }) => all + ms, 0),
        3,
      )
    }),
  )
})

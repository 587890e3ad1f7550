import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  EXEMPLAR_FAILURES_HELD_MAX,
  EXEMPLARS_PER_ERROR,
  EXEMPLARS_PER_SERIES,
  EXEMPLARS_PER_SNAPSHOT_MAX,
} from '../../kernel/limits.ts'
import { shownRequest, sourceOf } from './exemplar.test-kit.ts'
import { ExemplarBook } from './exemplar-book.ts'

const how = { withBodies: true, hide: (text: string) => text }
const names = {
  series: Array.from({ length: 200 }, (_, id) => ({
    kind: 'http',
    method: 'GET',
    name: `/${id}`,
  })),
  errors: Array.from({ length: 200 }, (_, id) => ({ kind: 'status', message: `status ${id}` })),
}
/** As the hot path does. */
function offer(book: ExemplarBook, series: number, responseUs: number): void {
  if (responseUs > book.floorsUs[series]!) {
    book.slow(series, responseUs, sourceOf(shownRequest({ responseMs: responseUs / 1_000 })))
  }
}
function fail(book: ExemplarBook, series: number, error: number): void {
  if (book.wantsFailure(series, error))
    book.failed(series, error, sourceOf(shownRequest({ status: 500 })))
}

test('of each series the slowest of a window are kept, whatever the order they come in', () => {
  const durations = fc.array(fc.tuple(fc.nat(3), fc.nat(1_000)), { maxLength: 50 })
  fc.assert(
    fc.property(durations, (requests) => {
      const book = new ExemplarBook(0, how)
      for (const [series, us] of requests) offer(book, series, us)
      const kept = book.flush(names)
      for (let series = 0; series < 4; series++) {
        const slowest = requests.filter(([each]) => each === series).map(([, us]) => us / 1_000)
        slowest.sort((a, b) => b - a)
        const ofSeries = kept.filter(({ name }) => name === `/${series}`)
        expect(ofSeries.map(({ responseMs }) => responseMs).sort((a, b) => b - a)).toEqual(
          slowest.slice(0, EXEMPLARS_PER_SERIES),
        )
      }
    }),
  )
})

test('once a series has its slowest, a quicker request is not even told', () => {
  const book = new ExemplarBook(0, how)
  for (let i = 0; i < EXEMPLARS_PER_SERIES; i++) offer(book, 7, 1_000)
  expect(book.floorsUs[7]).toBe(1_000)
  book.flush(names)
  expect(book.floorsUs[7]).toBeLessThan(0)
})

test('of each error and series the first of a window are kept, and the next window begins anew', () => {
  const book = new ExemplarBook(3, how)
  for (let window = 0; window < 2; window++) {
    for (let i = 0; i < 10; i++) fail(book, 1, 4)
    fail(book, 2, 4)
    const kept = book.flush(names)
    expect(kept).toHaveLength(EXEMPLARS_PER_ERROR + 1)
    expect(kept[0]).toMatchObject({
      ...{ why: 'error', name: '/1', worker: 3 },
      error: { kind: 'status', message: 'status 4' },
    })
  }
})

test('a snapshot carries so many: failures first, then new heights; those that are left out are counted, others not', () => {
  const book = new ExemplarBook(0, how)
  for (let series = 0; series < 100; series++) offer(book, series, 1_000 + series)
  book.flush(names)
  expect(book.takeLimits()).toEqual([['samples-left-out', 100 - EXEMPLARS_PER_SNAPSHOT_MAX]])
  // Quick series with a new height come before slow ones without.
  for (let series = 0; series < 100; series++) offer(book, series, series < 50 ? 1_500 : 1_000)
  fail(book, 0, 0)
  const kept = book.flush(names)
  expect(kept).toHaveLength(EXEMPLARS_PER_SNAPSHOT_MAX)
  expect(kept.filter(({ why }) => why === 'error')).toHaveLength(1)
  expect(kept.filter(({ responseMs }) => responseMs === 1.5)).toHaveLength(50)
  expect(book.takeLimits()).toEqual([])
})

test('large requests fill a snapshot by their characters', () => {
  const book = new ExemplarBook(0, how)
  const large = { head: 'x'.repeat(20_000), body: '', bodyBytes: 0, note: '' }
  for (let series = 0; series < 30; series++)
    book.slow(series, 1, sourceOf(shownRequest({ request: large, response: large })))
  expect(book.flush(names).length).toBeLessThan(10)
})

test('failures that wait for the end of a window are bounded', () => {
  const book = new ExemplarBook(0, how)
  for (let error = 0; error < 200; error++) fail(book, 0, error)
  expect(book._failed).toHaveLength(EXEMPLAR_FAILURES_HELD_MAX)
})

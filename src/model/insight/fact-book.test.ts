import { expect, test } from 'vitest'
import type { InsightFacts } from '../../contracts/insight.ts'
import { INSIGHT_POINTS_MAX } from '../../kernel/limits.ts'
import { seriesOf, windowOf } from '../export/window.test-kit.ts'
import { toWindowResult } from '../metrics/summary.ts'
import { resultOf } from '../report/result.test-kit.ts'
import { FactBook } from './fact-book.ts'

const result: InsightFacts['result'] = resultOf()
const windowAt = (second: number, ms = 5) => windowOf(second, [seriesOf('/', [ms, ms])])
const bookOf = (seconds: number): FactBook => {
  const book = new FactBook()
  for (let second = 0; second < seconds; second++) book.add(windowAt(second))
  return book
}

test('looked at while it goes on or at its end only, a run has the same points', () => {
  const often = new FactBook()
  const seconds = 3 * INSIGHT_POINTS_MAX
  for (let second = 0; second < seconds; second++) {
    often.add(windowAt(second))
    if (second % 7 === 0) often.facts(result, [])
  }
  expect(often.facts(result, []).points).toEqual(bookOf(seconds).facts(result, []).points)
})

test('a window that comes again, as it changed, counts as it is now', () => {
  const book = bookOf(5)
  book.facts(result, [])
  book.add(windowAt(2, 80))
  const { points } = book.facts(result, [])
  expect(points.map(({ p50Ms }) => Math.round(p50Ms!))).toEqual([5, 5, 80, 5, 5])
})

test('a day has as many points as five minutes', () => {
  const { points } = bookOf(24 * 3_600).facts(result, [])
  expect(points.length).toBeLessThanOrEqual(INSIGHT_POINTS_MAX)
  expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(2 * 24 * 3_600)
})

test('a warm-up that was found at the end is known of points that were looked at before', () => {
  const book = bookOf(6)
  book.facts(result, [])
  const windows = Array.from({ length: 6 }, (_, second) => ({
    ...toWindowResult(windowAt(second)),
    ...(second < 2 && { warmup: true as const }),
  }))
  const { points } = book.facts({ ...result, windows }, [])
  expect(points.map(({ warmup }) => warmup)).toEqual([true, true, ...new Array(4).fill(undefined)])
})

test('what is no request is left out of the series', () => {
  const task = seriesOf('Shopper.buy', [1], { kind: 'task', method: 'TASK' })
  const { series } = bookOf(1).facts(result, [seriesOf('/', [1]), task])
  expect(series.map(({ name }) => name)).toEqual(['/'])
})

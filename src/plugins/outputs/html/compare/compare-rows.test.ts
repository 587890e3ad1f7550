import { expect, test } from 'vitest'
import type { SeriesResult } from '../../../../contracts/result.ts'
import { resultOf, seriesOf } from '../../../../model/report/result.test-kit.ts'
import { caveats, keyRows, seriesRows } from './compare-rows.ts'

const slow = (series: SeriesResult): SeriesResult => ({
  ...series,
  responseMs: { ...series.responseMs, p95: 285 },
})
const a = resultOf({
  totals: seriesOf('(all)', 1_000),
  series: [seriesOf('/list', 900), seriesOf('/old', 100)],
})
const b = resultOf({
  totals: slow(seriesOf('(all)', 1_500, 15)),
  series: [seriesOf('/new', 0), slow(seriesOf('/list', 1_500, 15))],
})

test('key figures stand beside each other with their differences', () => {
  const rows = Object.fromEntries(
    keyRows(a, b).map((row) => [row.name, [row.a, row.b, row.change]]),
  )
  expect(rows).toMatchObject({
    count: ['1\u202f000', '1\u202f500', '+50 %'],
    'p50 ms': ['41.2', '41.2', '0 %'],
    'p95 ms': ['190', '285', '+50 %'],
    failed: ['0 %', '1 %', '+1 pp'],
  })
})

test('series of both come first, those of one have nothing beside them', () => {
  const rows = seriesRows(a, b)
  expect(rows.map(({ name }) => name)).toEqual(['GET /list', 'GET /old', 'GET /new'])
  expect(rows[1]!.figures[0]).toEqual({ name: 'count', a: '100', b: '–', change: '' })
})

test('nothing measured is no difference, and from nothing there is no share', () => {
  const none = resultOf({ totals: seriesOf('(all)', 0) })
  const [count, , , , , , failed] = keyRows(none, a)
  expect([count!.change, failed!.change]).toEqual(['', ''])
})

test('what speaks against comparing is said, as onrush compare says it', () => {
  const other = resultOf({ run: { ...a.run, host: 'http://other', version: '9' } })
  expect(caveats(a, other)).toEqual({
    notComparable: [
      expect.stringMatching(/^the host differs: A http:\/\/localhost:3000, B http:\/\/other/),
    ],
    notEqual: [expect.stringMatching(/^onrush: A .+, B 9$/)],
  })
  expect(caveats(a, a)).toEqual({ notComparable: [], notEqual: [] })
})

import { expect, test } from 'vitest'
import type { Comparison } from '../../../contracts/compare.ts'
import { comparisonOf, seriesCompared } from '../../../model/report/comparison.test-kit.ts'
import { renderComparison } from './comparison.ts'
import { makeStyle } from './style.ts'

const style = makeStyle({ live: false, unicode: true, columns: 100, colour: false })
const shown = (more: Partial<Comparison> = {}): string =>
  renderComparison(comparisonOf(more), style).join('\n')
const NOTHING: Partial<Comparison> = {
  verdict: 'not-comparable',
  notComparable: ['the host differs: A http://a.test, B http://b.test'],
  method: null,
  totals: null,
  series: [],
}

test('a comparison fits on a screen, worst news first', () => {
  expect(`\n${shown()}`).toMatchInlineSnapshot(`
    "
     A  20261120-120044-07d2 shop, main c0ffee12
     B  20261121-145501-3fa9 shop

                             A        B   change    surely within           verdict
     all       p95       176ms    178ms    +1.3%    +0.2 % to +3.1 %        = same
     GET /pay  p95       301ms    415ms   +37.9%    +29 % to +47 %          ✗ slower (p < 0.001)
     GET /pay  errors    0.02%    0.33%  +0.31pp    +0.24 pp to +0.38 pp    ✗ more (p = 0.012)
     GET /list p95       176ms    178ms    +1.3%    +0.2 % to +3.1 %        = same
     0 s to 300 s of both, in 60 blocks of 5 s; up to 5 % and 1 ms is no difference

     not equal  commit: A c0ffee12 main, B none
     only in B  GET /new
     ✗ REGRESSION  GET /pay p95 slower (+37.9 %), GET /pay errors more (+0.31 pp)"
  `)
})

test('the last line is the verdict', () => {
  const last = (verdict: Comparison['verdict']): string | undefined =>
    shown({ verdict, series: [] }).split('\n').at(-1)
  expect(last('same')).toBe(' ✓ SAME  no difference of consequence')
  expect(last('undecided')).toContain(' ! UNDECIDED  nothing is surely worse')
  expect(shown(NOTHING).split('\n').at(-1)).toBe(
    ' ! not comparable because the host differs: A http://a.test, B http://b.test',
  )
})

test('many series end with how many are missing, and no line of the table is wider than the terminal', () => {
  const series = Array.from({ length: 60 }, (_, index) =>
    seriesCompared(`/a/rather/long/name/of/a/series/${index}`, [{}]),
  )
  const lines = shown({ series, verdict: 'same' }).split('\n')
  expect(lines).toContain(' … and 31 more, see --json')
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100)
})

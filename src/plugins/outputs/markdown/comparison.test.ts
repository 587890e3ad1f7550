import { expect, test } from 'vitest'
import { comparisonOf } from '../../../model/report/comparison.test-kit.ts'
import { renderMarkdownComparison } from './comparison.ts'

test('a comparison as a page of Markdown', () => {
  expect(`\n${renderMarkdownComparison(comparisonOf())}`).toMatchInlineSnapshot(`
    "
    ## ❌ Regression

    A is 20261120-120044-07d2 shop, main c0ffee12; B is 20261121-145501-3fa9 shop.

    **GET /pay p95 slower (+37.9 %), GET /pay errors more (+0.31 pp)**

    | series |  | A | B | change | surely within | verdict |
    | --- | --- | --- | --- | --- | --- | --- |
    | all | p95 | 176 ms | 178.2 ms | +1.3 % | +0.2 % to +3.1 % | same, p = 0.4 |
    | GET /pay | p95 | 301 ms | 415 ms | +37.9 % | +29 % to +47 % | slower, p \\< 0.001 |
    | GET /pay | errors | 0.02 % | 0.33 % | +0.31 pp | +0.24 pp to +0.38 pp | more, p = 0.012 |
    | GET /list | p95 | 176 ms | 178.2 ms | +1.3 % | +0.2 % to +3.1 % | same, p = 0.4 |

    <sub>0 s to 300 s of both, in 60 blocks of 5 s; up to 5 % and 1 ms is no difference</sub>

    ### Not equal

    |  | A | B |
    | --- | --- | --- |
    | commit | c0ffee12 main | none |
    | series | none | GET /new |
    "
  `)
})

test('of runs that are not comparable it says why, and has no table of figures', () => {
  const page = renderMarkdownComparison(
    comparisonOf({
      verdict: 'not-comparable',
      notComparable: ['the host differs: A *x*, B y'],
      method: null,
      totals: null,
      series: [],
      notEqual: [],
      onlyInB: [],
    }),
  )
  expect(page).toContain('## ⚠️ Not comparable')
  expect(page).toContain('**Not comparable because the host differs: A \\*x\\*, B y.**')
  expect(page).not.toContain('| series |')
})

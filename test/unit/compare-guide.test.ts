import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { compareSimulated, SHOP } from '../../src/model/compare/simulated-run.test-kit.ts'
import { comparisonOf } from '../../src/model/report/comparison.test-kit.ts'
import { renderComparison } from '../../src/plugins/outputs/console/comparison.ts'
import { makeStyle } from '../../src/plugins/outputs/console/style.ts'

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('the guide shows a comparison as the terminal does', () => {
  const style = makeStyle({ live: false, unicode: true, columns: 100, colour: false })
  const lines = renderComparison(comparisonOf(), style)
  expect(read('docs/guide/compare.md')).toContain(lines.join('\n'))
})

it('the schema of comparisons takes a comparison, also one without figures, and refuses half of one', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(JSON.parse(read('schema/onrush.compare.1.json')))
  const short = { ...SHOP, seconds: 40 }
  const real = compareSimulated(short, 1, short, 2)
  const without = { ...real, method: null, totals: null, series: [] }
  for (const each of [real, without, comparisonOf()]) {
    validate(JSON.parse(JSON.stringify(each)))
    expect(validate.errors).toBeNull()
  }
  const { verdict: _, ...half } = real
  expect(validate(half)).toBe(false)
})

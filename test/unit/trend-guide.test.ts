import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import type { Trend, TrendRun } from '../../src/contracts/trend.ts'
import { trendOf } from '../../src/model/compare/trend.ts'
import { makeStyle } from '../../src/plugins/outputs/console/style.ts'
import { renderTrend } from '../../src/plugins/outputs/console/trend.ts'

const STEP = [176, 178, 174, 177, 180, 175, 176, 301, 309, 305, 312, 304]
const idOf = (number: number): string => `202611${10 + number}-1200${10 + number}-07d${number % 10}`
const runOf = (p95Ms: number, number: number): TrendRun => ({
  id: idOf(number),
  startedAt: `2026-11-${10 + number}T12:00:00Z`,
  commit: number < 7 ? 'c0ffee1234567890' : '9e2f10ab77777777',
  branch: 'main',
  passed: p95Ms < 300,
  isBaseline: number === 0,
  p95Ms,
  ratePerSec: 361 - (number % 3) / 10,
  errorRatio: 0.0002,
  leftOut: number === 5 ? 'the host differs: A http://stage, B http://shop' : null,
})
const trend: Trend = {
  schema: 'onrush.trend/1',
  name: 'shop',
  reference: idOf(11),
  runs: STEP.map(runOf),
  metrics: [
    {
      metric: 'p95',
      unit: 'ms',
      changes: [
        { id: idOf(7), before: 176.8, after: 306.2, change: 0.732, pValue: 1e-9, verdict: 'worse' },
      ],
    },
    { metric: 'rate', unit: 'perSec', changes: [] },
    { metric: 'errors', unit: 'ratio', changes: [] },
  ],
}
const lines = (unicode: boolean): string[] =>
  renderTrend(trend, makeStyle({ live: false, unicode, columns: 100, colour: false }))

it('the schema of trends takes a trend, and refuses half of one', () => {
  const schema = readFileSync(new URL('../../schema/onrush.trend.1.json', import.meta.url), 'utf8')
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(JSON.parse(schema))
  for (const each of [trend, trendOf('shop', [])]) {
    validate(JSON.parse(JSON.stringify(each)))
    expect(validate.errors).toBeNull()
  }
  const { metrics: _, ...half } = trend
  expect(validate(half)).toBe(false)
})

it('the guide shows a trend as the terminal does', () => {
  const guide = readFileSync(new URL('../../docs/guide/compare.md', import.meta.url), 'utf8')
  expect(guide).toContain(`$ onrush runs trend shop\n${lines(true).join('\n')}\n\`\`\``)
})

it('where nothing can be drawn there are figures only', () => {
  expect(lines(false).join('\n')).not.toMatch(/[▁▂▃▄▅▆▇█]/)
})

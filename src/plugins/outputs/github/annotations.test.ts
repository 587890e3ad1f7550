import { expect, it } from 'vitest'
import { ANNOTATIONS_MAX } from '../../../kernel/limits.ts'
import { casesOf, type RulePlace } from '../../../model/report/cases.ts'
import { CROSSED, failedBy, resultOf, ruleOf } from '../../../model/report/result.test-kit.ts'
import { renderAnnotations } from './annotations.ts'

const none = new Map<string, RulePlace>()

it('a rule that failed is an error at its line, with what GitHub takes for syntax escaped', () => {
  const result = resultOf({ thresholds: [CROSSED], ...failedBy('failed') }, [ruleOf(CROSSED.rule)])
  const places = new Map([
    [CROSSED.rule, { file: 'load,1/shop.ts', line: 12, shown: 'load,1/shop.ts:12' }],
  ])
  expect(renderAnnotations(result, casesOf(result, places))).toEqual([
    '::error file=load%2C1/shop.ts,line=12,title=p95(http) < 100ms::observed 190.13 ms, limit < 100 ms, margin -90.13 %25, first crossed at 58 s (load,1/shop.ts:12)',
  ])
})
it('a reason of several lines stays one command', () => {
  const result = resultOf(failedBy('first\r\nsecond: 50%', 3))
  const [first] = renderAnnotations(result, casesOf(result, none))
  expect(first).toBe('::error title=run of shop.ts::first%0D%0Asecond: 50%25')
})
it('a run that passed says nothing, unless its generator was the limit', () => {
  const result = resultOf()
  expect(renderAnnotations(result, casesOf(result, none))).toEqual([])
  const generator = { ...result.generator, trustworthy: false, reasons: ['cpu at 100 %', 'lag'] }
  expect(renderAnnotations({ ...result, generator }, [])).toEqual([
    '::warning title=the load generator was a limit itself::cpu at 100 %25; lag',
  ])
})
it('checks are left to the summary', () => {
  const checks = [{ name: 'logged in', passes: 0, failures: 1 }]
  const result = resultOf({ checks, thresholds: [CROSSED], ...failedBy('failed') })
  expect(renderAnnotations(result, casesOf(result, none))).toHaveLength(1)
})
it('the last one that GitHub would show says how many are missing', () => {
  const thresholds = Array.from({ length: 15 }, (_, index) => ({ ...CROSSED, rule: `r${index}` }))
  const result = resultOf({ thresholds, ...failedBy('failed') })
  const lines = renderAnnotations(result, casesOf(result, none))
  expect(lines).toHaveLength(ANNOTATIONS_MAX)
  expect(lines.at(-1)).toBe('::error title=onrush::6 more failed, see the step summary')
})

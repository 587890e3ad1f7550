import { expect, test } from 'vitest'
import { FINDING, LOOKED, resultOf } from '../../../model/report/result.test-kit.ts'
import { findingLines } from './finding-lines.ts'
import { makeStyle } from './style.ts'
import { renderSummary } from './summary.ts'

const style = makeStyle({ live: false, unicode: true, columns: 100, colour: false })

test('the most serious finding stands with what to do and how to read more', () => {
  expect(findingLines(resultOf(LOOKED), style)).toEqual([
    ` findings     ✗ ${FINDING.title}`,
    '              Profile the target under this load.   onrush explain target-cpu',
  ])
})

test('three are named, the rest counted', () => {
  const findings = Array.from({ length: 7 }, (_, i) => ({ ...FINDING, title: `finding ${i}` }))
  const lines = findingLines(resultOf({ findings }), style)
  expect(lines.filter((line) => line.includes('✗ finding'))).toHaveLength(3)
  expect(lines.at(-1)).toBe('              and 4 more in the report')
})

test('one that may be about the generator says so', () => {
  const findings = [{ ...FINDING, untrusted: true as const }]
  expect(findingLines(resultOf({ findings }), style)[1]).toContain('not to be trusted')
})

test('a run without findings has no line about them', () => {
  expect(findingLines(resultOf(), style)).toEqual([])
})

test('the summary stays within 24 lines of 100 columns, with errors, checks and findings', () => {
  const error = { series: 'GET /', kind: 'status', message: '503', count: 9, sample: '' }
  const errors = Array.from({ length: 9 }, () => ({ ...error, firstAtMs: 0, lastAtMs: 9_000 }))
  const checks = Array.from({ length: 9 }, (_, i) => ({ name: `c${i}`, passes: 1, failures: 9 }))
  const findings = Array.from({ length: 9 }, () => FINDING)
  const result = resultOf({ errors, checks, findings })
  const lines = renderSummary(result, { report: 'r.json', next: 'onrush runs' }, style)
  expect(lines.length).toBeLessThanOrEqual(24)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
  expect(lines.join('\n')).toContain('findings')
})

import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parseSource } from '../../src/app/cli/watch-sources.ts'
import { parseThreshold } from '../../src/model/plan/threshold.ts'
import { resultOf } from '../../src/model/report/result.test-kit.ts'

const GUIDE = readFileSync(new URL('../../docs/guide/monitors.md', import.meta.url), 'utf8')
const listOf = (key: string): string[] => {
  const text = new RegExp(`${key}: \\[(.*)\\]`).exec(GUIDE)?.[1] ?? ''
  return [...text.matchAll(/'([^']+)'/g)].map((match) => match[1]!)
}

test('the sources and rules that the guide shows are some', () => {
  const sources = listOf('  watch')
  expect(sources.length).toBe(3)
  const names: string[] = []
  for (const text of sources) {
    const source = parseSource(text, 'guide', names)
    if ('code' in source) throw new Error(source.why)
    names.push(source.name)
  }
  expect(names).toEqual(['host', 'cache', 'metrics'])
  const rules = listOf('thresholds')
  expect(rules.length).toBe(2)
  for (const rule of rules) expect(parseThreshold(rule)).toHaveProperty('metric.kind', 'monitor')
})

test('the result that the guide shows is one', () => {
  const schema = readFileSync(new URL('../../schema/onrush.result.1.json', import.meta.url), 'utf8')
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(JSON.parse(schema))
  const shown = /```json\n("monitors"[\s\S]*?)\n```/.exec(GUIDE)?.[1]
  validate({ ...resultOf(), ...JSON.parse(`{${shown}}`) })
  expect(validate.errors).toBeNull()
})

test('every figure that a monitor has is in the guide', () => {
  const folder = new URL('../../src/plugins/monitors/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const text = files
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n')
  const metrics = [...text.matchAll(/\badd\(\s*'(\w+)'/g)].map((match) => match[1]!)
  expect(metrics.length).toBeGreaterThanOrEqual(40)
  const missing = metrics.filter((metric) => !GUIDE.includes(`\`${metric}\``))
  expect(missing).toEqual([])
})

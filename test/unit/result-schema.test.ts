import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import type { Finding } from '../../src/contracts/finding.ts'
import { exemplar, failed } from '../../src/model/metrics/exemplar.test-kit.ts'
import { FINDING, LOOKED, resultOf } from '../../src/model/report/result.test-kit.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../schema/onrush.result.1.json', import.meta.url), 'utf8'),
)

it('the schema of results is itself valid, and refuses a result without its parts', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(schema)
  expect(validate({ schema: 'onrush.result/1' })).toBe(false)
})

it('the schema of results takes one with a warm-up, fixed or automatic, and none that says half of it', () => {
  const validate = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
  }).compile(schema)
  const fixed = { kind: 'fixed', endMs: 5_000, steady: null, why: 'by the plan' } as const
  for (const warmup of [fixed, { ...fixed, kind: 'auto', steady: true } as const]) {
    validate(resultOf({ warmup }))
    expect(validate.errors).toBeNull()
  }
  expect(validate({ ...resultOf(), warmup: { kind: 'auto' } })).toBe(false)

  const guide = readFileSync(new URL('../../docs/guide/thresholds.md', import.meta.url), 'utf8')
  const shown = /```json\n("warmup".*)\n```/.exec(guide)?.[1]
  validate({ ...resultOf(), ...JSON.parse(`{${shown}}`) })
  expect(validate.errors).toBeNull()
})

it('the schema of results takes what was watched of the target, with its gaps, and no unit it does not know', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(schema)
  const extremes = { min: 1, mean: 1.5, max: 2, last: null }
  const cpu = { name: 'target.cpu', source: 'pid:1', unit: '%', ...extremes, readings: 2, gaps: 1 }
  const window = { ...WINDOW, monitors: { 'target.cpu': null } }
  validate({ ...resultOf(), monitors: [cpu], windows: [window] })
  expect(validate.errors).toBeNull()
  expect(validate({ ...resultOf(), monitors: [{ ...cpu, unit: 'furlongs' }] })).toBe(false)
  expect(validate({ ...resultOf(), windows: [{ ...window, monitors: { a: 'much' } }] })).toBe(false)
})

it('the schema of results takes findings, and none of a severity that it does not know', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(schema)
  const untrusted: Finding = { ...FINDING, series: 'GET /', untrusted: true }
  validate({ ...resultOf(), ...LOOKED, findings: [FINDING, untrusted] })
  expect(validate.errors).toBeNull()
  for (const wrong of [{ severity: 'bad' }, { confidence: 2 }, { evidence: [{ what: 'it' }] }]) {
    expect(validate({ ...resultOf(), findings: [{ ...FINDING, ...wrong }] })).toBe(false)
  }
  expect(validate({ ...resultOf(), insights: { evaluated: [] } })).toBe(false)
})

it('the schema of results takes requests that were kept, and the plan that keeps less', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(schema)
  const slow = exemplar({ tags: { region: 'eu' } })
  const first = failed('status 500', { response: null })
  const error = {
    ...{ series: 'GET /items/:id', kind: 'status', message: 'status 500', count: 1 },
    ...{ firstAtMs: 1, lastAtMs: 1, sample: '', exemplar: first },
  }
  const { run } = resultOf()
  const plan = { ...run.plan, samples: 'heads' as const }
  validate({ ...resultOf(), run: { ...run, plan }, errors: [error], slowest: [slow] })
  expect(validate.errors).toBeNull()
  expect(validate({ ...resultOf(), slowest: [{ ...slow, why: 'curious' }] })).toBe(false)
})

const WINDOW = {
  ...{ atMs: 0, users: 1, requests: 1, failures: 0, bytesIn: 1, bytesOut: 1 },
  ...{ p50Ms: 1, p95Ms: 1, p99Ms: 1 },
}

import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { resultOf } from '../../src/model/report/result.test-kit.ts'

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

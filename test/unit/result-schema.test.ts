import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'

const schema = JSON.parse(
  readFileSync(new URL('../../schema/onrush.result.1.json', import.meta.url), 'utf8'),
)

it('the schema of results is itself valid, and refuses a result without its parts', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(schema)
  expect(validate({ schema: 'onrush.result/1' })).toBe(false)
})

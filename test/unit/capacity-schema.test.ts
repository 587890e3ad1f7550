import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { capacityInput, trialOf } from '../../src/model/capacity/capacity.test-kit.ts'
import { capacityResult } from '../../src/model/capacity/result.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../schema/onrush.capacity.1.json', import.meta.url), 'utf8'),
)
const validate = new Ajv2020({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
}).compile(schema)
const trials = [10, 20, 40, 80].map((load) =>
  trialOf(load, {
    monitors: [{ name: 'target.cpu', unit: '%', mean: load }],
    objectives: [
      { rule: 'p95 < 1s', unit: 'ms', observed: 8, low: 7, high: null, verdict: 'undecided' },
    ],
  }),
)

const step = { fromMs: 0, load: 80, verdict: 'pass', goodPerSec: 80, p95Ms: null } as const
const hold = {
  ...{ askedSec: 60, stepSec: 5, steps: [step], meanLoad: 80, leastLoad: 80 },
  ...{ halves: [80, 80] as const, heldRatio: 1 },
}
const generatorCheck = { workers: 2, verdict: 'not-the-limit', why: 'the same', trials } as const

it('the schema takes what a search found, whatever part of it there is', () => {
  for (const input of [
    capacityInput(80, trials, { expectedPeak: 40 }),
    capacityInput(null, []),
    capacityInput(80, trials, { hold, generatorCheck }),
    capacityInput(40, [...trials, trialOf(160, { verdict: 'fail', broken: 'queue', p95Ms: null })]),
  ]) {
    validate(JSON.parse(JSON.stringify(capacityResult(input))))
    expect(validate.errors).toBeNull()
  }
})

it('the schema names every field of a result, and refuses one without its parts', () => {
  const result = capacityResult(capacityInput(80, trials))
  expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(result).sort())
  expect(Object.keys(schema.properties.trials.items.properties).sort()).toEqual(
    Object.keys(result.trials[0]!).sort(),
  )
  expect(validate({ schema: 'onrush.capacity/1' })).toBe(false)
})

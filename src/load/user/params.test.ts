import { expect, expectTypeOf, it } from 'vitest'
import { defineParams, giveParams, takeParams } from './params.ts'
import type { Secret } from './secret.ts'

const give = (values: Readonly<Record<string, string>>): void =>
  giveParams(
    Object.entries(values).map(([name, value]) => ({
      name,
      value,
      place: `--param ${name}`,
      isForThis: true,
    })),
  )

it('values are there at once, typed as they were declared', () => {
  give({ items: '20', region: 'us', fast: 'yes' })
  const params = defineParams({
    items: 10,
    region: ['eu', 'us'],
    fast: false,
    basket: { default: 3, min: 1 },
    greeting: { default: 'hello', help: 'said first' },
  })
  expectTypeOf(params).toEqualTypeOf<{
    readonly items: number
    readonly region: 'eu' | 'us'
    readonly fast: boolean
    readonly basket: number
    readonly greeting: string
  }>()
  expect(params).toEqual({ items: 20, region: 'us', fast: true, basket: 3, greeting: 'hello' })
  expect(takeParams()).toMatchObject({
    values: { items: 20, region: 'us' },
    places: { items: '--param items' },
    problems: [],
  })
})
it('a secret prints as dots', () => {
  give({ key: 's3cret' })
  const { key } = defineParams({ key: { secret: true } })
  expectTypeOf(key).toEqualTypeOf<Secret>()
  expect([`${key}`, JSON.stringify(key)]).toEqual(['•••', '"•••"'])
})
it('a wrong value does not throw in the script: all that is wrong is said afterwards', () => {
  give({ items: 'many', colour: 'red' })
  expect(defineParams({ items: 10 }).items).toBe(10)
  expect(takeParams().problems.map(({ what }) => what)).toEqual([
    '"many" is not a number',
    'the script has no parameter "colour"',
  ])
})
it('two files may declare the same parameter alike, and not otherwise', () => {
  give({})
  defineParams({ items: 10 })
  defineParams({ items: 10 })
  defineParams({ items: 11 })
  const { definitions, problems } = takeParams()
  expect(definitions).toHaveLength(1)
  expect(problems.map(({ what }) => what)).toEqual([
    'the parameter items is declared twice, and not alike',
  ])
  expect(takeParams().definitions).toEqual([])
})

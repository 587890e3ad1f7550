import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { GivenParam, ParamDefinition } from '../../contracts/params.ts'
import { readDeclaration } from './declare.ts'
import { missingProblems, paramVariable, resolveParams } from './resolve.ts'

const define = (name: string, declared: unknown): ParamDefinition => {
  const definition = readDeclaration(name, declared)
  if (Array.isArray(definition)) throw new Error(JSON.stringify(definition))
  return definition
}
const given = (name: string, value: string, isForThis = true): GivenParam => ({
  name,
  value,
  place: `--param ${name}`,
  isForThis,
})
const readAs = (declared: unknown, value: string): unknown =>
  resolveParams([define('it', declared)], [given('it', value)]).values['it']
const complaint = (declared: unknown, value: string): string | undefined =>
  resolveParams([define('it', declared)], [given('it', value)]).problems[0]?.what

it('a bare value is its own default and says the kind', () => {
  expect([10, false, 'hello', ['eu', 'us']].map((each) => define('it', each))).toEqual([
    { name: 'it', kind: 'number', initial: 10, min: null, max: null, whole: false },
    { name: 'it', kind: 'switch', initial: false },
    { name: 'it', kind: 'text', initial: 'hello' },
    { name: 'it', kind: 'choice', initial: 'eu', choices: ['eu', 'us'] },
  ])
})
it('an object says more, and a number without a default must be given', () => {
  const basket = define('basket', { min: 1, max: 50, help: 'items in a basket' })
  expect(basket).toMatchObject({ kind: 'number', initial: null, min: 1, max: 50 })
  const resolved = resolveParams([basket, define('key', { secret: true })], [])
  expect(resolved.missing).toEqual(['basket', 'key'])
  expect(missingProblems(resolved).map(({ fix }) => fix)).toEqual([
    'give it: --param basket=…',
    'give it in the environment: ONRUSH_PARAM_KEY=…',
  ])
})
it('what cannot be a parameter is refused with its place', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['two words', 1],
    ['it', null],
    ['it', []],
    ['it', ['']],
    ['it', { choices: ['a'], default: 'b' }],
    ['it', { min: 5, max: 1 }],
    ['it', { default: 9, max: 1 }],
    ['it', { defualt: 9 }],
    ['it', Number.NaN],
  ]
  for (const [name, declared] of wrong) {
    const problems = readDeclaration(name, declared)
    expect(problems, JSON.stringify(declared)).toMatchObject([
      { code: 'E_PARAM', path: expect.stringMatching(/^defineParams\./) },
    ])
  }
})
it('text becomes what the definition says', () => {
  expect(readAs(1, ' 2.5 ')).toBe(2.5)
  expect(readAs(false, 'on')).toBe(true)
  expect(readAs(['eu', 'us'], 'us')).toBe('us')
  expect(readAs('a', ' b ')).toBe(' b ')
})
it('a value that does not fit is said, and the default stands in', () => {
  expect(complaint(1, 'many')).toBe('"many" is not a number')
  expect(complaint({ default: 3, min: 1, max: 5, whole: true }, '3.5')).toBe(
    '"3.5" is not a whole number from 1 to 5',
  )
  expect(complaint({ min: 1 }, '0')).toBe('"0" is not a number of 1 or more')
  expect(complaint(['eu', 'us'], 'su')).toBe('"su" is not one of eu, us')
  expect(complaint(true, 'perhaps')).toBe('"perhaps" is not true or false')
  expect(readAs(7, 'many')).toBe(7)
})
it('a name that the script does not know is a mistake where it was meant for this script, or is nearly one', () => {
  const items = define('items', 10)
  const problems = (name: string, isForThis: boolean) =>
    resolveParams([items], [given(name, '1', isForThis)]).problems.map(({ fix }) => fix)
  expect(problems('colour', true)).toEqual(['leave it out, or declare it with defineParams'])
  expect(problems('itmes', true)).toEqual(['did you mean "items"?'])
  expect(problems('itmes', false)).toEqual(['did you mean "items"?'])
  expect(problems('colour', false)).toEqual([])
})
it('a variable says the name in capitals', () => {
  expect(['items', 'apiKey'].map(paramVariable)).toEqual([
    'ONRUSH_PARAM_ITEMS',
    'ONRUSH_PARAM_API_KEY',
  ])
})
it('whatever is declared and given, it is read or refused, and a value always fits its definition', () => {
  fc.assert(
    fc.property(fc.string(), fc.anything(), fc.string(), (name, declared, text) => {
      const definition = readDeclaration(name, declared)
      if (Array.isArray(definition)) {
        expect(definition.length).toBeGreaterThan(0)
        return
      }
      const { values, problems, missing } = resolveParams([definition], [given(name, text)])
      const value = values[name]
      expect(value === undefined).toBe(definition.initial === null && problems.length > 0)
      expect(missing).toEqual([])
      if (definition.kind === 'choice') expect(definition.choices).toContain(value)
      if (definition.kind === 'number' && typeof value === 'number') {
        expect(value).toBeGreaterThanOrEqual(definition.min ?? value)
        expect(value).toBeLessThanOrEqual(definition.max ?? value)
      }
    }),
  )
})

/**
 * From what a script declares of a parameter to its definition: a bare value is its own default and says the kind, an object says
 * more. All forms are plain data, so that a page can make fields of them. Pure.
 *
 *     { items: 10, fast: false, greeting: 'hello', region: ['eu', 'us'],
 *       basket: { default: 3, min: 1, max: 50, help: 'items in a basket' },  key: { secret: true } }
 */
import type { ParamDefinition } from '../../contracts/params.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { PARAM_CHOICES_MAX } from '../../kernel/limits.ts'
import { ObjectReader, show } from '../plan/reader.ts'

const NAME = /^[a-zA-Z][a-zA-Z0-9]*$/
const NUMBER_KEYS = ['min', 'max', 'whole']

/** The definition, or every mistake in it. */
export function readDeclaration(name: string, declared: unknown): ParamDefinition | Problem[] {
  const at = `defineParams.${name}`
  if (!NAME.test(name)) {
    const why = 'it is also a flag and a variable, so it has letters and digits only'
    return [wrong(at, `"${name}" is no name for a parameter`, why)]
  }
  if (Array.isArray(declared)) return choice(name, at, declared, undefined, {})
  if (typeof declared === 'object' && declared !== null) return readObject(name, at, declared)
  return bare(name, at, declared)
}

function bare(name: string, at: string, declared: unknown): ParamDefinition | Problem[] {
  switch (typeof declared) {
    case 'number':
      if (!Number.isFinite(declared)) break
      return { name, kind: 'number', initial: declared, min: null, max: null, whole: false }
    case 'boolean':
      return { name, kind: 'switch', initial: declared }
    case 'string':
      return { name, kind: 'text', initial: declared }
  }
  const why = 'a number, a text, true or false, a list of choices or an object belongs here'
  return [wrong(at, `${show(declared)} declares no parameter`, why)]
}

function readObject(name: string, at: string, declared: object): ParamDefinition | Problem[] {
  const problems: Problem[] = []
  const reader = new ObjectReader(declared, at, problems)
  const help = reader.text('help', undefined)
  const common = help === undefined ? {} : { help }
  const choices = reader.get('choices')
  const initial = reader.get('default')
  const isSecret = reader.flag('secret', false)
  const isNumber = typeof initial === 'number' || NUMBER_KEYS.some((key) => reader.has(key))
  let definition: ParamDefinition | Problem[]
  if (choices !== undefined) definition = choice(name, at, choices, initial, common)
  else if (isNumber && !isSecret) definition = { name, ...common, ...readNumber(reader) }
  else if (typeof initial === 'boolean') definition = { name, ...common, kind: 'switch', initial }
  else {
    const text = reader.text('default', null)
    definition = { name, ...common, kind: isSecret ? 'secret' : 'text', initial: text }
  }
  reader.finish()
  const found = Array.isArray(definition) ? [...problems, ...definition] : problems
  return found.length > 0 ? found.map(asParamProblem) : definition
}

function readNumber(
  reader: ObjectReader,
): Omit<Extract<ParamDefinition, { kind: 'number' }>, 'name' | 'help'> {
  const [most, whole] = [Number.MAX_VALUE, reader.flag('whole', false)]
  const min = reader.number('min', null, -most, most, true)
  const max = reader.number('max', null, min ?? -most, most, true)
  const initial = reader.number('default', null, min ?? -most, max ?? most, !whole)
  return { kind: 'number', initial, min, max, whole }
}

function choice(
  name: string,
  at: string,
  choices: unknown,
  initial: unknown,
  common: { readonly help?: string },
): ParamDefinition | Problem[] {
  const isList =
    Array.isArray(choices) && choices.every((each) => typeof each === 'string' && each !== '')
  if (!isList || choices.length === 0 || choices.length > PARAM_CHOICES_MAX) {
    const why = `a list of 1 to ${PARAM_CHOICES_MAX} texts belongs here`
    return [wrong(at, `${show(choices)} are no choices`, why)]
  }
  const first = initial === undefined ? choices[0] : initial
  if (typeof first !== 'string' || !choices.includes(first))
    return [wrong(at, `the default ${show(first)} is not one of the choices`, choices.join(', '))]
  return { name, ...common, kind: 'choice', initial: first, choices: [...choices] }
}

const wrong = (path: string, what: string, why: string): Problem =>
  problem('E_PARAM', path, what, why, 'Correct it in the script.')

const asParamProblem = (each: Problem): Problem => ({ ...each, code: 'E_PARAM' })

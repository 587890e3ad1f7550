/**
 * From definitions and what was given to one value each. Text becomes what the definition says; everything wrong is found at once. The
 * value of a secret is in no message. Pure.
 */
import type { GivenParam, ParamDefinition, ParamValue } from '../../contracts/params.ts'
import type { Problem } from '../../contracts/problem.ts'
import { nearestOf } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { isProblem, show } from '../plan/reader.ts'

export interface ResolvedParams {
  readonly definitions: readonly ParamDefinition[]
  /** Of those that have one. */
  readonly values: Readonly<Record<string, ParamValue>>
  /** Where each that was given came from. */
  readonly places: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
  /** Names of those that must be given, and were not. */
  readonly missing: readonly string[]
}

export function resolveParams(
  definitions: readonly ParamDefinition[],
  given: readonly GivenParam[],
): ResolvedParams {
  const problems: Problem[] = []
  const values: Record<string, ParamValue> = {}
  const places: Record<string, string> = {}
  const missing: string[] = []
  for (const definition of definitions) {
    const { name, initial } = definition
    const found = given.find((each) => each.name === name)
    if (initial !== null) values[name] = initial
    if (found === undefined) {
      if (initial === null) missing.push(name)
      continue
    }
    places[name] = found.place
    const value = fitting(definition, found)
    if (typeof value !== 'object') values[name] = value
    else if (isProblem(value)) problems.push(value)
  }
  problems.push(...unknown(definitions, given))
  return { definitions, values, places, problems, missing }
}

/** One per parameter that must be given and was not. */
export const missingProblems = ({ definitions, missing }: ResolvedParams): Problem[] =>
  definitions
    .filter(({ name }) => missing.includes(name))
    .map((each) =>
      problem(
        'E_PARAM',
        each.name,
        `the script needs the parameter ${each.name}`,
        `${each.help === undefined ? 'it has no default' : `${each.help}; it has no default`}`,
        each.kind === 'secret'
          ? `give it in the environment: ${paramVariable(each.name)}=…`
          : `give it: --param ${each.name}=…`,
      ),
    )

/** `apiKey` → `ONRUSH_PARAM_API_KEY`. */
export const paramVariable = (name: string): string =>
  `ONRUSH_PARAM_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

function fitting(definition: ParamDefinition, { value, place }: GivenParam): ParamValue | Problem {
  const wrong = (expected: string, fix: string): Problem => {
    const shown = show(value)
    return problem('E_PARAM', place, `${shown} is not ${expected}`, meant(definition), fix)
  }
  const text = String(value).trim()
  switch (definition.kind) {
    case 'number': {
      const { min, max, whole } = definition
      const number = text === '' ? Number.NaN : Number(text)
      const fits =
        Number.isFinite(number) &&
        number >= (min ?? number) &&
        number <= (max ?? number) &&
        !(whole && !Number.isInteger(number))
      if (fits) return number
      return wrong(rangeText(definition), `such as ${definition.initial ?? min ?? max ?? 1}`)
    }
    case 'switch':
      if (/^(true|1|yes|on)$/i.test(text)) return true
      if (/^(false|0|no|off)$/i.test(text)) return false
      return wrong('true or false', 'write true or false')
    case 'choice': {
      if (definition.choices.includes(text)) return text
      const near = nearestOf(text, definition.choices)
      const fix = near === undefined ? 'choose one of them' : `did you mean "${near}"?`
      return wrong(`one of ${definition.choices.join(', ')}`, fix)
    }
    default:
      return String(value)
  }
}

function rangeText(definition: Extract<ParamDefinition, { kind: 'number' }>): string {
  const { min, max, whole } = definition
  const kind = whole ? 'a whole number' : 'a number'
  if (min !== null && max !== null) return `${kind} from ${min} to ${max}`
  if (min !== null) return `${kind} of ${min} or more`
  return max === null ? kind : `${kind} of ${max} or less`
}

const meant = ({ name, help }: ParamDefinition): string =>
  help === undefined ? `it is the parameter ${name} of the script` : `${name}: ${help}`

/** Names that no definition has. What stands where several scripts read it is a mistake only if it is nearly a name. */
function unknown(definitions: readonly ParamDefinition[], given: readonly GivenParam[]): Problem[] {
  const known = definitions.map(({ name }) => name)
  const has = known.length === 0 ? 'it declares none' : `it has ${known.join(', ')}`
  return given
    .filter(({ name }) => !known.includes(name))
    .flatMap(({ name, place, isForThis }) => {
      const near = nearestOf(name, known)
      if (near === undefined && !isForThis) return []
      const fix =
        near === undefined
          ? 'leave it out, or declare it with defineParams'
          : `did you mean "${near}"?`
      const what = `the script has no parameter "${name}"`
      return [problem('E_PARAM', place, what, has, fix)]
    })
}

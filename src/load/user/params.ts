/**
 * `defineParams`: what a script wants to be told from outside, typed. The values are there at once, also for `export const plan`, because the
 * application puts what was given into a slot before it loads the script, and takes out afterwards what was declared and what is
 * wrong. A wrong value never throws here: the default stands in until everything that is wrong is said together. The slot lives on
 * `globalThis`, so that two copies of the package share it.
 */
import type { GivenParam, ParamDefinition, ParamValue } from '../../contracts/params.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { PARAMS_MAX } from '../../kernel/limits.ts'
import { readDeclaration } from '../../model/params/declare.ts'
import { type ResolvedParams, resolveParams } from '../../model/params/resolve.ts'
import { Secret } from './secret.ts'

type WithHelp = { readonly help?: string }
/** One parameter. Without a default it must be given. */
export type ParamDeclaration =
  | number
  | boolean
  | string
  | readonly [string, ...string[]]
  | (WithHelp & { readonly choices: readonly [string, ...string[]]; readonly default?: string })
  | (WithHelp & { readonly secret: true; readonly default?: string })
  | (WithHelp & {
      readonly default?: number
      readonly min?: number
      readonly max?: number
      readonly whole?: boolean
    })
  | (WithHelp & { readonly default: string | boolean })

/** What a declaration is read as. */
export type ParamOf<D> = D extends number
  ? number
  : D extends boolean
    ? boolean
    : D extends string
      ? string
      : D extends readonly (infer Choice)[]
        ? Choice
        : D extends { readonly choices: readonly (infer Choice)[] }
          ? Choice
          : D extends { readonly secret: true }
            ? Secret
            : D extends { readonly default: infer Default }
              ? ParamOf<Default>
              : number

interface Slot {
  given: readonly GivenParam[]
  readonly definitions: Map<string, ParamDefinition>
  readonly problems: Problem[]
}
const KEY = Symbol.for('onrush.params')
const shared = globalThis as unknown as Record<symbol, Slot | undefined>
const slot = (): Slot => {
  shared[KEY] ??= { given: [], definitions: new Map(), problems: [] }
  return shared[KEY]
}

/** Parameters of this script, with the values of this run. Secrets print as `•••`. */
export function defineParams<const D extends Readonly<Record<string, ParamDeclaration>>>(
  declared: D,
): { readonly [Name in keyof D]: ParamOf<D[Name]> } {
  const { given, definitions, problems } = slot()
  const values: Record<string, unknown> = {}
  for (const [name, each] of Object.entries(declared)) {
    const definition = readDeclaration(name, each)
    if (Array.isArray(definition)) {
      problems.push(...definition)
      continue
    }
    const known = definitions.get(name)
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(definition))
      problems.push(twice(name))
    if (known === undefined && definitions.size >= PARAMS_MAX) problems.push(tooMany())
    else definitions.set(name, definition)
    values[name] = scriptValue(definition, resolveParams([definition], given).values[name])
  }
  return Object.freeze(values) as { readonly [Name in keyof D]: ParamOf<D[Name]> }
}

/** Before a script is loaded: what was given. Forgets what the last one declared. */
export function giveParams(given: readonly GivenParam[]): void {
  shared[KEY] = { given, definitions: new Map(), problems: [] }
}

/** After it was loaded: what it declared, with values. */
export function takeParams(): ResolvedParams {
  const { given, definitions, problems } = slot()
  giveParams([])
  const resolved = resolveParams([...definitions.values()], given)
  return { ...resolved, problems: [...problems, ...resolved.problems] }
}

/** What must be given and was not is never used: the run does not begin. */
function scriptValue(definition: ParamDefinition, value: ParamValue | undefined): unknown {
  if (definition.kind === 'secret') return new Secret(definition.name, String(value ?? ''))
  return value ?? (definition.kind === 'number' ? 0 : '')
}

const twice = (name: string): Problem =>
  problem(
    'E_PARAM',
    `defineParams.${name}`,
    `the parameter ${name} is declared twice, and not alike`,
    'one name has one value in a run',
    'Declare it once and import it, or give one of them another name.',
  )

const tooMany = (): Problem =>
  problem(
    'E_PARAM',
    'defineParams',
    'the script declares too many parameters',
    `at most ${PARAMS_MAX} are taken`,
    'Put rows of data into a file and read it with a feeder.',
  )

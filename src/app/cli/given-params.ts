/**
 * What was given for parameters of the script, each by itself: `--param items=20` does not take away what the configuration says of
 * another one. Strongest place first. Which ones are secret only the script knows, so without it no value is shown.
 */
import type { GivenParam, ParamDefinition } from '../../contracts/params.ts'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { ResolvedParams } from '../../model/params/resolve.ts'
import { Settings } from './settings.ts'

const KEY = 'param'
const MASK = '•••'

export function givenParams(settings: Settings): GivenParam[] {
  const chosen = settings.chosen.get(KEY)
  return Object.entries(settings.pairs(KEY)).map(([name, value]) => {
    const place = chosen?.places?.[name] ?? KEY
    const isForThis = /^(--|page)/.test(place)
    return { name, value, place, isForThis }
  })
}

/** The plan with what the script was told. */
export function withParams(plan: LoadPlan, { definitions, values }: ResolvedParams): LoadPlan {
  if (definitions.length === 0) return plan
  const secrets = secretNames(definitions)
  return { ...plan, params: values, ...(secrets.length > 0 && { secretParams: secrets }) }
}

/** The settings as reports may show them. */
export function withoutSecrets(
  settings: Settings,
  definitions: readonly ParamDefinition[],
): Settings {
  const chosen = settings.chosen.get(KEY)
  const secrets = secretNames(definitions)
  const pairs = settings.pairs(KEY)
  if (chosen === undefined || !secrets.some((name) => name in pairs)) return settings
  const shown = Object.fromEntries(
    Object.entries(pairs).map(([name, value]) => [name, secrets.includes(name) ? MASK : value]),
  )
  return new Settings(new Map(settings.chosen).set(KEY, { ...chosen, value: shown }))
}

/** A line for each, for --explain-config; `resolved`: of the script, when one was named. */
export function explainParams(settings: Settings, resolved: ResolvedParams | undefined): string[] {
  const line = (name: string, value: unknown, place: string): string =>
    `${`param.${name}`.padEnd(16)} ${JSON.stringify(value).padEnd(28)} ${place}`
  if (resolved === undefined) {
    return givenParams(settings).map(({ name, place }) => line(name, MASK, place))
  }
  const { definitions, values, places } = resolved
  return definitions.map(({ name, kind }) => {
    const value = values[name]
    const shown = value === undefined ? null : kind === 'secret' ? MASK : value
    return line(name, shown, places[name] ?? (value === undefined ? 'not given' : 'default'))
  })
}

const secretNames = (definitions: readonly ParamDefinition[]): string[] =>
  definitions.filter(({ kind }) => kind === 'secret').map(({ name }) => name)

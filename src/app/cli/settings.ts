/**
 * From five places to one value per setting: flag, environment, profile, (the script's own plan is laid over the
 * rest by `plan-input.ts`), configuration file, default; first one wins, and its place is remembered for
 * --explain-config and for messages. Every mistake in a name or value is a Problem; nothing is ignored.
 */
import type { Problem } from '../../contracts/problem.ts'
import { nearestOf as nearest } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { maskAddress } from '../../kernel/mask-address.ts'
import { paramVariable } from '../../model/params/resolve.ts'
import { flagOf, SETTINGS, type Setting, variableOf } from './flags.ts'

export type SettingValue = string | boolean | readonly string[] | Readonly<Record<string, string>>
export type Origin = 'flag' | 'environment' | 'profile' | 'config' | 'default'

export interface Chosen {
  readonly value: SettingValue
  readonly origin: Origin
  /** As a person would look for it: `--users`, `ONRUSH_USERS`, `onrush.config.ts users`. */
  readonly place: string
  /** Of parameters, the place of each. */
  readonly places?: Readonly<Record<string, string>>
}
export class Settings {
  readonly chosen: ReadonlyMap<string, Chosen>
  constructor(chosen: ReadonlyMap<string, Chosen>) {
    this.chosen = chosen
  }
  text(key: string): string | undefined {
    const value = this.chosen.get(key)?.value
    return typeof value === 'string' ? value : undefined
  }
  list(key: string): readonly string[] {
    const value = this.chosen.get(key)?.value
    return Array.isArray(value) ? value : []
  }
  on(key: string): boolean {
    return this.chosen.get(key)?.value === true
  }
  pairs(key: string): Readonly<Record<string, string>> {
    const value = this.chosen.get(key)?.value
    return typeof value === 'object' && !Array.isArray(value)
      ? (value as Readonly<Record<string, string>>)
      : {}
  }
  place(key: string): string {
    return this.chosen.get(key)?.place ?? key
  }
  /** Stronger than what the script says. */
  beatsScript(key: string): boolean {
    const origin = this.chosen.get(key)?.origin
    return origin === 'flag' || origin === 'environment' || origin === 'profile'
  }
}

export interface SettingSources {
  /** As commander gives them, only those that were typed. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly config:
    | { readonly path: string; readonly values: Readonly<Record<string, unknown>> }
    | undefined
}

const DEFAULTS: Readonly<Record<string, SettingValue>> = {
  workers: '1',
  preflight: true,
  color: true,
  history: true,
}
/** Keys of onrush.config.ts that are no settings. */
const CONFIG_ONLY = ['profiles', 'targets', 'files']

export function chooseSettings(sources: SettingSources): Settings | Problem[] {
  const problems: Problem[] = []
  const { flags, environment, config } = sources
  const configFile = config?.path ?? 'onrush.config.ts'
  const values = config?.values ?? {}
  problems.push(...unknownKeys(values, configFile, CONFIG_ONLY))
  problems.push(...unknownVariables(environment))
  const profile = flags['profile'] ?? environment['ONRUSH_PROFILE'] ?? values['profile']
  const profileValues = profileOf(profile, values, configFile, problems)

  const chosen = new Map<string, Chosen>()
  for (const setting of SETTINGS) {
    const { key } = setting
    const candidates: readonly (readonly [unknown, Origin, string])[] = [
      [flags[key], 'flag', flagOf(setting)],
      [environment[variableOf(key)], 'environment', variableOf(key)],
      [profileValues[key], 'profile', `${configFile} profiles.${String(profile)}.${key}`],
      [isRules(key, values[key]) ? true : values[key], 'config', `${configFile} ${key}`],
      [DEFAULTS[key], 'default', 'default'],
    ]
    if (setting.kind === 'params') {
      const params = paramsOf(setting, candidates, environment, problems)
      if (params !== undefined) chosen.set(key, params)
      continue
    }
    const first = candidates.find(([raw]) => raw !== undefined && raw !== '')
    if (first === undefined) continue
    const [raw, origin, place] = first
    const value = readValue(setting, raw, place, problems)
    if (value !== undefined) chosen.set(key, { value, origin, place })
  }
  return problems.length > 0 ? problems : new Settings(chosen)
}

/** Of all places together: each parameter by itself from the strongest that names it. */
function paramsOf(
  setting: Setting,
  candidates: readonly (readonly [raw: unknown, origin: Origin, place: string])[],
  environment: SettingSources['environment'],
  problems: Problem[],
): Chosen | undefined {
  const named = candidates.flatMap(([raw, origin, place]) => {
    if (raw === undefined || raw === '') return []
    const value = readValue(setting, raw, place, problems)
    return value === undefined ? [] : [{ pairs: value as Record<string, string>, origin, place }]
  })
  const variables = Object.entries(environment).flatMap(([variable, text]) => {
    const name = paramOfVariable(variable)
    if (name === undefined || text === undefined || text === '') return []
    return [{ pairs: { [name]: text }, origin: 'environment' as const, place: variable }]
  })
  const flags = named.filter(({ origin }) => origin === 'flag')
  const all = [...flags, ...variables, ...named.filter(({ origin }) => origin !== 'flag')]
  const [first] = all
  if (first === undefined) return undefined
  return { ...mergedParams(all), origin: first.origin, place: first.place }
}

/** Merges what several places say; from strong to weak. */
function mergedParams(
  candidates: readonly { readonly pairs: Record<string, string>; readonly place: string }[],
): Pick<Chosen, 'value' | 'places'> {
  const value: Record<string, string> = {}
  const places: Record<string, string> = {}
  for (const { pairs, place } of candidates) {
    for (const [name, text] of Object.entries(pairs)) {
      if (Object.hasOwn(value, name)) continue
      value[name] = text
      places[name] = place === paramVariable(name) ? place : `${place} ${name}`
    }
  }
  return { value, places }
}

const PARAM_VARIABLE = 'ONRUSH_PARAM_'

/** `ONRUSH_PARAM_API_KEY` → `apiKey`. */
function paramOfVariable(variable: string): string | undefined {
  if (!variable.startsWith(PARAM_VARIABLE)) return undefined
  const [first = '', ...rest] = variable.slice(PARAM_VARIABLE.length).toLowerCase().split('_')
  return first + rest.map((word) => (word[0] ?? '').toUpperCase() + word.slice(1)).join('')
}

/** `history: { keep, maxSize }` says how long, and so that it is on; `app/history` reads it. */
const isRules = (key: string, value: unknown): boolean =>
  key === 'history' && typeof value === 'object' && value !== null

/** One line per setting that has a value, for --explain-config, parameters apart (`given-params.ts`); without what is secret in addresses. */
export function explainSettings(settings: Settings): string[] {
  const others = [...settings.chosen].filter(([key]) => key !== 'param')
  return others.map(([key, { value, place }]) => {
    const masked = (each: unknown): unknown => (typeof each === 'string' ? maskAddress(each) : each)
    const shown = JSON.stringify(Array.isArray(value) ? value.map(masked) : masked(value))
    return `${key.padEnd(16)} ${shown.padEnd(28)} ${place}`
  })
}

function profileOf(
  name: unknown,
  values: Readonly<Record<string, unknown>>,
  file: string,
  problems: Problem[],
): Readonly<Record<string, unknown>> {
  if (name === undefined || name === '') return {}
  const profiles = (values['profiles'] ?? {}) as Record<string, Record<string, unknown>>
  const found = profiles[String(name)]
  if (found !== undefined) {
    problems.push(...unknownKeys(found, `${file} profiles.${String(name)}`, []))
    return found
  }
  const known = Object.keys(profiles)
  const guess = nearest(String(name), known)
  problems.push(
    problem(
      'E_CONFIG',
      '--profile',
      `there is no profile "${String(name)}"`,
      known.length > 0
        ? `${file} has ${known.join(', ')}`
        : 'no configuration file with profiles was found',
      guess ? `did you mean "${guess}"?` : `add it under profiles in ${file}`,
    ),
  )
  return {}
}

function unknownKeys(values: object, file: string, more: readonly string[]): Problem[] {
  const known = [...SETTINGS.map((setting) => setting.key), ...more]
  return Object.keys(values)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const guess = nearest(key, known)
      return problem(
        'E_UNKNOWN_KEY',
        `${file} ${key}`,
        `there is no setting "${key}"`,
        'it would have no effect',
        guess ? `did you mean "${guess}"?` : 'remove it',
      )
    })
}

function unknownVariables(environment: Readonly<Record<string, string | undefined>>): Problem[] {
  const known = SETTINGS.map((setting) => variableOf(setting.key))
  return Object.keys(environment)
    .filter((name) => name.startsWith('ONRUSH_') && !known.includes(name))
    .filter((name) => !name.startsWith(PARAM_VARIABLE))
    .flatMap((name) => {
      // Scripts have variables of their own; only what is nearly ours is taken for a mistake: four letters may have one wrong.
      const rest = (each: string): string => each.slice('ONRUSH_'.length)
      const guess = nearest(rest(name), known.map(rest), Math.floor(rest(name).length / 4))
      if (guess === undefined) return []
      const why = 'it would have no effect'
      const fix = `did you mean ONRUSH_${guess}?`
      return problem('E_UNKNOWN_KEY', name, `there is no variable ${name}`, why, fix)
    })
}

function readValue(
  setting: Setting,
  raw: unknown,
  place: string,
  problems: Problem[],
): SettingValue | undefined {
  const wrong = (expected: string): undefined => {
    problems.push(
      problem(
        'E_USAGE',
        place,
        `${JSON.stringify(raw)} is not ${expected}`,
        `${setting.key}: ${setting.help}`,
        'correct the value',
      ),
    )
    return undefined
  }
  switch (setting.kind) {
    case 'text':
      return typeof raw === 'string' || typeof raw === 'number'
        ? String(raw)
        : wrong('a text or number')
    case 'switch':
      if (raw === true || raw === '1' || raw === 'true') return true
      if (raw === false || raw === '0' || raw === 'false') return false
      return wrong('true or false')
    case 'sources':
      // Off is a choice too: an empty list that is there.
      if (raw === false || raw === 'false' || raw === '0') return []
      return readList(setting, raw) ?? wrong('a list, or false')
    case 'list':
      return readList(setting, raw) ?? wrong('a list')
    case 'params':
    case 'pairs':
      return pairsOf(raw) ?? wrong('of the form key=value')
  }
}

function readList(setting: Setting, raw: unknown): string[] | undefined {
  if (Array.isArray(raw)) return raw.map(String)
  return typeof raw === 'string' ? listOf(raw, setting) : undefined
}

/** Rules, sources and outputs contain commas and spaces as a part of themselves, so they are split at newlines and semicolons. */
const listOf = (text: string, { key, kind }: Setting): string[] =>
  text
    .split(kind === 'sources' || key === 'threshold' || key === 'output' ? /[;\n]/ : /[\s,]+/)
    .map((each) => each.trim())
    .filter(Boolean)

function pairsOf(raw: unknown): Record<string, string> | undefined {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) {
    return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, String(value)]))
  }
  const parts = Array.isArray(raw) ? raw.map(String) : typeof raw === 'string' ? raw.split(',') : []
  const pairs = parts.map(
    (part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const,
  )
  return parts.every((part) => part.indexOf('=') > 0) ? Object.fromEntries(pairs) : undefined
}

/** Settings of the load and what a scenario of a plan calls them. */
export const LOAD_KEYS: readonly (readonly [key: string, scenarioKey: string])[] = [
  ['users', 'users'],
  ['spawnRate', 'spawnRate'],
  ['arrivals', 'arrivals'],
  ['usersMax', 'usersMax'],
  ['runTime', 'for'],
  ['stopTimeout', 'gracefulStop'],
]

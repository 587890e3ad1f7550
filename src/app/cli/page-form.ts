/**
 * The form of the page and flags: what a form begins with, and what somebody wrote there as it would be typed. Whatever the page was
 * opened with holds where the form says nothing; an empty text takes it away. Pure.
 */
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import type { StartRequest } from '../../run/web/api.ts'
import { flagOf, SETTINGS } from './flags.ts'
import { packageVersion } from './package-version.ts'
import type { Prepared } from './prepare.ts'
import type { Flags } from './program.ts'

/** What each model of load has of its own; flags of another one are left out. */
const LOADS = {
  users: ['users', 'spawnRate', 'runTime'],
  arrivals: ['arrivals', 'usersMax', 'runTime'],
  script: [],
} as const
const OF_LOADS = ['users', 'spawnRate', 'arrivals', 'usersMax', 'runTime']
const TEXTS = ['host', 'stopTimeout', 'seed', 'workers'] as const
/** Of the page itself, or in the form. */
const NOT_MORE = [
  ...[...OF_LOADS, ...TEXTS, 'threshold', 'tag', 'param'],
  ...['webPort', 'webHost', 'locustRoutes', 'autostart', 'autoquit', 'headless'],
]

/** The flags of `opened` with what the request says; or what is wrong with its form. */
export function flagsOf(request: StartRequest, opened: Flags): Flags | Problem[] {
  const own: readonly string[] | undefined = LOADS[request.model]
  if (own === undefined) {
    const why = "it is 'users', 'arrivals' or 'script'"
    return [problem('E_USAGE', 'model', 'the request names no model of load', why, 'Name one.')]
  }
  const flags: Record<string, unknown> = { ...opened }
  for (const key of OF_LOADS) if (!own.includes(key)) delete flags[key]
  for (const key of [...own, ...TEXTS] as readonly (keyof StartRequest)[]) {
    const value = request[key]
    if (value === '') delete flags[key]
    else if (value !== undefined) flags[key] = String(value)
  }
  const { thresholds, tags, params } = request
  if (Array.isArray(thresholds)) flags['threshold'] = thresholds.map(String)
  if (isRecord(tags)) flags['tag'] = wordsOf(tags)
  if (isRecord(params)) flags['param'] = [...others(opened['param'], params), ...wordsOf(params)]
  return flags
}

/** What the form of a script begins with; JSON. */
export function factsOf(
  { script, users, plan, settings, fellBack, params }: Omit<Prepared, 'lifeCycle'>,
  opened: Flags,
): Readonly<Record<string, unknown>> {
  const text = (key: string): string => settings.text(key) ?? ''
  const rules = settings.list('threshold')
  const { definitions, values } = params
  const isShown = (name: string): boolean =>
    definitions.some((each) => each.name === name && each.kind !== 'secret')
  return {
    version: packageVersion(),
    script,
    users: users.map(({ name, userClass }) => ({
      name,
      weight: userClass.weight ?? 1,
      fixedCount: userClass.fixedCount ?? 0,
    })),
    host: plan.host ?? users.find((each) => each.userClass.host)?.userClass.host ?? null,
    params: definitions,
    rules: plan.thresholds.map((each) => each.rule).filter((rule) => !rules.includes(rule)),
    scenarios: plan.scenarios.map(({ name }) => name),
    more: moreWords(opened),
    defaults: {
      model: fellBack
        ? 'users'
        : text('arrivals')
          ? 'arrivals'
          : text('users')
            ? 'users'
            : 'script',
      users: text('users') || 10,
      spawnRate: text('spawnRate') || (fellBack ? 1 : ''),
      arrivals: text('arrivals'),
      usersMax: text('usersMax'),
      runTime: text('runTime'),
      stopTimeout: text('stopTimeout'),
      host: text('host'),
      seed: text('seed'),
      workers: text('workers'),
      thresholds: rules,
      tags: settings.pairs('tag'),
      params: Object.fromEntries(Object.entries(values).filter(([name]) => isShown(name))),
    },
  }
}

/** What the page was opened with beside that, as words of a command line. */
function moreWords(opened: Flags): string[] {
  return SETTINGS.flatMap((setting) => {
    const value = opened[setting.key]
    if (value === undefined || NOT_MORE.includes(setting.key)) return []
    const flag = flagOf(setting)
    if (typeof value === 'boolean') return value || flag.startsWith('--no-') ? [flag] : []
    return (Array.isArray(value) ? value : [value]).flatMap((each) => [flag, String(each)])
  })
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Words of the same form about other names: a secret that is in no form stays. */
const others = (words: unknown, pairs: Readonly<Record<string, unknown>>): string[] =>
  (Array.isArray(words) ? words.map(String) : []).filter(
    (word) => !Object.hasOwn(pairs, word.slice(0, word.indexOf('='))),
  )

const wordsOf = (pairs: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(pairs).map(([key, value]) => `${key}=${String(value)}`)

/**
 * Lays settings over what the script exports as `plan`, in the notation of people, for `model/plan/parse.ts` to read:
 * flag, environment and profile win over the script, the configuration file only fills gaps. Without a plan in the
 * script all user classes run together in one scenario.
 */
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { bringsTime } from '../../model/plan/load-input.ts'
import { LOAD_KEYS, type Settings } from './settings.ts'

type Loose = Record<string, unknown>

export interface PlanInput {
  readonly input: Loose
  readonly problems: readonly Problem[]
  /** Nothing says how much load to make, and the one of `fallback` was taken. */
  readonly fellBack: boolean
}

/** `fallback`: the load when nothing names one; undefined makes that a problem. */
export function planInput(
  settings: Settings,
  scriptPlan: unknown,
  fallback: Loose | undefined,
): PlanInput {
  const problems: Problem[] = []
  const written = isObject(scriptPlan) ? scriptPlan : undefined
  if (scriptPlan !== undefined && written === undefined) {
    problems.push(
      problem(
        'E_PLAN',
        'plan',
        'the exported plan is no object',
        `it is ${typeof scriptPlan}`,
        'export const plan = { scenarios: { … } }',
      ),
    )
  }
  const input: Loose = { ...written }
  // No part of the load: `watch-sources.ts` reads it, and its secrets stay out of the plan that is kept.
  delete input['watch']
  const chooses = (key: string): boolean =>
    settings.chosen.has(key) && (settings.beatsScript(key) || written?.['scenarios'] === undefined)
  const load = loadOf(settings, chooses, problems)
  const scenarios = isObject(input['scenarios']) ? input['scenarios'] : undefined
  let fellBack = false
  if (scenarios !== undefined) {
    input['scenarios'] = overlaid(scenarios, load, settings, problems)
  } else if (input['scenarios'] === undefined) {
    const hasAmount = 'users' in load || 'arrivals' in load
    fellBack = !hasAmount && fallback !== undefined
    if (hasAmount) input['scenarios'] = { main: load }
    else if (fallback !== undefined) input['scenarios'] = { main: { ...fallback, ...load } }
    else problems.push(noLoad())
  }
  overlayPlan(input, settings, problems)
  return { input, problems, fellBack }
}

function overlayPlan(input: Loose, settings: Settings, problems: Problem[]): void {
  const host = settings.text('host')
  if (host !== undefined && (settings.beatsScript('host') || input['host'] === undefined)) {
    input['host'] = host
    input['hostOverrides'] = settings.beatsScript('host')
  }
  const seed = settings.text('seed')
  if (seed !== undefined && (settings.beatsScript('seed') || input['seed'] === undefined)) {
    input['seed'] = numberOf(seed, 'seed', settings, problems)
  }
  const samples = settings.text('samples')
  if (samples !== undefined && (settings.beatsScript('samples') || input['samples'] === undefined))
    input['samples'] = samples
  const rules = settings.list('threshold')
  if (rules.length > 0) {
    const own = input['thresholds']
    const kept = Array.isArray(own) ? own : isObject(own) ? [own] : []
    input['thresholds'] = [...kept, ...rules]
  }
  if (settings.list('tags').length > 0) input['include'] = settings.list('tags')
  if (settings.list('excludeTags').length > 0) input['exclude'] = settings.list('excludeTags')
  const labels = settings.pairs('tag')
  if (Object.keys(labels).length > 0) {
    input['tags'] = { ...(isObject(input['tags']) ? input['tags'] : {}), ...labels }
  }
}

/** Settings of the load in the words of a scenario. */
function loadOf(settings: Settings, chooses: (key: string) => boolean, problems: Problem[]): Loose {
  const load: Loose = {}
  for (const [key, name] of LOAD_KEYS) {
    if (!chooses(key)) continue
    const text = settings.text(key)!
    load[name] = isNumber(key, text) ? numberOf(text, key, settings, problems) : text
  }
  return load
}

/** Rates and shapes stay text; what is neither has to be a number. */
function isNumber(key: string, text: string): boolean {
  if (key === 'users') return !bringsTime(text)
  return key === 'usersMax' || (key === 'spawnRate' && !text.includes('/'))
}

function overlaid(scenarios: Loose, load: Loose, settings: Settings, problems: Problem[]): Loose {
  const names = Object.keys(scenarios)
  const amounts = Object.keys(load).filter((key) => key !== 'for' && key !== 'gracefulStop')
  if (names.length > 1 && amounts.length > 0) {
    problems.push(
      problem(
        'E_USAGE',
        amounts.map((key) => settings.place(key)).join(', '),
        'the load cannot be set for several scenarios at once',
        `the plan has ${names.join(', ')}, and it is not clear which is meant`,
        'change the plan of the script, or run one of its files',
      ),
    )
    return scenarios
  }
  return Object.fromEntries(
    names.map((name) => {
      const own = scenarios[name]
      return [name, isObject(own) ? { ...withoutOther(own, load), ...load } : own]
    }),
  )
}

/** A closed load replaces an open one altogether, and the other way round; a shape brings its own time. */
function withoutOther(own: Loose, load: Loose): Loose {
  const wanted = load['users'] ?? load['arrivals']
  if (wanted === undefined) return own
  const isShape = typeof wanted === 'string' && bringsTime(wanted)
  const kept = 'arrivals' in load ? ['usersMax'] : isShape ? ['gracefulRampDown'] : CLOSED_KEYS
  const dropped = [
    ...LOAD_ONLY_KEYS.filter((key) => !kept.includes(key)),
    ...(isShape ? ['for'] : []),
  ]
  return Object.fromEntries(Object.entries(own).filter(([key]) => !dropped.includes(key)))
}

const CLOSED_KEYS = ['spawnRate', 'iterations', 'perUser']
/** Keys of a scenario that say how much load, and not who makes it, when or for how long. */
const LOAD_ONLY_KEYS = [
  ...['users', 'arrivals', 'usersMax', 'stages', 'from', 'gracefulRampDown'],
  ...CLOSED_KEYS,
]

function numberOf(text: string, key: string, settings: Settings, problems: Problem[]): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  problems.push(
    problem(
      'E_USAGE',
      settings.place(key),
      `"${text}" is not a number`,
      `${key} is a number`,
      `such as ${settings.place(key)} 10`,
    ),
  )
  return 1
}

const noLoad = (): Problem =>
  problem(
    'E_NO_LOAD',
    '',
    'nothing says how much load to make',
    'the script exports no plan, and no option names one',
    'add --users 10 --run-time 1m, or --arrivals 50/s --run-time 1m',
  )

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The form of a new run: what was typed, what is asked of the server, and which field a problem belongs to. All of it is text, as people
 * write it; the server reads it as it reads a command line. Pure.
 */
import type { Problem, RunRequest, ScriptFacts } from '../api/types.ts'
import { type PlanPoint, shapeText } from '../figures/plan-points.ts'

export interface Fields {
  readonly script: string
  readonly model: RunRequest['model']
  /** The load is drawn by points instead of said by one amount. */
  readonly isDrawn: boolean
  readonly points: readonly PlanPoint[]
  readonly users: string
  readonly spawnRate: string
  readonly arrivals: string
  readonly usersMax: string
  readonly host: string
  readonly runTime: string
  readonly stopTimeout: string
  readonly seed: string
  readonly workers: string
  /** `key=value`, by commas. */
  readonly tags: string
  /** One rule each. */
  readonly thresholds: readonly string[]
  readonly params: Readonly<Record<string, string>>
}
export type TextField = Exclude<
  keyof Fields,
  'script' | 'model' | 'isDrawn' | 'points' | 'thresholds' | 'params'
>

const POINTS: readonly PlanPoint[] = [
  { atS: 0, level: 0 },
  { atS: 30, level: 20 },
  { atS: 120, level: 20 },
]

export function initialFields({ script, defaults, host, params = [] }: ScriptFacts): Fields {
  const told = defaults.params ?? {}
  return {
    script,
    model: defaults.arrivals ? 'arrivals' : (defaults.model ?? 'users'),
    isDrawn: false,
    points: POINTS,
    users: `${defaults.users ?? 10}`,
    spawnRate: `${defaults.spawnRate ?? ''}`,
    arrivals: defaults.arrivals || '50/s',
    usersMax: defaults.usersMax ?? '',
    host: defaults.host || host || '',
    runTime: defaults.runTime ?? '',
    stopTimeout: defaults.stopTimeout ?? '',
    seed: defaults.seed ?? '',
    workers: defaults.workers === '1' ? '' : (defaults.workers ?? ''),
    tags: pairsText(defaults.tags ?? {}),
    thresholds: defaults.thresholds ?? [],
    params: Object.fromEntries(
      params.map(({ name, kind, initial }) => [
        name,
        kind === 'secret' ? '' : `${told[name] ?? initial ?? ''}`,
      ]),
    ),
  }
}

/**
 * What is left empty is left out, or said to be empty where onrush was started with something. Text that is no number goes as it is:
 * the server says best what is wrong with it.
 */
export function requestOf(fields: Fields, facts?: ScriptFacts): RunRequest {
  const { model } = fields
  const opened = facts === undefined ? undefined : initialFields(facts)
  const text = (key: TextField): Partial<RunRequest> => {
    const trimmed = fields[key].trim()
    if (trimmed === '') return opened !== undefined && opened[key] !== '' ? { [key]: '' } : {}
    const isNumber = NUMBERS.includes(key) && /^\d+(\.\d+)?$/.test(trimmed)
    return { [key]: isNumber ? Number(trimmed) : trimmed }
  }
  const thresholds = fields.thresholds.map((rule) => rule.trim()).filter((rule) => rule !== '')
  const tags = pairsOf(fields.tags)
  const params = paramsOf(fields, facts)
  return {
    model,
    ...(facts !== undefined && fields.script !== '' && { script: fields.script }),
    ...loadOf(fields, text),
    ...text('host'),
    ...text('stopTimeout'),
    ...text('seed'),
    ...text('workers'),
    ...((thresholds.length > 0 || opened?.thresholds.length) && { thresholds }),
    ...((Object.keys(tags).length > 0 || opened?.tags) && { tags }),
    ...(Object.keys(params).length > 0 && { params }),
  }
}

const NUMBERS: readonly TextField[] = ['users', 'spawnRate', 'usersMax', 'seed', 'workers']

function loadOf(
  fields: Fields,
  text: (key: TextField) => Partial<RunRequest>,
): Partial<RunRequest> {
  const { model, isDrawn, points } = fields
  if (model === 'script') return {}
  // A drawing says itself how long.
  const drawn = isDrawn ? { [model]: shapeText(points, model), runTime: '' } : undefined
  if (model === 'users')
    return drawn ?? { ...text('users'), ...text('spawnRate'), ...text('runTime') }
  return { ...(drawn ?? { ...text('arrivals'), ...text('runTime') }), ...text('usersMax') }
}

/** Those that are not as the script has them. */
function paramsOf({ params }: Fields, facts: ScriptFacts | undefined): Record<string, string> {
  const told = (facts?.params ?? []).flatMap(({ name, initial, kind }) => {
    const value = params[name] ?? ''
    const isLeft = value === '' && (kind === 'secret' || initial === null)
    return isLeft || value === `${initial}` ? [] : [[name, value] as const]
  })
  return Object.fromEntries(told)
}

const FIELD_OF: readonly (readonly [hint: RegExp, field: keyof Fields])[] = [
  [/param/i, 'params'],
  [/users-?max/i, 'usersMax'],
  [/spawn/i, 'spawnRate'],
  [/threshold/i, 'thresholds'],
  [/run-?time|\bfor\b|duration/i, 'runTime'],
  [/stop-?timeout|gracefulStop/i, 'stopTimeout'],
  [/seed/i, 'seed'],
  [/workers/i, 'workers'],
  [/--tag\b|^plan\.tags/i, 'tags'],
  [/arrivals/i, 'arrivals'],
  [/host|from the form/i, 'host'],
  [/users/i, 'users'],
]

/** Undefined: it belongs to none, and is said above the form. */
export function fieldOf({ path }: Problem): keyof Fields | undefined {
  return FIELD_OF.find(([hint]) => hint.test(path))?.[1]
}

/** Which parameter a problem is about: its place ends with the name. */
export const paramOf = ({ code, path }: Problem): string | undefined =>
  code === 'E_PARAM' ? path.split(' ').at(-1) : undefined

/** What the form shows beside model and script. */
export const shownFields = ({ model, isDrawn }: Fields): readonly (keyof Fields)[] => [
  ...(['host', 'thresholds', 'params', 'stopTimeout', 'seed', 'workers', 'tags'] as const),
  ...(model === 'users'
    ? isDrawn
      ? (['users'] as const)
      : (['users', 'spawnRate', 'runTime'] as const)
    : []),
  ...(model === 'arrivals'
    ? (['arrivals', 'usersMax', ...(isDrawn ? [] : (['runTime'] as const))] as const)
    : []),
]

export function pairsOf(text: string): Record<string, string> {
  const parts = text.split(',').map((each) => each.trim())
  return Object.fromEntries(
    parts
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=')
        return at < 0 ? [part, ''] : [part.slice(0, at).trim(), part.slice(at + 1).trim()]
      }),
  )
}

export const pairsText = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')

/** The form of a new run: what was typed, what is asked of the server, and which field a problem belongs to. Pure. */
import type { AppState, Problem, RunRequest } from '../api/types.ts'

export interface Fields {
  readonly model: RunRequest['model']
  readonly users: string
  readonly spawnRate: string
  readonly arrivals: string
  readonly usersMax: string
  readonly host: string
  readonly runTime: string
  /** One rule a line. */
  readonly thresholds: string
}
export type FieldName = keyof Fields

export function initialFields({ defaults, host }: AppState): Fields {
  return {
    model: defaults.arrivals ? 'arrivals' : (defaults.model ?? 'users'),
    users: `${defaults.users ?? 10}`,
    spawnRate: `${defaults.spawnRate ?? ''}`,
    arrivals: defaults.arrivals || '50/s',
    usersMax: '',
    host: defaults.host || host || '',
    runTime: defaults.runTime ?? '',
    thresholds: '',
  }
}

/** What is left empty is left out. Text that is no number goes as it is: the server says best what is wrong with it. */
export function requestOf(fields: Fields): RunRequest {
  const { model } = fields
  const thresholds = fields.thresholds
    .split('\n')
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '')
  return {
    model,
    ...(model === 'users' && {
      ...given('users', numberOrText(fields.users)),
      ...given('spawnRate', numberOrText(fields.spawnRate) as number | undefined),
    }),
    ...(model === 'arrivals' && {
      ...given('arrivals', textOf(fields.arrivals)),
      ...given('usersMax', numberOrText(fields.usersMax) as number | undefined),
    }),
    ...given('host', textOf(fields.host)),
    // The time of a plan in the script is in the script.
    ...(model !== 'script' && given('runTime', textOf(fields.runTime))),
    ...(thresholds.length > 0 && { thresholds }),
  }
}

const FIELD_OF: readonly (readonly [hint: RegExp, field: FieldName])[] = [
  [/users-?max/i, 'usersMax'],
  [/spawn/i, 'spawnRate'],
  [/threshold/i, 'thresholds'],
  [/run-?time|\bfor\b|duration/i, 'runTime'],
  [/arrivals/i, 'arrivals'],
  [/host/i, 'host'],
  [/users/i, 'users'],
]

/** Undefined: it belongs to none, and is said above the form. */
export function fieldOf({ path }: Problem): FieldName | undefined {
  return FIELD_OF.find(([hint]) => hint.test(path))?.[1]
}

const textOf = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim())

function numberOrText(text: string): number | string | undefined {
  const trimmed = textOf(text)
  return trimmed !== undefined && /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed
}

const given = <K extends keyof RunRequest>(
  key: K,
  value: RunRequest[K] | undefined,
): Partial<RunRequest> => (value === undefined ? {} : { [key]: value })

/**
 * From what people write to a `LoadPlan`: the script's `export const plan`, or the same shape made of command-line flags. Human
 * notation ends here; all mistakes are found at once, each with its path. Pure: which classes exist is told by the caller.
 *
 *     { name?, seed?, host?, hostOverrides?, tags?, include?, exclude?, thresholds?: ['p95(http) < 300ms'], warmup?: '30s',
 *       scenarios: { NAME: { user?: Class | 'Class' | [...],  users: 100, spawnRate?: 10  |  arrivals: '50/s', usersMax?: 400,
 *                            for?: '5m', startAfter?: '0s', gracefulStop?: '30s' } } }
 */
import type { LoadPlan, LoadShape, Scenario, Threshold, UserShare } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { THRESHOLD_SPAN_SECONDS_MAX, USERS_MAX } from '../../kernel/limits.ts'
import { parseDuration } from './duration.ts'
import { fromK6 } from './from-k6.ts'
import { parseRate, ratePerSec } from './rate.ts'
import { isProblem, ObjectReader, show } from './reader.ts'
import { parseThreshold } from './threshold.ts'

/** A user class as the script exports it. */
export interface KnownUserClass {
  readonly name: string
  readonly weight: number
  readonly fixedCount: number
  readonly host: string | null
  /** The class itself, for plans that name it by reference. */
  readonly userClass?: unknown
}
export interface PlanContext {
  readonly userClasses: readonly KnownUserClass[]
  /** Used when the plan names none. */
  readonly name?: string
  readonly seed?: number
  /** Where the plan came from, before every path: `plan`. */
  readonly path?: string
}

const SEED_MAX = 2 ** 32 - 1
const SPAWN_RATE_DEFAULT = 1
const GRACEFUL_STOP_MS_DEFAULT = 30_000
const USERS_MAX_LEAST = 100
/** Without `usersMax` an open scenario may have this many seconds of arrivals in progress. */
const USERS_MAX_SECONDS = 10

/** The plan, or every mistake in it. */
export function parsePlan(input: unknown, context: PlanContext): LoadPlan | Problem[] {
  const problems: Problem[] = []
  const reader = new ObjectReader(input, context.path ?? 'plan', problems)
  const plan: LoadPlan = {
    schemaVersion: 1,
    name: reader.text('name', context.name ?? 'run'),
    seed: reader.number('seed', context.seed ?? 1, 0, SEED_MAX),
    host: readHost(reader),
    hostOverrides: reader.flag('hostOverrides', false),
    scenarios: readScenarios(reader, context),
    thresholds: readThresholds(reader),
    ...readWarmup(reader),
    tags: readTags(reader),
    include: reader.texts('include', null),
    exclude: reader.texts('exclude', []),
  }
  reader.finish()
  return problems.length > 0 ? problems : plan
}

function readHost(reader: ObjectReader): string | null {
  const host = reader.text('host', null)
  if (host === null || /^https?:\/\/[^/\s]/.test(host)) return host
  reader.add(
    problem(
      'E_SCHEME',
      reader.at('host'),
      `the host ${show(host)} is not a web address`,
      'it does not begin with http:// or https://',
      `Write it as http://${host.replace(/^([a-z]*:)?\/\//i, '') || 'localhost:3000'}.`,
    ),
  )
  return null
}

function readScenarios(reader: ObjectReader, context: PlanContext): Scenario[] {
  const value = reader.get('scenarios')
  if (value === undefined) {
    reader.add(
      problem(
        'E_NO_LOAD',
        reader.at('scenarios'),
        'the plan has no scenarios',
        'nothing says who does what, and how much of it',
        "Add scenarios: { main: { users: 10, for: '1m' } }.",
      ),
    )
    return []
  }
  const scenarios = new ObjectReader(value, reader.at('scenarios'), reader.problems)
  if (scenarios.keys.length === 0) scenarios.report('', 'there is no scenario', 'a plan needs one')
  return scenarios.keys.map((name) => {
    const scenario = new ObjectReader(scenarios.get(name), scenarios.at(name), reader.problems)
    return readScenario(name, scenario, context)
  })
}

function readScenario(name: string, reader: ObjectReader, context: PlanContext): Scenario {
  const scenario = {
    name,
    users: readUsers(reader, context),
    load: readLoad(reader),
    startAfterMs: readMs(reader, 'startAfter', 0),
    gracefulStopMs: readMs(reader, 'gracefulStop', GRACEFUL_STOP_MS_DEFAULT),
  }
  reader.finish()
  return scenario
}

/** `user`: one class or several, by reference or name; without it, all there are. */
function readUsers(reader: ObjectReader, context: PlanContext): UserShare[] {
  const value = reader.get('user')
  if (value === undefined) {
    if (context.userClasses.length === 0) {
      reader.add(
        problem(
          'E_NO_USERS',
          reader.at('user'),
          'there is no user class to run',
          'the script exports none',
          'Export a class that extends HttpUser or User.',
        ),
      )
    }
    return context.userClasses.map(toShare)
  }
  const wanted = Array.isArray(value) ? value : [value]
  if (wanted.length === 0) reader.report('user', 'the list of classes is empty', 'nobody would run')
  const shares = new Map<string, UserShare>()
  for (const one of wanted) {
    const known = context.userClasses.find(
      (each) => each.name === one || (typeof one === 'function' && each.userClass === one),
    )
    if (known !== undefined) shares.set(known.name, toShare(known))
    else reader.add(unknownUser(one, reader.at('user'), context))
  }
  return [...shares.values()]
}

function toShare(known: KnownUserClass): UserShare {
  return { className: known.name, weight: known.weight, fixedCount: known.fixedCount }
}

function unknownUser(wanted: unknown, path: string, context: PlanContext): Problem {
  const names = context.userClasses.map((each) => each.name)
  const name = typeof wanted === 'function' ? wanted.name : wanted
  const exported = names.length === 0 ? 'no user class' : names.join(', ')
  const hint = typeof name === 'string' ? didYouMean(name, names) : ''
  return problem(
    'E_USER_UNKNOWN',
    path,
    `the plan asks for user ${show(name)}, which is not there`,
    `the script exports ${exported}. ${hint}`.trim(),
    'Correct the name, or export a class with that name.',
  )
}

/** Closed (`users`) or open (`arrivals`), never both. */
function readLoad(reader: ObjectReader): LoadShape {
  const users = reader.number('users', null, 1, USERS_MAX)
  const arrivals = reader.parsed('arrivals', null, parseRate)
  const spawnRatePerSec = readSpawnRate(reader)
  const usersMax = reader.number('usersMax', null, 1, USERS_MAX)
  const duration = reader.parsed('for', null, parseDuration)
  const durationMs = duration === null ? null : duration.ns / 1e6
  if (durationMs === 0) reader.report('for', 'it would run for no time', 'the duration is zero')
  checkCombination(reader)
  if (arrivals === null) {
    return {
      kind: 'constant-users',
      users: users ?? 1,
      spawnRatePerSec: spawnRatePerSec ?? SPAWN_RATE_DEFAULT,
      durationMs,
    }
  }
  const perSec = ratePerSec(arrivals.rate)
  const fallback = Math.max(USERS_MAX_LEAST, Math.ceil(perSec * USERS_MAX_SECONDS))
  return {
    kind: 'constant-arrivals',
    rate: arrivals.rate,
    durationMs,
    usersMax: usersMax ?? Math.min(fallback, USERS_MAX),
  }
}

function checkCombination(reader: ObjectReader): void {
  const has = (key: string): boolean => (reader.get(key) ?? null) !== null
  if (has('users') && has('arrivals')) {
    const why = '`users` is a closed load, `arrivals` an open one'
    const fix = 'Keep one of them. To bound the users of an open load, use `usersMax`.'
    reader.report('', 'both `users` and `arrivals` are given', why, fix)
  } else if (!has('users') && !has('arrivals')) {
    const why = 'nothing says how much load to make'
    const fix = "Add `users: 10` or `arrivals: '50/s'`."
    reader.report('', 'neither `users` nor `arrivals` is given', why, fix)
  } else if (has('usersMax') && !has('arrivals')) {
    reader.report('usersMax', '`usersMax` has no meaning here', 'it bounds an open load')
  } else if (has('spawnRate') && !has('users')) {
    reader.report('spawnRate', '`spawnRate` has no meaning here', 'it belongs to a closed load')
  }
}

/** Users per second: `10`, `2.5` or `'10/s'`. */
function readSpawnRate(reader: ObjectReader): number | null {
  if (typeof reader.get('spawnRate') !== 'string') {
    return reader.number('spawnRate', null, 0.001, USERS_MAX, true)
  }
  const parsed = reader.parsed('spawnRate', null, parseRate)
  return parsed === null ? null : ratePerSec(parsed.rate)
}

function readWarmup(reader: ObjectReader): { warmupMs?: number } {
  const warmupMs = readMs(reader, 'warmup', 0)
  return warmupMs > 0 ? { warmupMs } : {}
}

function readMs(reader: ObjectReader, key: string, fallbackMs: number): number {
  const parsed = reader.parsed(key, null, parseDuration)
  return parsed === null ? fallbackMs : parsed.ns / 1e6
}

/** A list of rules; thresholds in the form of k6, metric → expressions, may stand for it or in it. */
function readThresholds(reader: ObjectReader): Threshold[] {
  const value = reader.get('thresholds') ?? []
  const path = reader.at('thresholds')
  if (typeof value !== 'object') {
    reader.report('thresholds', `${show(value)} is not a list`, 'a list of rules belongs here')
    return []
  }
  const parsed = Array.isArray(value)
    ? value.flatMap((each: unknown, index) => readThreshold(each, `${path}[${index}]`))
    : readThreshold(value, path)
  const thresholds: Threshold[] = []
  for (const each of parsed) {
    if (isProblem(each)) reader.add(each)
    else thresholds.push(each)
  }
  const spanSeconds = thresholds.reduce((sum, each) => sum + (each.overMs ?? 0) / 1_000, 0)
  if (spanSeconds > THRESHOLD_SPAN_SECONDS_MAX) {
    const what = `the sliding spans of all rules come to ${spanSeconds} s`
    const why = `at most ${THRESHOLD_SPAN_SECONDS_MAX} s are remembered, one histogram per second`
    reader.report('thresholds', what, why)
  }
  return thresholds
}

function readThreshold(value: unknown, path: string): (Threshold | Problem)[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [parseThreshold(value, path)]
  }
  return Object.entries(value).flatMap(([metric, entries]: [string, unknown]) =>
    (Array.isArray(entries) ? entries : [entries]).map((entry: unknown, index) =>
      fromK6(metric, entry, `${path}.${metric}[${index}]`),
    ),
  )
}

function readTags(reader: ObjectReader): Record<string, string> {
  const value = reader.get('tags')
  if (value === undefined || value === null) return {}
  const tags = new ObjectReader(value, reader.at('tags'), reader.problems)
  return Object.fromEntries(tags.keys.map((key) => [key, tags.text(key, '')]))
}

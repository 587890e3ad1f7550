/**
 * How much load a scenario makes, from what people write to a `LoadShape`. Closed: a number of users, users over time, or users
 * with iterations. Open: a rate of arrivals, or a rate over time. Text is read by `shape-text.ts`, lists and stairs by
 * `shape-lists.ts`; what goes together is said by `load-combination.ts`.
 *
 *     { users: 100, spawnRate?: 10, for?: '5m' }                     { arrivals: '50/s', usersMax?: 400, for?: '5m' }
 *     { users: '0 → 100 over 1m, hold 5m', gracefulRampDown?: '30s' }  { arrivals: '0 → 120/s over 30s', usersMax?: 400 }
 *     { from?: 10, stages: [{ to: 50, over: '1m', hold: '5m', classes?: ['Buyer'] }] }     the same with rates, without classes; { from, by, times, every, ramps } for stairs
 *     { arrivals: { offsetsMs: [0, 12.5, …], speed?: 2 } }             as they once came; of a file: see `app/cli/replay-file.ts`
 *     { users: 5, iterations: 10, perUser?: true, for?: '10m' }
 */
import type { LoadShape, Rate } from '../../contracts/plan.ts'
import { ITERATIONS_MAX, USERS_MAX } from '../../kernel/limits.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { checkCombination } from './load-combination.ts'
import { type LevelUnit, lengthNs, type Profile, sameLevel } from './profile.ts'
import { FASTEST_PER_SEC, parseRate, ratePerSec } from './rate.ts'
import { isProblem, type ObjectReader } from './reader.ts'
import { readReplay } from './replay-input.ts'
import { arrivalsShape, usersMaxFor, usersShape } from './shape-build.ts'
import { readStages, readStairs } from './shape-lists.ts'
import { parseShapeText } from './shape-text.ts'
import type { KnownUserClass } from './user-input.ts'

const SPAWN_RATE_DEFAULT = 1
const GRACEFUL_RAMP_DOWN_MS_DEFAULT = 30_000
const ITERATIONS_FOR_MS_DEFAULT = 600_000

/** What `users`, `arrivals` or `stages` say. */
type Amount =
  | { readonly unit: LevelUnit; readonly level: Rate; readonly durationNs: number | null }
  | { readonly unit: LevelUnit; readonly profile: Profile }

/** What only a shape has: its words, or a time behind something else. */
const SHAPE_WORDS =
  /→|->|,|\b(?:over|for|hold|to|jump|spike|nothing|stairs|sine|smooth)\b|\s\d[\d.]*(?:ms|s|m|h|d)\b/i

/** A number or rate alone says nothing about time; anything else is a shape that brings its own. */
export function bringsTime(text: string): boolean {
  return SHAPE_WORDS.test(text)
}

export function readLoad(reader: ObjectReader, classes: readonly KnownUserClass[]): LoadShape {
  const replay = readReplay(reader)
  if (replay !== undefined) return replay
  const duration = reader.parsed('for', null, parseDuration)
  const amount = readAmount(reader, classes)
  const spawnRatePerSec = readSpawnRate(reader)
  const usersMax = reader.number('usersMax', null, 1, USERS_MAX)
  const iterations = reader.number('iterations', null, 1, ITERATIONS_MAX)
  const perUser = reader.flag('perUser', false)
  const gracefulRampDownMs = readMs(reader, 'gracefulRampDown', GRACEFUL_RAMP_DOWN_MS_DEFAULT)
  if (duration?.ns === 0) reader.report('for', 'it would run for no time', 'the duration is zero')
  checkCombination(
    reader,
    amount && { isOpen: amount.unit === 'arrivals', isShape: 'profile' in amount },
  )
  const durationNs = timeOf(amount, duration?.ns ?? null, reader)
  const durationMs = durationNs === null ? null : durationNs / 1e6

  if (amount !== undefined && 'profile' in amount) {
    const { profile, unit } = amount
    if (unit === 'users') return usersShape(profile, gracefulRampDownMs)
    const shape = arrivalsShape(profile, usersMax, reader.at('arrivals'))
    if (!isProblem(shape)) return shape
    reader.add(shape)
  } else if (amount?.unit === 'arrivals') {
    const rate = amount.level
    const most = usersMax ?? usersMaxFor(ratePerSec(rate))
    return { kind: 'constant-arrivals', rate, durationMs, usersMax: most }
  }
  const users = amount !== undefined && 'level' in amount ? amount.level.arrivals : 1
  if (iterations !== null) {
    const kind = perUser ? 'per-user-iterations' : 'shared-iterations'
    return { kind, users, iterations, durationMs: durationMs ?? ITERATIONS_FOR_MS_DEFAULT }
  }
  const spawnRate = spawnRatePerSec ?? SPAWN_RATE_DEFAULT
  return { kind: 'constant-users', users, spawnRatePerSec: spawnRate, durationMs }
}

/** Undefined when there is none, or it cannot be read; both are said. */
function readAmount(reader: ObjectReader, classes: readonly KnownUserClass[]): Amount | undefined {
  const [users, arrivals] = [reader.get('users') ?? null, reader.get('arrivals') ?? null]
  const before = reader.problems.length
  const staged = readStages(reader, classes)
  // What follows from a stage that could not be read is not said.
  const isRead = staged !== undefined && reader.problems.length === before
  if (arrivals !== null) return readValue(reader, 'arrivals', arrivals)
  if (users !== null) return readValue(reader, 'users', users)
  return isRead ? checked(reader, 'stages', staged) : staged
}

function readValue(reader: ObjectReader, unit: LevelUnit, value: unknown): Amount | undefined {
  if (typeof value === 'object' && !Array.isArray(value)) {
    const profile = readStairs(value, unit, reader.at(unit), reader.problems)
    return profile === undefined ? undefined : checked(reader, unit, { unit, profile })
  }
  if (typeof value === 'string' && bringsTime(value)) {
    const profile = parseShapeText(value, unit, reader.at(unit))
    if (!Array.isArray(profile)) return checked(reader, unit, constant(profile, value, unit))
    for (const each of profile) reader.add(each)
    return undefined
  }
  if (unit === 'users') {
    const users = reader.number('users', null, 1, USERS_MAX)
    return users === null
      ? undefined
      : { unit, level: { arrivals: users, perNs: 1 }, durationNs: null }
  }
  const rate = reader.parsed('arrivals', null, parseRate)?.rate
  return rate === undefined ? undefined : { unit, level: rate, durationNs: null }
}

/** `50/s for 1m`, one phase that stays, is the constant load of that time. */
function constant(profile: Profile, text: string, unit: LevelUnit): Amount {
  const [stage, ...more] = profile.stages
  const isOne = stage !== undefined && more.length === 0 && !text.includes(',')
  if (!isOne || !sameLevel(stage.level, profile.start)) return { unit, profile }
  return { unit, level: stage.level, durationNs: stage.durationNs }
}

/** Says what no load can be: nothing at all, for no time, for ever, or more than can be made. */
function checked(reader: ObjectReader, key: string, amount: Amount): Amount {
  const { unit } = amount
  const stages = 'profile' in amount ? amount.profile.stages : []
  const start = 'profile' in amount ? amount.profile.start : amount.level
  const levels = [start, ...stages.map((each) => each.level)]
  const ns = 'profile' in amount ? lengthNs(amount.profile) : amount.durationNs
  const peak = levels.reduce((most, { arrivals, perNs }) => Math.max(most, arrivals / perNs), 0)
  const most = unit === 'users' ? USERS_MAX : FASTEST_PER_SEC / 1e9
  if (peak === 0) {
    const why = 'nothing would ever happen'
    reader.report(key, 'the load never leaves zero', why, 'Name a level above 0.')
  } else if (peak > most) {
    const bound = unit === 'users' ? `${USERS_MAX} users` : `${FASTEST_PER_SEC} arrivals a second`
    reader.report(key, 'the load is too high', `more than ${bound} cannot be made`, 'Stay below.')
  }
  if (ns === 0) {
    const fix = "Add one, such as 'hold 1m'."
    reader.report(key, 'it would run for no time', 'no phase has a time', fix)
  } else if (ns !== null && ns > Number.MAX_SAFE_INTEGER) {
    reader.report(key, 'the load takes too long', 'it is longer than 104 days', 'Shorten a phase.')
  }
  return amount
}

/** `for`, or what the shape says; both only when they agree. */
function timeOf(
  amount: Amount | undefined,
  forNs: number | null,
  reader: ObjectReader,
): number | null {
  if (amount === undefined) return forNs
  const ownNs = 'profile' in amount ? lengthNs(amount.profile) : amount.durationNs
  if (ownNs === null) return forNs
  if (forNs !== null && forNs !== ownNs) {
    const what = `${formatDuration(forNs)} is not how long the load takes`
    const why = `its phases add up to ${formatDuration(ownNs)}`
    reader.report('for', what, why, 'Leave the time out, or change a phase.')
  }
  return ownNs
}

/** Users per second: `10`, `2.5` or `'10/s'`. */
function readSpawnRate(reader: ObjectReader): number | null {
  if (typeof reader.get('spawnRate') !== 'string') {
    return reader.number('spawnRate', null, 0.001, USERS_MAX, true)
  }
  const parsed = reader.parsed('spawnRate', null, parseRate)
  return parsed === null ? null : ratePerSec(parsed.rate)
}

/** The duration at `key` in ms. */
export function readMs(reader: ObjectReader, key: string, fallbackMs: number): number {
  const parsed = reader.parsed(key, null, parseDuration)
  return parsed === null ? fallbackMs : parsed.ns / 1e6
}

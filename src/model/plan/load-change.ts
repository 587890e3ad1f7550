/**
 * What somebody wants of a running scenario, as the load that follows from an instant on. A number of users or a rate lasts as long
 * as the scenario would have; a load over time brings its own end and, when it names no first level, begins where the scenario is:
 *
 *     { users: 200, spawnRate?: 50 }   { users: '→ 300 over 30s, hold 2m' }   { arrivals: '80/s', usersMax?: 900 }
 *
 * Pure. Who asks when, and who is told, is `run/coordinator/steering.ts`.
 */
import type { LoadShape, UserShare } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { USERS_MAX } from '../../kernel/limits.ts'
import type { Course } from './course.ts'
import { readLoad } from './load-input.ts'
import { formatRate } from './rate.ts'
import { ObjectReader } from './reader.ts'
import { isOpen, type OpenLoad } from './shape.ts'

export interface LoadRequest {
  /** May be left out when the plan has only one. */
  readonly scenario?: string
  /** A whole number, 0 or more, or a load over time. */
  readonly users?: number | string
  /** Users per second; without it the scenario's own, or all within a second. */
  readonly spawnRate?: number
  /** Of users given as a number: the mix from then on; who is there changes at the spawn rate. */
  readonly classes?: readonly UserShare[]
  /** A rate or a load over time. */
  readonly arrivals?: string
  readonly usersMax?: number
}

const BEGINS_WITH_ARROW = /^\s*(?:→|->|to\b)/

/** The load of `course` from `fromMs` on the run clock, or what is wrong with the request. */
export function changedLoad(
  course: Course,
  request: LoadRequest,
  fromMs: number,
): LoadShape | readonly Problem[] {
  const { name } = course.scenario
  const problems: Problem[] = []
  const { scenario: _, ...wanted } = request
  const refused = refusal(course, request, fromMs)
  if (refused !== undefined) return [problem('E_STEER', `scenario ${name}`, ...refused)]
  if (typeof request.users === 'number') return usersChange(course, request, fromMs)
  const reader = new ObjectReader(withStart(course, wanted, fromMs), `scenario ${name}`, problems)
  const load = readLoad(reader, [])
  reader.finish()
  if (problems.length > 0) return problems
  if (!isOpen(load)) return load
  const now = course.load as OpenLoad
  const usersMax = request.usersMax ?? Math.max(now.usersMax, load.usersMax)
  if (load.kind !== 'constant-arrivals') return { ...load, usersMax }
  return { ...load, usersMax, durationMs: restMs(course, fromMs) }
}

function refusal(
  { load, endMs }: Course,
  { users, arrivals, spawnRate }: LoadRequest,
  fromMs: number,
): [what: string, why: string, fix: string] | undefined {
  if (endMs !== null && endMs <= fromMs)
    return ['it is over', 'its time has passed', 'Run it again.']
  if ('iterations' in load) {
    return ['its load cannot be changed', 'it works a fixed number of iterations', 'Stop the run.']
  }
  if ((users === undefined) === (arrivals === undefined))
    return ['a change names users or arrivals', 'one of both is needed', 'Name one.']
  if (isOpen(load) !== (arrivals !== undefined)) {
    const [has, not] = isOpen(load) ? ['arrivals', 'users'] : ['users', 'arrivals']
    return [`it has no ${not} to change`, `its load is given as ${has}`, `Change its ${has}.`]
  }
  const isNumber = typeof users === 'number'
  if (isNumber && !(Number.isInteger(users) && users >= 0 && users <= USERS_MAX))
    return [`${users} is no number of users`, `whole numbers up to ${USERS_MAX} are`, 'Name one.']
  if (spawnRate !== undefined && !(spawnRate > 0 && spawnRate <= USERS_MAX))
    return [`${spawnRate} is no spawn rate`, 'it is users per second, above 0', 'Name one.']
  return undefined
}

function usersChange(course: Course, request: LoadRequest, fromMs: number): LoadShape {
  const users = request.users as number
  const fromUsers = usersBefore(course, fromMs)
  const own = course.load.kind === 'constant-users' ? course.load.spawnRatePerSec : 0
  const spawnRatePerSec = request.spawnRate ?? Math.max(own, Math.abs(users - fromUsers), 1)
  const { classes } = request
  const mix = classes && { classes, overMs: (fromUsers / spawnRatePerSec) * 1_000 }
  return {
    kind: 'constant-users',
    fromUsers,
    users,
    spawnRatePerSec,
    durationMs: restMs(course, fromMs),
    ...(mix && { mix }),
  }
}

/** A load that begins with an arrow begins at what is planned now. */
function withStart(course: Course, request: LoadRequest, fromMs: number): object {
  const { users, arrivals } = request
  if (typeof users === 'string' && BEGINS_WITH_ARROW.test(users))
    return { ...request, users: `${usersBefore(course, fromMs)} ${users}` }
  if (arrivals !== undefined && BEGINS_WITH_ARROW.test(arrivals))
    return { ...request, arrivals: `${rateAt(course, fromMs)} ${arrivals}` }
  return request
}

/** Users that the course plans up to an instant of the run clock: those that would come or go just then have not. */
export function usersBefore(course: Course, runMs: number): number {
  return course.users?.usersAt(course.elapsedNs(runMs) - 1) ?? 0
}

/** A rate as people write it: a constant one as it is, a changing one as in the second before. */
export function rateAt(course: Course, runMs: number): string {
  const { load, arrivals } = course
  if (load.kind === 'constant-arrivals') return formatRate(load.rate)
  const untilNs = course.elapsedNs(runMs)
  return `${arrivals === undefined ? 0 : arrivals.countBy(untilNs) - arrivals.countBy(untilNs - 1e9)}/s`
}

const restMs = ({ endMs }: Course, fromMs: number): number | null =>
  endMs === null ? null : endMs - fromMs

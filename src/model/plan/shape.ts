/**
 * From a load shape to the pure function behind it. Everything that asks "when is arrival k due" or "how many users at t"
 * asks here, so that a further shape is one schedule, one case below, and no change in executors, plans or results.
 * Schedules speak of the whole plan: which part one worker owns is the business of `share.ts`.
 */
import type { LoadShape } from '../../contracts/plan.ts'
import { PoissonArrivals } from './poisson-arrivals.ts'
import { RampingArrivals } from './ramping-arrivals.ts'
import { RampingUsers } from './ramping-users.ts'
import { ReplayedArrivals } from './replayed-arrivals.ts'
import { ConstantArrivals, UserRamp } from './schedules.ts'

/** Open load: when work arrives. Arrivals are counted from 0; offsets are whole ns (or ms) after the scenario's start. */
export interface ArrivalSchedule {
  /** Arrivals of the whole plan; Infinity when it has no end. */
  readonly totalCount: number
  /** When arrival `index`, below `totalCount`, is due; below 2^53 and never less than the one before. */
  dueNs(index: number): number
  /** The same in fractional ms: what executors wait for. */
  dueMs(index: number): number
  /** Arrivals whose exact due time is at or before `elapsedNs`. */
  countBy(elapsedNs: number): number
}

/** Closed load: how many users exist. */
export interface UserSchedule {
  /** At the instant of a change the new value holds; before the start there are none. */
  usersAt(elapsedNs: number): number
  /** The first instant after `elapsedNs` at which the number differs; undefined when it stays. */
  nextChangeNs(elapsedNs: number): number | undefined
}

/** A shape in which work arrives, whatever the users are doing. */
export type OpenLoad = Extract<LoadShape, { readonly usersMax: number }>
/** A shape in which each user does one thing after the other. */
export type ClosedLoad = Exclude<LoadShape, OpenLoad>

export function isOpen(load: LoadShape): load is OpenLoad {
  return 'usersMax' in load
}

/** Undefined for a closed load. */
export function arrivalSchedule(load: OpenLoad): ArrivalSchedule
export function arrivalSchedule(load: LoadShape): ArrivalSchedule | undefined
export function arrivalSchedule(load: LoadShape): ArrivalSchedule | undefined {
  if (!isOpen(load)) return undefined
  const base = evenSchedule(load)
  if (load.poisson === undefined) return base
  const durationNs = load.durationMs === null ? null : toNs(load.durationMs)
  return new PoissonArrivals(base, durationNs, load.poisson.seed, load.poisson.stream)
}

function evenSchedule(load: OpenLoad): ArrivalSchedule {
  if (load.kind === 'constant-arrivals') {
    return new ConstantArrivals(load.rate, load.durationMs === null ? null : toNs(load.durationMs))
  }
  if (load.kind === 'replayed-arrivals') return new ReplayedArrivals(load.offsetsMs, load.speed)
  const stages = load.stages.map(({ arrivals, durationMs }) => ({
    arrivals,
    durationNs: toNs(durationMs),
  }))
  return new RampingArrivals(load.perNs, load.startArrivals, stages)
}

/** Undefined for an open load. */
export function userSchedule(load: ClosedLoad): UserSchedule
export function userSchedule(load: LoadShape): UserSchedule | undefined
export function userSchedule(load: LoadShape): UserSchedule | undefined {
  switch (load.kind) {
    case 'constant-users':
      return new UserRamp(load.fromUsers ?? 0, load.users, load.spawnRatePerSec)
    case 'ramping-users':
      return new RampingUsers(
        load.startUsers,
        load.stages.map(({ users, durationMs }) => ({ users, durationNs: toNs(durationMs) })),
      )
    case 'per-user-iterations':
    case 'shared-iterations':
      return new RampingUsers(load.users, [])
    default:
      return undefined
  }
}

/** Most users that can exist at one time, those that are asked to end and have not yet left aside. */
export function usersPeak(load: LoadShape): number {
  if (isOpen(load)) return load.usersMax
  if (load.kind !== 'ramping-users') return load.users
  return load.stages.reduce((most, { users }) => Math.max(most, users), load.startUsers)
}

/** Highest rate of an open load, arrivals per second. */
export function arrivalsPerSecPeak(load: OpenLoad): number {
  if (load.kind === 'constant-arrivals') return (load.rate.arrivals * 1e9) / load.rate.perNs
  if (load.kind === 'replayed-arrivals') return busiestSecond(load.offsetsMs, load.speed)
  const most = load.stages.reduce((a, { arrivals }) => Math.max(a, arrivals), load.startArrivals)
  return (most * 1e9) / load.perNs
}

/** Most arrivals within one second of the replay. */
function busiestSecond(offsetsMs: readonly number[], speed: number): number {
  let most = 0
  let from = 0
  for (let to = 0; to < offsetsMs.length; to++) {
    while (offsetsMs[to]! - offsetsMs[from]! >= 1_000 * speed) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

/** Plans carry fractional ms of whole ns. */
function toNs(durationMs: number): number {
  return Math.round(durationMs * 1e6)
}

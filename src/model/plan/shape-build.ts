/**
 * From a line of levels to the `LoadShape` that schedules follow: whole arrivals in one unit of time that all levels share. Of the
 * units that fit, the one people would take (a second before a minute), so that a plan as JSON can be read.
 */
import type { LoadShape } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { USERS_MAX } from '../../kernel/limits.ts'
import { gcd } from './exact.ts'
import { lengthNs, type Profile } from './profile.ts'
import { UNIT_NS } from './rate.ts'

export type RampingUsers = LoadShape & { readonly kind: 'ramping-users' }
export type RampingArrivals = LoadShape & { readonly kind: 'ramping-arrivals' }

const USERS_MAX_LEAST = 100
/** Without `usersMax` an open scenario may have this many seconds of arrivals in progress. */
const USERS_MAX_SECONDS = 10

export function usersShape(profile: Profile, gracefulRampDownMs: number): RampingUsers {
  return {
    kind: 'ramping-users',
    startUsers: profile.start.arrivals,
    stages: profile.stages.map(({ level, durationNs, mix }) => ({
      users: level.arrivals,
      durationMs: durationNs / 1e6,
      ...(mix !== undefined && { mix }),
    })),
    durationMs: lengthNs(profile) / 1e6,
    gracefulRampDownMs,
  }
}

/** `usersMax`: null takes the default of the peak rate. */
export function arrivalsShape(
  profile: Profile,
  usersMax: number | null,
  path: string,
): RampingArrivals | Problem {
  const levels = [profile.start, ...profile.stages.map((stage) => stage.level)]
  const perNs = levels.reduce((common, { perNs }) => (common / gcd(common, perNs)) * perNs, 1)
  const units = [UNIT_NS['s']!, UNIT_NS['min']!, UNIT_NS['h']!, UNIT_NS['d']!]
  const unit = units.find((each) => each % perNs === 0) ?? perNs
  const counts = levels.map((level) => level.arrivals * (unit / level.perNs))
  if (![unit, ...counts].every(Number.isSafeInteger)) {
    const why = 'their common unit of time is too long'
    const fix = 'Write all of them per second, or all per minute.'
    return problem('E_SHAPE', path, 'these rates do not go together', why, fix)
  }
  const [startArrivals = 0, ...targets] = counts
  const peakPerSec = (counts.reduce((most, count) => Math.max(most, count), 0) / unit) * 1e9
  return {
    kind: 'ramping-arrivals',
    perNs: unit,
    startArrivals,
    stages: profile.stages.map(({ durationNs }, index) => ({
      arrivals: targets[index]!,
      durationMs: durationNs / 1e6,
    })),
    durationMs: lengthNs(profile) / 1e6,
    usersMax: usersMax ?? usersMaxFor(peakPerSec),
  }
}

/** Enough for iterations of ten seconds at the peak. */
export function usersMaxFor(peakPerSec: number): number {
  return Math.min(USERS_MAX, Math.max(USERS_MAX_LEAST, Math.ceil(peakPerSec * USERS_MAX_SECONDS)))
}

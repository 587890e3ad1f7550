/**
 * A load over time as points that a person can drag, and the text the command line takes for it. Between two points the load goes in a
 * straight line; two points at one time are a jump. The text says exactly the points. Pure.
 */
import type { LoadPlan } from '../api/types.ts'
import { durationText } from './duration-text.ts'

export interface PlanPoint {
  /** Whole. */
  readonly atS: number
  /** Users, or arrivals per second. */
  readonly level: number
}
export type PlanUnit = 'users' | 'arrivals'

export const POINTS_MAX = 50
const LEVEL_MAX = 10_000_000
const SECONDS_MAX = 30 * 86_400

/** In order, the first at 0, with levels that can be written. */
export function tidied(points: readonly PlanPoint[], unit: PlanUnit): PlanPoint[] {
  let floorS = 0
  return points.slice(0, POINTS_MAX).map(({ atS, level }, index) => {
    floorS = index === 0 ? 0 : Math.min(SECONDS_MAX, Math.max(floorS, Math.round(atS) || 0))
    return { atS: floorS, level: written(level, unit) }
  })
}

/** Such as `0 → 100 over 30s, hold 1m`. Empty: there is no time in it. */
export function shapeText(points: readonly PlanPoint[], unit: PlanUnit): string {
  const [first, ...rest] = tidied(points, unit)
  if (first === undefined || (rest.at(-1)?.atS ?? 0) === 0) return ''
  const perSec = unit === 'arrivals' ? '/s' : ''
  let before = first
  let isStated = false
  const phases: string[] = []
  for (const point of rest) {
    const time = durationText((point.atS - before.atS) * 1_000)
    const [from, to] = [before.level, point.level].map((level) => `${level}${perSec}`)
    if (point.atS === before.atS) {
      if (isStated && to !== from) phases.push(`jump to ${to}`)
    } else if (to !== from)
      phases.push(isStated ? `${to} over ${time}` : `${from} → ${to} over ${time}`)
    else phases.push(isStated ? `hold ${time}` : `${from} for ${time}`)
    isStated ||= point.atS > before.atS
    before = point
  }
  return phases.join(', ')
}

/** A new point in the middle of the stretch after `index`, or a minute after the last one. */
export function withPointAfter(points: readonly PlanPoint[], index: number): PlanPoint[] {
  const at = points[index]
  if (at === undefined || points.length >= POINTS_MAX) return [...points]
  const next = points[index + 1]
  const added =
    next === undefined
      ? { atS: at.atS + 60, level: at.level }
      : { atS: (at.atS + next.atS) / 2, level: (at.level + next.level) / 2 }
  return [...points.slice(0, index + 1), added, ...points.slice(index + 1)]
}

/** At a place somebody pointed to. */
export function withPointAt(points: readonly PlanPoint[], point: PlanPoint): PlanPoint[] {
  if (points.length >= POINTS_MAX) return [...points]
  return [...points, point].sort((a, b) => a.atS - b.atS)
}

/** Moved, but not past its neighbours; the first one stays at 0. */
export function moved(points: readonly PlanPoint[], index: number, to: PlanPoint): PlanPoint[] {
  const low = points[index - 1]?.atS ?? 0
  const high = points[index + 1]?.atS ?? SECONDS_MAX
  const atS = index === 0 ? 0 : Math.min(high, Math.max(low, to.atS))
  return points.map((each, at) => (at === index ? { atS, level: Math.max(0, to.level) } : each))
}

/** Two are left at least. */
export const withoutPoint = (points: readonly PlanPoint[], index: number): PlanPoint[] =>
  points.length <= 2 ? [...points] : points.filter((_, at) => at !== index)

/** The points of a load that was run; undefined: points do not say it. */
export function pointsOf(load: LoadPlan['scenarios'][number]['load']): PlanPoint[] | undefined {
  if (load.kind !== 'ramping-users' && load.kind !== 'ramping-arrivals') return undefined
  if (load.stages.length >= POINTS_MAX) return undefined
  const perSec = load.kind === 'ramping-arrivals' ? 1e9 / load.perNs : 1
  const levelOf = (count: number): number => Math.round(count * perSec * 1e6) / 1e6
  const start = load.kind === 'ramping-users' ? load.startUsers : load.startArrivals
  let atMs = 0
  const points = load.stages.map((stage) => {
    atMs += stage.durationMs
    return { atS: atMs / 1_000, level: levelOf('users' in stage ? stage.users : stage.arrivals) }
  })
  const all = [{ atS: 0, level: levelOf(start) }, ...points]
  const unit = load.kind === 'ramping-users' ? 'users' : 'arrivals'
  const isExact = all.every(
    ({ atS, level }) => Number.isInteger(atS) && written(level, unit) === level,
  )
  return isExact ? all : undefined
}

function written(level: number, unit: PlanUnit): number {
  const kept = Math.min(LEVEL_MAX, Math.max(0, level || 0))
  return unit === 'users' ? Math.round(kept) : Math.round(kept * 10) / 10
}

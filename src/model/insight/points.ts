/**
 * Which stretches of a run say something about the target, and what one of them says: no warm-up, no pause, no second in which nothing was
 * answered, and not the last one of a moment. Pure.
 */
import type { InsightFacts, NotEvaluated } from '../../contracts/insight.ts'
import { PHASE_NAMES, type PhaseName } from '../../contracts/plan.ts'
import type { ViewPoint } from '../../contracts/view.ts'
import { INSIGHT_LIMITS } from './limits.ts'

/** In order of time. */
export function telling({ points, result }: InsightFacts): readonly ViewPoint[] {
  const endMs = result.run.durationMs
  return points.filter(
    ({ atMs, spanMs, requests, paused, warmup }) =>
      requests > 0 && paused === undefined && warmup === undefined && atMs + spanMs <= endMs + 50,
  )
}

/** Why it cannot be looked at; undefined: it can. */
export function tooLittle(points: readonly ViewPoint[], least: number): NotEvaluated | undefined {
  const sum = points.reduce((total, { requests }) => total + requests, 0)
  const requests = INSIGHT_LIMITS.all.requests.value
  if (points.length >= least && sum >= requests) return undefined
  const why =
    points.length < least
      ? `the run has ${points.length} stretches to look at, and it takes ${least}: let it run longer`
      : `${sum} requests are too few: it takes ${requests}`
  return { notEvaluated: why }
}

export const perSec = (count: number, { spanMs }: ViewPoint): number => (count * 1_000) / spanMs

/** Answers that passed, per second. */
export const goodPerSec = (point: ViewPoint): number =>
  perSec(point.requests - point.failures, point)

/** Mean time from the send to the end, ms, by Little's law: failures are in it, which have no phases. */
export const meanMs = (point: ViewPoint): number =>
  (point.inFlight * 1_000) / perSec(point.requests, point)

/** Mean of some phases together, per request, ms. */
export function phasesOf({ phasesMs }: ViewPoint, names: readonly PhaseName[]): number {
  return names.reduce((sum, name) => sum + (phasesMs[PHASE_NAMES.indexOf(name)] ?? 0), 0)
}

/** Is work due by the clock, or when a user is free? */
export const isOpen = (point: ViewPoint): boolean => arrivalsOf(point) > 0

/** Arrivals per second where the model is open, users where it is closed. */
export const loadOf = (point: ViewPoint): number =>
  isOpen(point) ? perSec(arrivalsOf(point), point) : point.users

function arrivalsOf({ planned, arrivals }: ViewPoint): number {
  return Math.max(planned?.arrivals ?? 0, arrivals.started + arrivals.dropped)
}

/** The quarter with the fewest requests in flight, two at least. */
export function leastBusy(points: readonly ViewPoint[]): readonly ViewPoint[] {
  return byInFlight(points).slice(0, quarter(points))
}

/** The quarter with the most. */
export function busiest(points: readonly ViewPoint[]): readonly ViewPoint[] {
  return byInFlight(points).slice(-quarter(points))
}

const quarter = (points: readonly ViewPoint[]): number => Math.max(2, Math.floor(points.length / 4))

function byInFlight(points: readonly ViewPoint[]): ViewPoint[] {
  return [...points].sort((a, b) => a.inFlight - b.inFlight)
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** From the beginning of the first to the end of the last. */
export function spanOf(points: readonly ViewPoint[]): {
  readonly fromMs: number
  readonly toMs: number
} {
  const fromMs = Math.min(...points.map(({ atMs }) => atMs))
  return { fromMs, toMs: Math.max(...points.map(({ atMs, spanMs }) => atMs + spanMs)) }
}

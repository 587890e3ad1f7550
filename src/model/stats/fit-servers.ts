/**
 * How many servers a target behaves like, from mean response times at several rates: the M/M/c queue that comes nearest to them. "Ten
 * effective servers" often is the size of a pool (database connections, worker processes). An estimate to look into, not a
 * measurement: real service times are rarely exponential.
 */
import { mmc } from './queueing.ts'

export interface RatePoint {
  readonly arrivalRatePerSec: number
  readonly sojournMeanSec: number
}
export interface EffectiveServers {
  readonly servers: number
  readonly serviceRatePerSec: number
  readonly capacityPerSec: number
}

const SERVERS_MAX = 256
/** So many more servers that fit worse, beyond twice the best, are enough. */
const PATIENCE = 8
/** Fewer rates carry no shape. */
export const FIT_POINTS_MIN = 3

export function fitServers(points: readonly RatePoint[]): EffectiveServers | null {
  if (points.length < FIT_POINTS_MIN) return null
  let best: { servers: number; service: number; error: number } | undefined
  for (let servers = 1; servers <= SERVERS_MAX; servers++) {
    const service = bestService(points, servers)
    const error = errorOf(points, servers, service)
    if (best === undefined || error < best.error) best = { servers, service, error }
    else if (servers > 2 * best.servers + PATIENCE) break
  }
  if (best === undefined || !Number.isFinite(best.error)) return null
  const { servers, service } = best
  return { servers, serviceRatePerSec: service, capacityPerSec: servers * service }
}

/** Golden section over the logarithm of the service rate: between what the load needs at least and an idle target. */
function bestService(points: readonly RatePoint[], servers: number): number {
  const rate = Math.max(...points.map((each) => each.arrivalRatePerSec))
  const fastest = Math.min(...points.map((each) => each.sojournMeanSec))
  const ratio = (Math.sqrt(5) - 1) / 2
  let low = Math.log((rate / servers) * (1 + 1e-9))
  let high = Math.max(low + 1e-6, Math.log(4 / fastest))
  for (let step = 0; step < 80; step++) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)]
    const isLeft =
      errorOf(points, servers, Math.exp(left)) < errorOf(points, servers, Math.exp(right))
    if (isLeft) high = right
    else low = left
  }
  return Math.exp((low + high) / 2)
}

/** Of logarithms: a response ten times too long weighs as much as one ten times too short. */
function errorOf(points: readonly RatePoint[], servers: number, serviceRatePerSec: number): number {
  return points.reduce((sum, { arrivalRatePerSec, sojournMeanSec }) => {
    const figures = mmc({ arrivalRatePerSec, serviceRatePerSec, servers })
    if (figures === undefined) return Number.POSITIVE_INFINITY
    return sum + Math.log(figures.sojournMeanSec / sojournMeanSec) ** 2
  }, 0)
}

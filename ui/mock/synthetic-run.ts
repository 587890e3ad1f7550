/**
 * A run that nobody made: figures by formulas and a seeded generator, a second at a time, in the shape the server speaks. It ramps up, slows
 * down for some after a minute and then fails at times. For the development server and the browser tests; never shipped.
 */

import { HEAT_ROWS_MS } from '../../src/model/view/heat.ts'
import type { SeriesResult, ViewPoint } from '../src/api/types.ts'

const ROWS = HEAT_ROWS_MS.length
const SLOW_FROM_S = 55

/** Small and repeatable; good enough for pictures. */
export function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export interface Second {
  readonly index: number
  readonly users: number
  readonly plannedUsers: number
  readonly isPaused: boolean
  readonly isOpen: boolean
}

export function syntheticPoint(second: Second, random: () => number): ViewPoint {
  const { index, users, plannedUsers, isPaused, isOpen } = second
  const isSlow = index >= SLOW_FROM_S && index % 90 < 60
  const requests = isPaused ? 0 : Math.round(users * (1.9 + 0.2 * random()) * (isSlow ? 0.9 : 1))
  const counts = new Array<number>(ROWS).fill(0)
  for (let sample = 0; sample < requests; sample++) {
    const isInSlowHump = random() < (isSlow ? 0.14 : 0.015)
    const centre = isInSlowHump ? 29.5 : 20.5
    const row = Math.round(centre + (random() + random() + random() - 1.5) * 3.2)
    counts[Math.min(ROWS - 1, Math.max(0, row))]!++
  }
  const failures = isSlow ? Math.round(requests * 0.012 * random()) : 0
  const p50Ms = percentile(counts, requests, 0.5)
  const dropped = isOpen && isSlow ? Math.round(requests * 0.03) : 0
  return {
    atMs: index * 1_000,
    spanMs: 1_000,
    users,
    planned: { users: isOpen ? 0 : plannedUsers, arrivals: isOpen ? requests + dropped : 0 },
    arrivals: { started: isOpen ? requests : 0, dropped },
    requests,
    failures,
    bytesIn: requests * 4_200,
    bytesOut: requests * 380,
    p50Ms,
    p95Ms: percentile(counts, requests, 0.95),
    p99Ms: percentile(counts, requests, 0.99),
    maxMs: percentile(counts, requests, 1),
    heat: counts.flatMap((times, row) => (times === 0 ? [] : [[row, times] as const])),
    phasesMs: isPaused
      ? [0, 0, 0, 0, 0, 0]
      : [0.1, 0.6, 1.4, 0.2, (p50Ms ?? 0) * 0.9 + (isSlow ? 60 : 0), 4 + random()],
    errors:
      failures === 0
        ? []
        : (
            [
              ['status', failures - Math.floor(failures / 3)],
              ['timeout', Math.floor(failures / 3)],
            ] as const
          ).filter(([, times]) => times > 0),
    inFlight: isPaused ? 0 : (requests * (p50Ms ?? 0)) / 1_000,
    cpuRatio: isPaused ? 0.02 : 0.24 + 0.1 * random(),
    loopDelayMs: 1 + 2 * random(),
    monitors: [
      { name: 'target.cpu', unit: '%', value: isPaused ? 2 : 40 + requests / 10 + 5 * random() },
      { name: 'target.memory', unit: 'bytes', value: 2.1e8 + index * 2e5 },
      { name: 'target.threads', unit: '', value: 11 },
      { name: 'host.cpu', unit: '%', value: index % 40 === 7 ? null : 30 + 10 * random() },
    ],
    ...(isPaused && { paused: true as const }),
    ...(index < 5 && { warmup: true as const }),
  }
}

/** Of rows, as the middle of the row in which it lies. */
function percentile(counts: readonly number[], total: number, share: number): number | null {
  if (total === 0) return null
  let left = Math.ceil(total * share)
  for (const [row, times] of counts.entries()) {
    left -= times
    if (left <= 0) return Number((HEAT_ROWS_MS[row]! * 1.15).toPrecision(3))
  }
  return null
}

/** Totals of points under a name, `share` of the requests. */
export function seriesFrom(
  points: readonly ViewPoint[],
  named: { readonly kind: string; readonly method: string; readonly name: string },
  share: number,
  slowness: number,
): SeriesResult {
  const sum = (read: (point: ViewPoint) => number): number =>
    Math.round(points.reduce((all, point) => all + read(point), 0) * share)
  const spanMs = points.reduce((all, point) => all + point.spanMs, 0)
  const requests = sum((point) => point.requests)
  const measured = points.filter((point) => point.requests > 0)
  const worst = (read: (point: ViewPoint) => number | null, place: number): number | null => {
    const values = measured.map((point) => read(point) ?? 0).sort((a, b) => a - b)
    const value = values[Math.min(values.length - 1, Math.floor(values.length * place))]
    return value === undefined ? null : Number((value * slowness).toPrecision(4))
  }
  const response = {
    min: worst((point) => point.p50Ms, 0),
    mean: worst((point) => point.p50Ms, 0.6),
    p50: worst((point) => point.p50Ms, 0.5),
    p75: worst((point) => point.p50Ms, 0.99),
    p90: worst((point) => point.p95Ms, 0.3),
    p95: worst((point) => point.p95Ms, 0.5),
    p99: worst((point) => point.p99Ms, 0.5),
    p999: worst((point) => point.p99Ms, 0.95),
    p9999: worst((point) => point.maxMs, 0.9),
    max: worst((point) => point.maxMs, 1),
  }
  const failures = sum((point) => point.failures)
  return {
    ...named,
    requests,
    failures,
    wireRequests: requests,
    ratePerSec: spanMs === 0 ? 0 : (requests * 1_000) / spanMs,
    bytesIn: requests * 4_200,
    bytesOut: requests * 380,
    latencyMs: response,
    responseMs: response,
    phasesMs: {
      dns: 0.1,
      connect: 0.6,
      tls: 1.4,
      send: 0.2,
      wait: (response.mean ?? 0) * 0.9,
      receive: 4,
    },
    statuses:
      failures === 0 ? { '200': requests } : { '200': requests - failures, '503': failures },
  }
}

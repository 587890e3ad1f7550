/**
 * How many users a plan can have at one time: the largest sum over its scenarios at any instant, not the sum of their largest,
 * for scenarios that follow one another use the same connections and memory. A scenario counts with its peak from its
 * start until the grace of its end is over, which is never too few. Cost: one sort of the scenarios' edges.
 */
import type { LoadPlan } from '../../contracts/plan.ts'
import { usersPeak } from './shape.ts'

/** So many users exist in [`fromMs`, `untilMs`). */
export interface UsersSpan {
  readonly users: number
  readonly fromMs: number
  readonly untilMs: number
}

export function usersPeakOf(plan: LoadPlan): number {
  return peakOf(
    plan.scenarios.map(({ load, startAfterMs, gracefulStopMs }) => ({
      users: usersPeak(load),
      fromMs: startAfterMs,
      untilMs:
        load.durationMs === null
          ? Number.POSITIVE_INFINITY
          : startAfterMs + load.durationMs + gracefulStopMs,
    })),
  )
}

/** The largest sum at any instant. */
export function peakOf(spans: readonly UsersSpan[]): number {
  const edges = spans.flatMap(({ users, fromMs, untilMs }) => [
    { atMs: fromMs, users },
    { atMs: untilMs, users: -users },
  ])
  // Who ends at an instant has ended before another begins at it.
  edges.sort((a, b) => a.atMs - b.atMs || a.users - b.users)
  let [users, most] = [0, 0]
  for (const edge of edges) {
    users += edge.users
    most = Math.max(most, users)
  }
  return most
}

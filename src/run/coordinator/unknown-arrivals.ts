/**
 * Arrivals nobody can vouch for: owned by a worker that was lost, due before others took over, and not in any of its
 * snapshots. They may have been sent or not. Pure; exact for arrivals because shares and schedules are.
 *
 *   instants of change t0 = 0 < t1 < t2 …: between ti and ti+1 a worker owns what it owned with the first i losses and joins.
 */
import type { Join, Share } from '../../contracts/plan.ts'
import type { Course } from '../../model/plan/course.ts'
import { iterationsPlanned } from '../../model/plan/iterations.ts'
import { isOpen } from '../../model/plan/shape.ts'
import { Ownership, withUsersMax } from '../../model/plan/share.ts'

const NS_PER_MS = 1_000_000

export interface Loss {
  readonly worker: number
  /** Run clock: from here on others own it; the run's end if that came first. */
  readonly takenOverMs: number
  /** Arrivals it reported as due. */
  readonly reportedDue: number
}

/** A worker that came later, and from when on it had its part. */
export interface Joining {
  readonly join: Join
  readonly fromMs: number
}

/** `losses` and `joins` in the order they happened; `weights` of the run's shares. */
export function unknownArrivals(
  courses: readonly Course[],
  weights: readonly number[],
  losses: readonly Loss[],
  joins: readonly Joining[] = [],
): number {
  let unknown = 0
  losses.forEach((loss, position) => {
    let due = 0
    for (const course of courses) {
      due += dueUntilLoss(course, weights, losses.slice(0, position + 1), joins)
    }
    unknown += Math.max(0, due - loss.reportedDue)
  })
  return unknown
}

/** Arrivals that the last of `losses` owned from the start to its end. */
function dueUntilLoss(
  { scenario, arrivals }: Course,
  weights: readonly number[],
  losses: readonly Loss[],
  joins: readonly Joining[],
): number {
  const { load } = scenario
  const index = losses[losses.length - 1]!.worker
  // Iterations stay with the worker that had them.
  if ('iterations' in load) return iterationsPlanned(load, { index, weights, lost: [] })
  if (!isOpen(load) || arrivals === undefined) return 0
  const { usersMax } = load
  const { startAfterMs } = scenario
  const schedule = arrivals
  let due = 0
  let fromCount = 0
  const joined: Join[] = []
  losses.forEach((loss, layer) => {
    const lost = losses.slice(0, layer).map((each) => each.worker)
    for (const { join, fromMs } of joins) {
      if (join.lostBefore !== layer) continue
      countUntil(fromMs, lost)
      joined.push(join)
    }
    countUntil(loss.takenOverMs, lost)
  })
  return due

  /** Due exactly at a change belongs to the new owner. */
  function countUntil(untilMs: number, lost: readonly number[]): void {
    const share: Share = { index, weights, lost, joined: [...joined] }
    const ownership = new Ownership(withUsersMax(share, usersMax))
    const untilNs = Math.round((untilMs - startAfterMs) * NS_PER_MS) - 1
    const untilCount = Math.max(fromCount, schedule.countBy(untilNs))
    due += ownership.countBelow(untilCount) - ownership.countBelow(fromCount)
    fromCount = untilCount
  }
}

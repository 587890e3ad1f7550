/**
 * Arrivals nobody can vouch for: owned by a worker that was lost, due before others took over, and not in any of its
 * snapshots. They may have been sent or not. Pure; exact for arrivals because shares and schedules are.
 *
 *   takeover instants t0 = 0 < t1 < t2 …: between ti and ti+1 a worker owns what it owned with the first i losses.
 */
import type { Share } from '../../contracts/plan.ts'
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

/** `losses` in the order they happened; `weights` of the run's shares. */
export function unknownArrivals(
  courses: readonly Course[],
  weights: readonly number[],
  losses: readonly Loss[],
): number {
  let unknown = 0
  losses.forEach((loss, position) => {
    let due = 0
    for (const course of courses) {
      due += dueUntilLoss(course, weights, losses.slice(0, position + 1))
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
): number {
  const { load } = scenario
  const index = losses[losses.length - 1]!.worker
  // Iterations stay with the worker that had them.
  if ('iterations' in load) return iterationsPlanned(load, { index, weights, lost: [] })
  if (!isOpen(load) || arrivals === undefined) return 0
  let due = 0
  let fromCount = 0
  losses.forEach((loss, layer) => {
    const lost = losses.slice(0, layer).map((each) => each.worker)
    const share: Share = withUsersMax({ index, weights, lost }, load.usersMax)
    const ownership = new Ownership(share)
    // Due exactly at the takeover belongs to the new owner.
    const untilNs = Math.round((loss.takenOverMs - scenario.startAfterMs) * NS_PER_MS) - 1
    const untilCount = Math.max(fromCount, arrivals.countBy(untilNs))
    due += ownership.countBelow(untilCount) - ownership.countBelow(fromCount)
    fromCount = untilCount
  })
  return due
}

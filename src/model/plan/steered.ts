/**
 * Schedules of a run that is steered: another schedule from an instant on, or none for a while. Each is a schedule again, so that who
 * follows it (executors, the coordinator, a drawing) knows nothing of steering, and on any number of workers arrival k is the
 * same one: what was due before the instant keeps its index, what comes after it counts on. Instants are ns after the
 * scenario's start and may lie before it. Cost: as the newest schedule; older ones are asked only about their own time.
 */
import type { ArrivalSchedule, UserSchedule } from './shape.ts'

const NS_PER_MS = 1e6

/** `before` until `fromNs`, then `after`, whose own time begins there. */
export function spliceArrivals(
  before: ArrivalSchedule,
  fromNs: number,
  after: ArrivalSchedule,
): ArrivalSchedule {
  const kept = before.countBy(fromNs - 1)
  return {
    totalCount: kept + after.totalCount,
    dueNs: (index) => (index < kept ? before.dueNs(index) : fromNs + after.dueNs(index - kept)),
    dueMs: (index) =>
      index < kept ? before.dueMs(index) : fromNs / NS_PER_MS + after.dueMs(index - kept),
    countBy: (elapsedNs) =>
      elapsedNs < fromNs ? before.countBy(elapsedNs) : kept + after.countBy(elapsedNs - fromNs),
  }
}

/** `before`, standing still from `fromNs` on for `forNs`, which may be Infinity: what follows comes that much later. */
export function holdArrivals(
  before: ArrivalSchedule,
  fromNs: number,
  forNs: number,
): ArrivalSchedule {
  const kept = before.countBy(fromNs - 1)
  return {
    totalCount: forNs === Number.POSITIVE_INFINITY ? kept : before.totalCount,
    dueNs: (index) => before.dueNs(index) + (index < kept ? 0 : forNs),
    dueMs: (index) => before.dueMs(index) + (index < kept ? 0 : forNs / NS_PER_MS),
    countBy: (elapsedNs) => {
      if (elapsedNs < fromNs) return before.countBy(elapsedNs)
      return elapsedNs - forNs < fromNs ? kept : before.countBy(elapsedNs - forNs)
    },
  }
}

/** As `spliceArrivals`: at `fromNs` the new one holds. */
export function spliceUsers(
  before: UserSchedule,
  fromNs: number,
  after: UserSchedule,
): UserSchedule {
  return {
    usersAt: (elapsedNs) =>
      elapsedNs < fromNs ? before.usersAt(elapsedNs) : after.usersAt(elapsedNs - fromNs),
    nextChangeNs(elapsedNs) {
      if (elapsedNs < fromNs) {
        const nextNs = before.nextChangeNs(elapsedNs)
        return nextNs === undefined || nextNs > fromNs ? fromNs : nextNs
      }
      const nextNs = after.nextChangeNs(elapsedNs - fromNs)
      return nextNs === undefined ? undefined : nextNs + fromNs
    },
  }
}

/** As `holdArrivals`: meanwhile as many users as there are at `fromNs`. */
export function holdUsers(before: UserSchedule, fromNs: number, forNs: number): UserSchedule {
  const planNs = (elapsedNs: number): number =>
    elapsedNs < fromNs ? elapsedNs : Math.max(fromNs, elapsedNs - forNs)
  return {
    usersAt: (elapsedNs) => before.usersAt(planNs(elapsedNs)),
    nextChangeNs(elapsedNs) {
      const nextNs = before.nextChangeNs(planNs(elapsedNs))
      if (nextNs === undefined || nextNs <= fromNs) return nextNs
      return forNs === Number.POSITIVE_INFINITY ? undefined : nextNs + forNs
    },
  }
}

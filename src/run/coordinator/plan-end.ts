/** What a plan, and what became of it, says about its own end. Pure. */
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Course } from '../../model/plan/course.ts'
import { WINDOW_MS } from '../wire/timing.ts'

/** When the last scenario ends, ms after the start; null when one goes on until stopped, or stands still. */
export function runEndMs(courses: readonly Course[]): number | null {
  let lastMs = 0
  for (const { endMs } of courses) {
    if (endMs === null) return null
    lastMs = Math.max(lastMs, endMs)
  }
  return lastMs
}

/** Windows that begin earlier are the warm-up: whole windows, so the next one after `warmupMs`. */
export function judgedFromMs({ warmupMs = 0 }: LoadPlan): number {
  return Math.ceil(warmupMs / WINDOW_MS) * WINDOW_MS
}

/**
 * Users of all scenarios when every one has a constant number, so that "all have ended" means that none is left; else null.
 * Workers see for themselves when iterations are done.
 */
export function usersPlanned(plan: LoadPlan): number | null {
  let users = 0
  for (const { load } of plan.scenarios) {
    if (load.kind !== 'constant-users') return null
    users += load.users
  }
  // Of nobody it cannot be said that all have ended.
  return users === 0 ? null : users
}

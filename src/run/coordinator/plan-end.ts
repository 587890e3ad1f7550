/** What a plan says about its own end. Pure. */
import type { LoadPlan } from '../../contracts/plan.ts'

/** When the last scenario ends, ms after the start; null when one goes on until stopped. */
export function planEndMs(plan: LoadPlan): number | null {
  let endMs = 0
  for (const { startAfterMs, load } of plan.scenarios) {
    if (load.durationMs === null) return null
    endMs = Math.max(endMs, startAfterMs + load.durationMs)
  }
  return endMs
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
  return users
}

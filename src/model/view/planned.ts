/**
 * What a run was to do in each stretch of it, from the windows of its result, asked stretch after stretch. Those of a long run are every 2nd,
 * 4th …, and stand for those between; stretches are longer than that.
 */
import type { RunResult } from '../../contracts/result.ts'
import { WINDOW_MS } from '../metrics/window.ts'
import type { Planned } from './timeline.ts'

/** To be asked in order. */
export function plannedOf({ windows }: Pick<RunResult, 'windows'>): Planned {
  let next = 0
  return (fromMs, toMs) => {
    while (next < windows.length && windows[next]!.atMs < fromMs) next++
    const from = next
    while (next < windows.length && windows[next]!.atMs < toMs) next++
    const within = windows.slice(from, next)
    const users = within.at(-1)?.planned?.users
    const arrivals = within.reduce((sum, each) => sum + (each.planned?.arrivals ?? 0), 0)
    const standsFor = (toMs - fromMs) / WINDOW_MS / within.length
    return {
      planned: users === undefined ? null : { users, arrivals: arrivals * standsFor },
      ...(within.some((each) => each.paused) && { paused: true as const }),
      ...(within.some((each) => each.warmup) && { warmup: true as const }),
    }
  }
}

/** What a run was to do between two instants, as the windows of its result have it: for timelines of runs that have ended. */
import type { WindowResult } from '../../contracts/result.ts'
import { WINDOW_MS } from '../metrics/window.ts'
import type { Planned } from './timeline.ts'

/** Ask in order of time. Of a long run windows are every 2nd, 4th …, and stand for those between. */
export function plannedOf(windows: readonly WindowResult[]): Planned {
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

/** Which classes the users of a closed load have, as lines of `onrush plan`: one for all of it, or one for each mix that stages bring. */
import type { Scenario, UserShare } from '../../contracts/plan.ts'
import { formatDuration } from './duration.ts'
import { usersPeak } from './shape.ts'
import { UserMix } from './user-mix.ts'

/** How many of each class at the peak: `45 Shopper, 5 Buyer`. */
export function mixOf({ users, load }: Pick<Scenario, 'users' | 'load'>): string {
  return countsOf(users, usersPeak(load))
}

/** With the time from which each holds, and at the most users its stages come to. */
export function mixLines(scenario: Scenario): string[] {
  const { load, users } = scenario
  if (load.kind !== 'ramping-users' || load.stages.every(({ mix }) => mix === undefined)) {
    return [`  users      ${mixOf(scenario)}`]
  }
  const mixes = [{ fromMs: 0, classes: users, peak: load.startUsers }]
  let atMs = 0
  for (const stage of load.stages) {
    const last = mixes.at(-1)!
    if (stage.mix === undefined) last.peak = Math.max(last.peak, stage.users)
    else {
      // What lasts no time is not said.
      if (last.fromMs === atMs) mixes.pop()
      mixes.push({ fromMs: atMs, classes: stage.mix.classes, peak: stage.users })
    }
    atMs += stage.durationMs
  }
  return mixes.map(({ fromMs, classes, peak }) => {
    const label = fromMs === 0 ? 'users' : `from ${formatDuration(fromMs * 1e6)}`
    return `  ${label.padEnd(10)} ${countsOf(classes, peak)}`
  })
}

function countsOf(classes: readonly UserShare[], users: number): string {
  return [...new UserMix(classes).countsAt(users)]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
}

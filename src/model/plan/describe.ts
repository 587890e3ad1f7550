/**
 * What a plan would do, as lines of text, without doing it: for `onrush plan` and for the head of a run. Computed from the same
 * schedules and shares the workers use, so it cannot disagree with them.
 */
import type { LoadPlan, Scenario, Share } from '../../contracts/plan.ts'
import { formatDuration } from './duration.ts'
import { formatRate } from './rate.ts'
import { ConstantArrivals, UserRamp } from './schedules.ts'
import { Ownership } from './share.ts'
import { UserMix } from './user-mix.ts'

/** `weights`: one per worker. */
export function describePlan(plan: LoadPlan, weights: readonly number[]): string[] {
  const workers = weights.length === 1 ? '1 worker' : `${weights.length} workers`
  const lines = [`${plan.name}: seed ${plan.seed}, ${workers}, host ${plan.host ?? 'of each user'}`]
  for (const scenario of plan.scenarios) lines.push(...describeScenario(scenario, weights))
  if (plan.warmupMs !== undefined) lines.push(`warm-up    ${ms(plan.warmupMs)}, not judged`)
  for (const { rule } of plan.thresholds) lines.push(`threshold  ${rule}`)
  return lines
}

function describeScenario(scenario: Scenario, weights: readonly number[]): string[] {
  const { load } = scenario
  const time = load.durationMs === null ? 'until stopped' : `for ${ms(load.durationMs)}`
  const start = scenario.startAfterMs === 0 ? '' : `, starting after ${ms(scenario.startAfterMs)}`
  const users = load.kind === 'constant-users' ? load.users : load.usersMax
  const mix = [...new UserMix(scenario.users).countsAt(users)]
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
  const graceful = `  then up to ${ms(scenario.gracefulStopMs)} for what is in progress`
  if (load.kind === 'constant-users') {
    const ramp = new UserRamp(0, load.users, load.spawnRatePerSec)
    return [
      `${scenario.name}: ${count(load.users, 'user')} ${time}${start}`,
      `  users      ${mix}`,
      `  ramp       ${ramp.burstUsers} at a time, all after ${formatDuration(ramp.rampNs)}`,
      `  per worker ${perWorker(weights, load.users)} users`,
      graceful,
    ]
  }
  const durationNs = load.durationMs === null ? null : load.durationMs * 1e6
  const { totalCount } = new ConstantArrivals(load.rate, durationNs)
  const total = Number.isFinite(totalCount) ? `, ${count(totalCount, 'arrival')} in all` : ''
  return [
    `${scenario.name}: ${formatRate(load.rate)} ${time}${total}${start}`,
    `  users      at most ${load.usersMax}: ${mix}`,
    `  per worker ${perWorker(weights, Number.isFinite(totalCount) ? totalCount : load.usersMax)} ${
      Number.isFinite(totalCount) ? 'arrivals' : 'users'
    }`,
    graceful,
  ]
}

function perWorker(weights: readonly number[], total: number): string {
  const share = (index: number): Share => ({ index, weights, lost: [] })
  return weights.map((_, index) => new Ownership(share(index)).countBelow(total)).join(', ')
}

function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`
}

function ms(durationMs: number): string {
  return formatDuration(durationMs * 1e6)
}

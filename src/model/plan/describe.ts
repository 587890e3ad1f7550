/**
 * What a plan would do, as lines of text, without doing it: for `onrush plan` and for the head of a run. Computed from the same
 * schedules and shares the workers use, so it cannot disagree with them.
 */
import type { LoadPlan, LoadShape, Scenario, Share } from '../../contracts/plan.ts'
import { formatDuration } from './duration.ts'
import { formatRate } from './rate.ts'
import { UserRamp } from './schedules.ts'
import { arrivalSchedule, type ClosedLoad, isOpen, type OpenLoad, usersPeak } from './shape.ts'
import { Ownership } from './share.ts'
import { UserMix } from './user-mix.ts'

/** `weights`: one per worker. */
export function describePlan(plan: LoadPlan, weights: readonly number[]): string[] {
  const workers = weights.length === 1 ? '1 worker' : `${weights.length} workers`
  const lines = [`${plan.name}: seed ${plan.seed}, ${workers}, host ${plan.host ?? 'of each user'}`]
  for (const scenario of plan.scenarios) lines.push(...describeScenario(scenario, weights))
  for (const { rule } of plan.thresholds) lines.push(`threshold  ${rule}`)
  return lines
}

function describeScenario(scenario: Scenario, weights: readonly number[]): string[] {
  const { load } = scenario
  const time = timeText(load)
  const start = scenario.startAfterMs === 0 ? '' : `, starting after ${ms(scenario.startAfterMs)}`
  const mix = [...new UserMix(scenario.users).countsAt(usersPeak(load))]
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
  const graceful = `  then up to ${ms(scenario.gracefulStopMs)} for what is in progress`
  if (!isOpen(load)) {
    return [
      `${scenario.name}: ${usersText(load)} ${time}${start}`,
      `  users      ${mix}`,
      ...rampLines(load),
      `  per worker ${perWorker(weights, usersPeak(load))} users`,
      graceful,
    ]
  }
  const { totalCount } = arrivalSchedule(load)
  const total = Number.isFinite(totalCount) ? `, ${count(totalCount, 'arrival')} in all` : ''
  return [
    `${scenario.name}: ${arrivalsText(load)} ${time}${total}${start}`,
    `  users      at most ${load.usersMax}: ${mix}`,
    `  per worker ${perWorker(weights, Number.isFinite(totalCount) ? totalCount : load.usersMax)} ${
      Number.isFinite(totalCount) ? 'arrivals' : 'users'
    }`,
    graceful,
  ]
}

function timeText(load: LoadShape): string {
  if (load.durationMs === null) return 'until stopped'
  return 'iterations' in load ? `within ${ms(load.durationMs)}` : `for ${ms(load.durationMs)}`
}

function usersText(load: ClosedLoad): string {
  switch (load.kind) {
    case 'constant-users':
      return count(load.users, 'user')
    case 'ramping-users': {
      const stages = load.stages.map((each) => ` → ${each.users} in ${ms(each.durationMs)}`)
      return `${load.startUsers}${stages.join('')} users`
    }
    case 'per-user-iterations':
      return `${count(load.users, 'user')} with ${count(load.iterations, 'iteration')} each`
    case 'shared-iterations':
      return `${count(load.users, 'user')} sharing ${count(load.iterations, 'iteration')}`
  }
}

function arrivalsText(load: OpenLoad): string {
  if (load.kind === 'constant-arrivals') return formatRate(load.rate)
  const rate = (arrivals: number): string =>
    arrivals === 0 ? '0' : formatRate({ arrivals, perNs: load.perNs })
  const stages = load.stages.map((each) => ` → ${rate(each.arrivals)} in ${ms(each.durationMs)}`)
  return `${rate(load.startArrivals)}${stages.join('')}`
}

function rampLines(load: ClosedLoad): string[] {
  if (load.kind !== 'constant-users') return []
  const ramp = new UserRamp(0, load.users, load.spawnRatePerSec)
  return [`  ramp       ${ramp.burstUsers} at a time, all after ${formatDuration(ramp.rampNs)}`]
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

/**
 * What a plan would do, as lines of text, without doing it: for `onrush plan`. Computed from the same schedules and shares the
 * workers use, so it cannot disagree with them. What only a run can tell (how long an iteration takes) is assumed, and said so.
 */
import type { LoadPlan, Scenario, Share } from '../../contracts/plan.ts'
import { mixLines, mixOf } from './describe-mix.ts'
import { drawLoad, type Look } from './draw.ts'
import { formatDuration } from './duration.ts'
import { formatRate } from './rate.ts'
import { withoutValues } from './scenario-settings.ts'
import { UserRamp } from './schedules.ts'
import {
  arrivalSchedule,
  arrivalsPerSecPeak,
  type ClosedLoad,
  isOpen,
  type OpenLoad,
  usersPeak,
} from './shape.ts'
import { describeLoad } from './shape-format.ts'
import { Ownership } from './share.ts'
import { usersPeakOf } from './users-peak.ts'

/** Assumed for Little's law: how long an iteration takes, waits and all. */
const ITERATION_MS_ASSUMED = 1_000
/** Of more workers the least and the most are said. */
const WORKERS_NAMED_MAX = 8

/** `weights`: one per worker. With a `look`, each load is drawn. */
export function describePlan(plan: LoadPlan, weights: readonly number[], look?: Look): string[] {
  const workers = weights.length === 1 ? '1 worker' : `${weights.length} workers`
  const lines = [`${plan.name}: seed ${plan.seed}, ${workers}, host ${plan.host ?? 'of each user'}`]
  for (const scenario of plan.scenarios) lines.push(...describeScenario(scenario, weights, look))
  if (plan.scenarios.length > 1) lines.push(...inAll(plan))
  if (plan.warmupMs !== undefined) lines.push(`warm-up    ${ms(plan.warmupMs)}, not judged`)
  if (plan.warmupAuto) lines.push('warm-up    found at the end, not judged')
  for (const { rule } of plan.thresholds) lines.push(`threshold  ${rule}`)
  for (const [name, value] of Object.entries(withoutValues(plan).params ?? {}))
    lines.push(`param      ${name} = ${value}`)
  return look?.unicode === false ? lines.map(inAscii) : lines
}

/** For terminals without arrows. */
function inAscii(text: string): string {
  return text.replaceAll('→', '->').replaceAll('×', 'x')
}

function describeScenario(
  scenario: Scenario,
  weights: readonly number[],
  look: Look | undefined,
): string[] {
  const { load, startAfterMs } = scenario
  const start = startAfterMs === 0 ? '' : `, starting after ${ms(startAfterMs)}`
  return [
    `${scenario.name}: ${headOf(scenario)}${start}`,
    ...(look === undefined ? [] : drawLoad(load, startAfterMs, look)),
    ...(isOpen(load) ? openLines(load, scenario, weights) : closedLines(load, scenario, weights)),
    ...settingLines(scenario),
    `  then up to ${ms(scenario.gracefulStopMs)} for what is in progress`,
  ]
}

function settingLines({ iterationTimeoutMs, env }: Scenario): string[] {
  return [
    ...(iterationTimeoutMs === undefined
      ? []
      : [`  iterations are cut after ${ms(iterationTimeoutMs)}`]),
    ...(env === undefined ? [] : [`  env        ${Object.keys(env).join(', ')}`]),
  ]
}

function headOf({ load }: Scenario): string {
  const time = load.durationMs === null ? 'until stopped' : `for ${ms(load.durationMs)}`
  switch (load.kind) {
    case 'constant-users':
      return `${describeLoad(load)} ${time}`
    case 'constant-arrivals':
      return `${load.poisson === undefined ? formatRate(load.rate) : describeLoad(load)} ${time}${totalOf(load)}`
    case 'replayed-arrivals':
      return `${describeLoad(load)}, over ${ms(load.durationMs)}`
    case 'ramping-users':
      return `${describeLoad(load)} (${ms(load.durationMs)})`
    case 'ramping-arrivals':
      return `${describeLoad(load)} (${ms(load.durationMs)})${totalOf(load)}`
    default:
      return `${describeLoad(load)}, none begins after ${ms(load.durationMs)}`
  }
}

function openLines(load: OpenLoad, scenario: Scenario, weights: readonly number[]): string[] {
  const { totalCount } = arrivalSchedule(load)
  const [shared, noun] = Number.isFinite(totalCount)
    ? [totalCount, 'arrivals']
    : [load.usersMax, 'users']
  const peakPerSec = arrivalsPerSecPeak(load)
  const needed = Math.ceil((peakPerSec * ITERATION_MS_ASSUMED) / 1_000)
  const enough = needed > load.usersMax ? ', more than the plan allows' : ''
  return [
    `  users      at most ${load.usersMax}: ${mixOf(scenario)}`,
    `  needed     ${count(needed, 'user')} if an iteration takes ${ms(ITERATION_MS_ASSUMED)} (Little's law: ${perSec(peakPerSec)} × ${ms(ITERATION_MS_ASSUMED)})${enough}`,
    `  per worker ${perWorker(weights, shared)} ${noun}${workerPeak(peakPerSec, weights)}`,
  ]
}

function closedLines(load: ClosedLoad, scenario: Scenario, weights: readonly number[]): string[] {
  return [
    ...mixLines(scenario),
    ...rampLines(load),
    ...iterationLines(load),
    `  per worker ${perWorker(weights, usersPeak(load))} users`,
  ]
}

function iterationLines(load: ClosedLoad): string[] {
  if (load.kind === 'per-user-iterations') {
    return [`  in all     ${count(load.users * load.iterations, 'iteration')}`]
  }
  return []
}

function rampLines(load: ClosedLoad): string[] {
  if (load.kind === 'ramping-users') {
    return [`  ramp down  who goes may finish within ${ms(load.gracefulRampDownMs)}`]
  }
  if (load.kind !== 'constant-users') return []
  const ramp = new UserRamp(0, load.users, load.spawnRatePerSec)
  return [`  ramp       ${ramp.burstUsers} at a time, all after ${formatDuration(ramp.rampNs)}`]
}

/** Of all scenarios together. */
function inAll(plan: LoadPlan): string[] {
  const arrivals = plan.scenarios.reduce(
    (sum, { load }) => sum + (arrivalSchedule(load)?.totalCount ?? 0),
    0,
  )
  const ends = plan.scenarios.map(({ load, startAfterMs }) =>
    load.durationMs === null ? Number.POSITIVE_INFINITY : startAfterMs + load.durationMs,
  )
  const endMs = Math.max(...ends)
  const facts = [
    ...(Number.isFinite(endMs) ? [`over after ${ms(endMs)}`] : ['until stopped']),
    ...(arrivals > 0 && Number.isFinite(arrivals) ? [count(arrivals, 'arrival')] : []),
    `at most ${count(usersPeakOf(plan), 'user')} at once`,
  ]
  return [`in all: ${facts.join(', ')}`]
}

function totalOf(load: OpenLoad): string {
  const { totalCount } = arrivalSchedule(load)
  return Number.isFinite(totalCount) ? `, ${count(totalCount, 'arrival')} in all` : ''
}

function perWorker(weights: readonly number[], total: number): string {
  const share = (index: number): Share => ({ index, weights, lost: [] })
  const counts = weights.map((_, index) => new Ownership(share(index)).countBelow(total))
  if (counts.length <= WORKERS_NAMED_MAX) return counts.join(', ')
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `${most}` : `${least} to ${most}`
}

/** What the strongest worker has to do at the peak. */
function workerPeak(peakPerSec: number, weights: readonly number[]): string {
  if (weights.length === 1) return ''
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return `, at most ${perSec((peakPerSec * Math.max(...weights)) / sum)} each`
}

function perSec(value: number): string {
  return `${Number(value.toPrecision(4))}/s`
}

function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`
}

function ms(durationMs: number): string {
  return formatDuration(durationMs * 1e6)
}

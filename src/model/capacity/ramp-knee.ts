/**
 * Where response times begin to bend in a plain run whose load rises: advice beside the result, never a verdict. Two straight lines through the
 * logarithm of p95 over the load, against one (broken stick, F test). Silent unless the load rises for long enough, the second line
 * explains far more than chance, and it is clearly steeper. A load that still rises when its answers come is ahead of them: each
 * second counts for the load of the time at which its requests were due. Seconds are put into few groups, so a run of a day costs
 * no more than one pass.
 */
import type { KneeResult, WindowResult } from '../../contracts/result.ts'
import { brokenStick } from '../stats/broken-stick.ts'
import { mean } from '../stats/mean.ts'

const GROUPS = 24
/** So many seconds with answers a rise needs, to be in as many groups. */
const SECONDS_MIN = GROUPS
const RISE_RATIO_MIN = 2
/** The break is chosen as the best of many, so chance has many chances. */
const P_VALUE_MAX = 0.001
const STEEPER_MIN = 3
/** p95 at the end of the rise ÷ at the bend. */
const SLOWER_MIN = 1.5

interface Second {
  readonly atMs: number
  readonly load: number
  readonly p95Ms: number | null
  readonly p50Ms: number | null
}

/** Null: the run does not carry one. */
export function rampKnee(windows: readonly WindowResult[]): KneeResult | null {
  const unit = unitOf(windows)
  if (unit === undefined) return null
  const seconds = windows.map((each) => ({ ...each, load: each.planned?.[unit] ?? 0 }))
  const rise = longestRise(seconds).filter(({ p95Ms }) => p95Ms !== null && p95Ms > 0)
  const [first, last] = [rise[0], rise.at(-1)]
  if (first === undefined || last === undefined || rise.length < SECONDS_MIN) return null
  if (last.load < RISE_RATIO_MIN * first.load) return null
  const groups = groupsOf(rise, unit)
  const stick = brokenStick(
    groups.map(({ load }) => load),
    groups.map(({ p95Ms }) => Math.log(p95Ms)),
  )
  if (stick === null || (stick.pValue ?? 0) > P_VALUE_MAX) return null
  const { breakX, slopeBefore, slopeAfter } = stick
  const slower = slopeAfter * (groups.at(-1)!.load - breakX)
  if (slopeAfter < STEEPER_MIN * Math.max(0, slopeBefore) || slower < Math.log(SLOWER_MIN))
    return null
  const load = Number(breakX.toPrecision(3))
  const at = rise.find((each) => each.load >= breakX) ?? last
  return { load, unit, atMs: at.atMs, method: 'broken-stick' }
}

/** Undefined: both or neither drive the run, so it is not clear what a load is. */
function unitOf(windows: readonly WindowResult[]): KneeResult['unit'] | undefined {
  const has = (unit: KneeResult['unit']): boolean =>
    windows.some(({ planned }) => (planned?.[unit] ?? 0) > 0)
  const [users, arrivals] = [has('users'), has('arrivals')]
  if (users === arrivals) return undefined
  return users ? 'users' : 'arrivals'
}

/** The stretch over which the load grows most without falling; what stood still or warmed up is in none. */
function longestRise(seconds: readonly (Second & WindowResult)[]): readonly Second[] {
  let best = { from: 0, to: 0, growth: 0 }
  let from = 0
  for (const [index, { load, paused, warmup }] of seconds.entries()) {
    const isOut = paused === true || warmup === true || load === 0
    // Arrivals of a second are whole: one more or less is no fall.
    if (isOut) from = index + 1
    else if (index > from && load < seconds[index - 1]!.load - 1) from = index
    const growth = isOut ? 0 : load - seconds[from]!.load
    if (growth > best.growth) best = { from, to: index + 1, growth }
  }
  return seconds.slice(best.from, best.to)
}

/** Neighbours together, in ascending order of load. */
function groupsOf(
  rise: readonly Second[],
  unit: KneeResult['unit'],
): { load: number; p95Ms: number }[] {
  const due =
    unit === 'users' ? rise : rise.map((each, index) => ({ ...each, load: dueLoad(rise, index) }))
  const size = due.length / GROUPS
  return Array.from({ length: GROUPS }, (_, group) => {
    const part = due.slice(Math.round(group * size), Math.round((group + 1) * size))
    const sorted = part.map(({ p95Ms }) => p95Ms!).sort((a, b) => a - b)
    return { load: mean(part.map(({ load }) => load)), p95Ms: sorted[sorted.length >> 1]! }
  }).sort((a, b) => a.load - b.load)
}

/** Of the second in which the answers of this one were due. */
function dueLoad(rise: readonly Second[], index: number): number {
  const lateBy = Math.round((rise[index]!.p50Ms ?? 0) / 1_000)
  return rise[Math.max(0, index - lateBy)]!.load
}

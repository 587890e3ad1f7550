/**
 * Does the target serve as much as it ever will, while more waits for it? Then answers per second stay where they are, and what grows with the
 * requests in flight is the time they wait: R = N / X (Little). A target that is merely slower for a while looks the same but for one
 * thing: nobody asked for more than it gave. So it counts only where arrivals were dropped or piled up, or where most users wait.
 * Looks at means only, so it needs no histogram per stretch. Pure.
 */
import type { ViewPoint } from '../../contracts/view.ts'
import { INSIGHT_LIMITS } from './limits.ts'
import { goodPerSec, isOpen, leastBusy, meanMs, median, spanOf } from './points.ts'

export interface Saturation {
  readonly fromMs: number
  readonly toMs: number
  /** Good answers per second, however many wait. */
  readonly ceilingPerSec: number
  /** Mean times at the least load, and while it was saturated. */
  readonly baseMs: number
  readonly slowMs: number
  readonly inFlight: number
  /** So many requests at a time, by Little's law; null: the least load was too much to tell. */
  readonly slots: number | null
  /** Share of the time that is waiting. */
  readonly waiting: number
}

const LIMITS = INSIGHT_LIMITS.saturation

/** `points`: those that tell something, in order of time. */
export function saturationOf(points: readonly ViewPoint[]): Saturation | undefined {
  const base = leastBusy(points)
  const baseInFlight = median(base.map(({ inFlight }) => inFlight))
  const most = Math.max(...points.map(({ inFlight }) => inFlight))
  const least = Math.max(most / 2, LIMITS.highInFlight.value * baseInFlight)
  const high = points.filter(({ inFlight }) => inFlight >= least)
  if (high.length < LIMITS.lastingPoints.value || !isAskedForMore(high)) return undefined
  const rates = high.map(goodPerSec)
  const ceilingPerSec = median(rates)
  const highest = Math.max(...points.map(goodPerSec))
  if (ceilingPerSec <= 0 || spreadOf(rates) > LIMITS.flat.value / 100) return undefined
  if (highest > ceilingPerSec * (1 + LIMITS.above.value / 100)) return undefined
  const baseMs = median(base.map(meanMs))
  const slowMs = median(high.map(meanMs))
  if (baseMs <= 0 || slowMs < LIMITS.slower.value * baseMs) return undefined
  const isLight = median(base.map(goodPerSec)) <= (ceilingPerSec * LIMITS.baseLoad.value) / 100
  return {
    ...spanOf(high),
    ceilingPerSec,
    baseMs,
    slowMs,
    inFlight: median(high.map(({ inFlight }) => inFlight)),
    slots: isLight ? Math.max(1, Math.round((ceilingPerSec * baseMs) / 1_000)) : null,
    waiting: 1 - baseMs / slowMs,
  }
}

/** Median distance from the median, as a share of it. */
export function spreadOf(values: readonly number[]): number {
  const middle = median(values)
  return median(values.map((each) => Math.abs(each - middle))) / middle
}

function isAskedForMore(high: readonly ViewPoint[]): boolean {
  if (!high.some(isOpen)) {
    return (
      median(high.map(({ inFlight, users }) => inFlight / Math.max(1, users))) * 100 >=
      LIMITS.busyUsers.value
    )
  }
  const started = high.reduce((sum, { arrivals }) => sum + arrivals.started, 0)
  const dropped = high.reduce((sum, { arrivals }) => sum + arrivals.dropped, 0)
  const piled = high.at(-1)!.inFlight - high[0]!.inFlight
  return (Math.max(dropped, piled) / Math.max(1, started + dropped)) * 100 >= LIMITS.dropped.value
}

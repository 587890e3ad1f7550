/**
 * Curved loads as many short lines: a sine, and a smooth peak (the bell that stress tests call heaviside). The corners lie on
 * the curve, at levels that a person could have written: whole users, or a rate with at most three decimals. Fine enough
 * that nobody sees the corners; few enough that a plan stays readable as JSON.
 */
import type { Rate } from '../../contracts/plan.ts'
import { type LevelUnit, levelOf, type ProfileBuilder } from './profile.ts'
import { UNIT_NS } from './rate.ts'

export const LINES_PER_PERIOD = 24
export const LINES_PER_PEAK = 32
/** Levels between 0 and the peak are told apart this finely, where three decimals allow it. */
const STEPS = 1_000

/** From `from` to `to` and back again once per `periodNs`, for `durationNs`. */
export function addSine(
  builder: ProfileBuilder,
  wave: { from: Rate; to: Rate; periodNs: number; durationNs: number },
  unit: LevelUnit,
): void {
  const { from, to, periodNs, durationNs } = wave
  const round = rounder(from, to, unit)
  builder.jump(from)
  const lines = Math.ceil((durationNs / periodNs) * LINES_PER_PERIOD)
  addCurve(builder, durationNs, lines, (elapsedNs) => {
    const part = (1 - Math.cos((2 * Math.PI * elapsedNs) / periodNs)) / 2
    return round(between(from, to, part))
  })
}

/** Up to `peak` and down again to where it was, along a bell. */
export function addPeak(
  builder: ProfileBuilder,
  peak: Rate,
  durationNs: number,
  unit: LevelUnit,
): void {
  const base = builder.level
  const round = rounder(base, peak, unit)
  const edge = Math.exp(-4)
  addCurve(builder, durationNs, LINES_PER_PEAK, (elapsedNs) => {
    const x = (4 * elapsedNs) / durationNs - 2
    if (elapsedNs === durationNs) return base
    return round(between(base, peak, (Math.exp(-x * x) - edge) / (1 - edge)))
  })
}

function addCurve(
  builder: ProfileBuilder,
  durationNs: number,
  lines: number,
  levelAt: (elapsedNs: number) => Rate,
): void {
  let doneNs = 0
  for (let line = 1; line <= lines; line++) {
    // Whole milliseconds where there are enough of them.
    const exactNs = (durationNs / lines) * line
    const endNs = line === lines ? durationNs : Math.round(exactNs / 1e6) * 1e6
    if (endNs <= doneNs) continue
    builder.line(levelAt(endNs), endNs - doneNs)
    doneNs = endNs
  }
}

const between = (from: Rate, to: Rate, part: number): number => {
  const start = from.arrivals / from.perNs
  return start + (to.arrivals / to.perNs - start) * part
}

/** From arrivals per ns to the nearest level that can be written down. */
function rounder(a: Rate, b: Rate, unit: LevelUnit): (perNs: number) => Rate {
  if (unit === 'users') return (users) => levelOf(Math.round(users), 1)
  const peak = Math.max(a.arrivals / a.perNs, b.arrivals / b.perNs)
  const units = [UNIT_NS['s']!, UNIT_NS['min']!, UNIT_NS['h']!, UNIT_NS['d']!]
  const unitNs = units.find((each) => peak * each >= 1) ?? units[3]!
  const digits = Math.min(3, Math.max(0, Math.ceil(Math.log10(STEPS / (peak * unitNs)))))
  const scale = unitNs * 10 ** digits
  return (perNs) => levelOf(Math.round(perNs * scale), scale)
}

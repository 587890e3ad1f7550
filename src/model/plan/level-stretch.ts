/**
 * The longest time in which a plan asks for the same load: between ramps, steps, and scenarios that start or end. Only there
 * can a target be in a steady state, so the automatic warm-up is looked for before its end. How many users are really busy is
 * not known here, nor when iterations are done: what is planned counts.
 */
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import { UserRamp } from './schedules.ts'

/** ms after the start of the run. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** Of a run whose load ended at `untilMs`. */
export function levelStretch(plan: LoadPlan, untilMs: number): Stretch {
  const changes = plan.scenarios
    .flatMap(({ load, startAfterMs }) =>
      changesOf(load).map(({ fromMs, toMs }) => ({
        fromMs: startAfterMs + fromMs,
        toMs: startAfterMs + toMs,
      })),
    )
    .sort((a, b) => a.fromMs - b.fromMs)
  let longest: Stretch = { fromMs: 0, toMs: 0 }
  let levelFromMs = 0
  for (const change of [...changes, { fromMs: untilMs, toMs: untilMs }]) {
    const toMs = Math.min(change.fromMs, untilMs)
    if (toMs - levelFromMs > longest.toMs - longest.fromMs) longest = { fromMs: levelFromMs, toMs }
    levelFromMs = Math.max(levelFromMs, change.toMs)
  }
  return longest
}

/** ms after the start of the scenario; a jump takes no time. */
function changesOf(load: LoadShape): Stretch[] {
  const end = load.durationMs === null ? [] : [{ fromMs: load.durationMs, toMs: load.durationMs }]
  const start = { fromMs: 0, toMs: load.kind === 'constant-users' ? rampMs(load) : 0 }
  const stages =
    load.kind === 'ramping-users'
      ? load.stages.map(({ users, durationMs, mix }) => ({ level: users, durationMs, mix }))
      : load.kind === 'ramping-arrivals'
        ? load.stages.map((each) => ({
            level: each.arrivals,
            durationMs: each.durationMs,
            mix: undefined,
          }))
        : []
  let level = load.kind === 'ramping-users' ? load.startUsers : startArrivals(load)
  let atMs = 0
  const ramps: Stretch[] = []
  for (const stage of stages) {
    if (stage.level !== level) ramps.push({ fromMs: atMs, toMs: atMs + stage.durationMs })
    // Other users are another load, though there be as many.
    if (stage.mix !== undefined) ramps.push({ fromMs: atMs, toMs: atMs + stage.mix.overMs })
    level = stage.level
    atMs += stage.durationMs
  }
  return [start, ...ramps, ...end]
}

function rampMs(load: Extract<LoadShape, { readonly kind: 'constant-users' }>): number {
  return new UserRamp(load.fromUsers ?? 0, load.users, load.spawnRatePerSec).rampNs / 1e6
}

function startArrivals(load: LoadShape): number {
  return load.kind === 'ramping-arrivals' ? load.startArrivals : 0
}

/**
 * Which of the watched resources the target ran out of. One that is the limit rises with the throughput up to it (utilisation law:
 * U = U₀ + D · X) and then stays where it is, however much more is asked for. So a resource counts that is busy at the answer and does not rise
 * any more at loads well above. Only what is measured in per cent has an end to run against; memory and counts are left to the reader.
 */
import type { LimitingResource, TrialResult } from '../../contracts/capacity.ts'

/** Of one core or one whole: what is less busy is not what holds everything up. */
const BUSY_PERCENT = 80
const FLAT_RATIO = 1.1
/** Above the answer by so much a load must be, to show that the resource stays. */
const BEYOND_RATIO = 1.15

export function limitingResource(trials: readonly TrialResult[]): LimitingResource | null {
  const told = trials.filter(({ verdict, purpose }) => verdict !== 'void' && purpose === 'search')
  const held = told.filter(({ verdict }) => verdict === 'pass').sort((a, b) => a.load - b.load)
  const top = held.at(-1)
  if (top === undefined) return null
  const beyond = told.filter(({ load }) => load >= BEYOND_RATIO * top.load)
  if (beyond.length === 0) return null
  let best: LimitingResource | null = null
  for (const { name, unit, mean } of top.monitors) {
    if (unit !== '%' || mean < BUSY_PERCENT || mean <= (best?.value ?? 0)) continue
    const later = beyond.map((each) => meanOf(each, name)).filter((each) => each !== undefined)
    if (later.length === 0 || Math.max(...later) > FLAT_RATIO * mean) continue
    const demandPerRequest = demandOf(held, name)
    best = { name, unit, value: mean, flatFrom: top.load, demandPerRequest }
  }
  return best
}

/** D of the utilisation law, by least squares over the loads that held. */
function demandOf(held: readonly TrialResult[], name: string): number | null {
  const points = held.flatMap((trial) => {
    const mean = meanOf(trial, name)
    return mean === undefined ? [] : [{ x: trial.requests / trial.measuredSec, y: mean }]
  })
  if (points.length < 2) return null
  const x = points.reduce((sum, each) => sum + each.x, 0) / points.length
  const y = points.reduce((sum, each) => sum + each.y, 0) / points.length
  const spread = points.reduce((sum, each) => sum + (each.x - x) ** 2, 0)
  const slope = points.reduce((sum, each) => sum + (each.x - x) * (each.y - y), 0) / spread
  return slope > 0 ? slope : null
}

function meanOf({ monitors }: TrialResult, name: string): number | undefined {
  return monitors.find((each) => each.name === name)?.mean
}

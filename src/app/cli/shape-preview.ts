/**
 * What a `LoadTestShape` would do, for `onrush plan`: asked second after second without a run, as if every user came and went as
 * planned. Its ramps become straight lines. A shape that asks for more than the time and the users (clocks, the target) may
 * decide otherwise in a run.
 */
import type { LoadPlan, UserStage } from '../../contracts/plan.ts'
import { isSameDecision } from '../../run/coordinator/shape-pilot.ts'
import type { NamedShape } from './shaped-load.ts'

/** A longer shape is drawn up to here. */
export const PREVIEW_SEC_MAX = 3_600

/** The plan with the shape's course in place of its beginning, and whether the shape ended within the time drawn. */
export async function previewShape(
  plan: LoadPlan,
  shape: NamedShape,
): Promise<{ plan: LoadPlan; ended: boolean }> {
  const stages: UserStage[] = []
  let users = 0
  let ended = false
  let target = shape.first
  let sinceSec = 0
  const until = (sec: number): void => {
    const seconds = sec - sinceSec
    const from = users
    const rampSec = Math.min(seconds, Math.abs(target.users - users) / target.spawnRatePerSec)
    const step = Math.round(rampSec * target.spawnRatePerSec) * Math.sign(target.users - users)
    users = rampSec < seconds ? target.users : users + step
    const { classes } = target
    const overMs = (from / target.spawnRatePerSec) * 1_000
    const mix = classes && { mix: { classes, overMs } }
    const isRamp = rampSec > 0
    stages.push({ users, durationMs: rampSec * 1_000, ...(isRamp && mix) })
    stages.push({ users, durationMs: (seconds - rampSec) * 1_000, ...(!isRamp && mix) })
    sinceSec = sec
  }
  let sec = 1
  for (; sec <= PREVIEW_SEC_MAX && !ended; sec++) {
    const next = await shape.ask(sec, users)
    ended = next === null
    if (next === null) until(sec)
    else if (!isSameDecision(next, target)) {
      until(sec)
      target = next
    }
  }
  if (!ended) until(PREVIEW_SEC_MAX)
  const [main] = plan.scenarios
  if (main === undefined) return { plan, ended }
  const drawn = stages.filter((each, index) => each.durationMs > 0 || index === 0)
  const load = {
    kind: 'ramping-users',
    startUsers: 0,
    stages: drawn,
    durationMs: sinceSec * 1_000,
    gracefulRampDownMs: main.gracefulStopMs,
  } as const
  return { plan: { ...plan, scenarios: [{ ...main, load }] }, ended }
}

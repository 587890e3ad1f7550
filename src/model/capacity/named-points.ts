/**
 * Four points on the way up that people have names for: where response times begin to suffer, where an objective breaks, where more
 * load brings no more answers, and where it brings fewer. Rules of thumb on the steps that were measured, not between them.
 */
import type { NamedPoints } from '../../contracts/capacity.ts'

export interface Step {
  readonly load: number
  /** In the unit of the load. */
  readonly goodput: number
  readonly p95Ms: number | null
  readonly errorRatio: number
  readonly isBroken: boolean
}

const DEGRADED_RATIO = 1.5
const SATURATED_SLOPE = 0.1
const COLLAPSED_RATIO = 0.8
const COLLAPSED_ERRORS = 0.5

/** `steps` in ascending order of load. */
export function namedPoints(steps: readonly Step[]): NamedPoints {
  const load = (found: Step | undefined): number | null => found?.load ?? null
  const lowest = steps[0]?.p95Ms ?? Number.POSITIVE_INFINITY
  const most = steps.reduce((best, each) => Math.max(best, each.goodput), 0)
  const peak = steps.findIndex((each) => each.goodput === most)
  return {
    firstDegradation: load(steps.find(({ p95Ms }) => (p95Ms ?? 0) > DEGRADED_RATIO * lowest)),
    objectiveBroken: load(steps.find((each) => each.isBroken)),
    saturation: load(
      steps.find((each, index) => index > 0 && isSaturated(steps[index - 1]!, each)),
    ),
    collapse: load(
      steps.find(
        ({ goodput, errorRatio }, index) =>
          errorRatio >= COLLAPSED_ERRORS || (index > peak && goodput <= COLLAPSED_RATIO * most),
      ),
    ),
  }
}

function isSaturated(before: Step, now: Step): boolean {
  return (now.goodput - before.goodput) / (now.load - before.load) < SATURATED_SLOPE
}

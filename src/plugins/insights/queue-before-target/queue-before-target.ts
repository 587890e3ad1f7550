/**
 * Do requests queue before the target sees them? Two signs: connecting takes longer under load while answering does not, or
 * the target itself says it is as fast as ever (`requestTime` of its metrics) while its clients wait longer.
 */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import type { PhaseName } from '../../../contracts/plan.ts'
import type { ViewPoint } from '../../../contracts/view.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import {
  busiest,
  leastBusy,
  median,
  phasesOf,
  spanOf,
  telling,
  tooLittle,
} from '../../../model/insight/points.ts'
import { watched } from '../../../model/insight/watched.ts'
import { digits, runAgain, scoreOf, time } from '../../../model/insight/wording.ts'

export const queueBeforeTarget: Insight = {
  id: 'queue-before-target',
  version: 1,
  title: 'requests queued before the target saw them',
  explanation:
    'Under load it took longer to be let in, and not longer to be served. Connections wait in the accept queue (backlog) of the system, in a proxy or load balancer, or on the network; or the target measures its own handlers, which are as fast as ever, while requests wait in front of them. Look at the backlog and number of workers of the server, the limits of the proxy, and the event-loop lag; keep connections open.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['queue-before-target']
const CONNECTING: readonly PhaseName[] = ['dns', 'connect', 'tls']

interface Compared {
  readonly what: string
  readonly before: number
  readonly after: number
  readonly rest: { readonly what: string; readonly before: number; readonly after: number }
}

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const points = telling(facts)
  const short = tooLittle(points, 2 * INSIGHT_LIMITS.all.points.value)
  if (short !== undefined) return short
  const [low, high] = [leastBusy(points), busiest(points)]
  const found = [connecting(low, high), ...handling(facts, low, high)].find(isQueue)
  return found === undefined ? [] : [conclude(facts, found, high)]
}

function connecting(low: readonly ViewPoint[], high: readonly ViewPoint[]): Compared {
  const serving: readonly PhaseName[] = ['wait', 'receive']
  return {
    what: 'connecting, per request',
    before: phases(low, CONNECTING),
    after: phases(high, CONNECTING),
    rest: { what: 'answering', before: phases(low, serving), after: phases(high, serving) },
  }
}

/** Against what the target says of its own handlers. */
function handling(
  facts: InsightFacts,
  low: readonly ViewPoint[],
  high: readonly ViewPoint[],
): Compared[] {
  const told = (points: readonly ViewPoint[]) => watched(facts, points, 'requestTime', 'ms')[0]
  const [before, after] = [told(low), told(high)]
  if (before === undefined || after === undefined) return []
  const own = (each: NonNullable<typeof before>): number =>
    median(each.values.map(({ value }) => value))
  const gap = (points: readonly ViewPoint[], ownMs: number): number =>
    Math.max(0, phases(points, ['wait']) - ownMs)
  const rest = { what: before.name, before: own(before), after: own(after) }
  return [
    {
      what: 'waiting before the handlers',
      before: gap(low, rest.before),
      after: gap(high, rest.after),
      rest,
    },
  ]
}

function isQueue({ before, after, rest }: Compared): boolean {
  return (
    after - before >= LIMITS.slowerMs.value &&
    after >= LIMITS.slower.value * before &&
    rest.after <= LIMITS.rest.value * rest.before
  )
}

function phases(points: readonly ViewPoint[], names: readonly PhaseName[]): number {
  return median(points.map((point) => phasesOf(point, names)))
}

function conclude(
  facts: InsightFacts,
  { what, before, after, rest }: Compared,
  high: readonly ViewPoint[],
): Conclusion {
  const span = { ...spanOf(high), chart: 'phases' as const }
  return {
    severity: 'warning',
    confidence: 0.8,
    title: `Requests queue before the target: ${what} took ${time(after)} under load, ${time(before)} before`,
    evidence: [
      { what: `${what}, at the least load`, value: before, unit: 'ms', chart: 'phases' },
      { what: `${what}, at the most`, value: after, unit: 'ms', ...span },
      { what: `${rest.what}, at the least load`, value: rest.before, unit: 'ms', chart: 'phases' },
      { what: `${rest.what}, at the most`, value: rest.after, unit: 'ms', ...span },
    ],
    impact: `${digits(after - before)} ms of every request under load`,
    score: scoreOf((after - before) / (after + rest.after)),
    recommendation: [
      'Look at the backlog of the listener, and at how many workers accept from it.',
      'Look at the limits of a proxy or load balancer in between.',
      'Keep connections open, so that fewer have to be let in.',
    ],
    howToVerify: runAgain(facts, "--threshold 'connect.avg(http) < 5ms'"),
  }
}

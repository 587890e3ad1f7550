/**
 * From which load on do requests fail? The stretches are ordered by load and cut in two where the shares of failures differ most; what counts are
 * the ends of both intervals (Wilson, 95 %), and that most stretches above fail, so that one bad moment is none of it.
 */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import type { ViewPoint } from '../../../contracts/view.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import {
  isOpen,
  loadOf,
  median,
  spanOf,
  telling,
  tooLittle,
} from '../../../model/insight/points.ts'
import { digits, percent, runAgain, scoreOf } from '../../../model/insight/wording.ts'
import { wilson } from '../../../model/stats/intervals.ts'

export const errorsUnderLoad: Insight = {
  id: 'errors-under-load',
  version: 1,
  title: 'requests fail from a load on',
  explanation:
    'Below a level of load next to nothing failed, above it much did, for certain. The level lies between the highest load that was fine and the lowest that was not. In a ramp load and time go together: something that broke at an instant and stayed broken looks the same, so hold the load just below the level to see that it stays fine. Look at what the errors say and at what the target ran out of there.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['errors-under-load']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const { totals } = facts.result
  const points = telling(facts)
  const short = tooLittle(points, 2 * LIMITS.groupPoints.value)
  if (short !== undefined) return short
  const loads = points.map(loadOf)
  if (Math.max(...loads) < LIMITS.apart.value * Math.min(...loads)) {
    return { notEvaluated: 'the load was the same all the time: let it ramp up' }
  }
  if (totals.failures === 0 || isExplained(facts)) return []
  const level = findLevel([...points].sort((a, b) => loadOf(a) - loadOf(b)))
  return level === undefined ? [] : [conclude(facts, level)]
}

/** Most of it was refused by a rate limiter, or this machine ran out of something: neither is the target failing. */
function isExplained({ result: { totals, errors } }: InsightFacts): boolean {
  const ofMachine = errors.filter(({ kind }) => kind === 'resources')
  const own = ofMachine.reduce((sum, { count }) => sum + count, 0)
  return ((totals.statuses['429'] ?? 0) + own) * 2 >= totals.failures
}

interface Level {
  readonly below: readonly ViewPoint[]
  readonly above: readonly ViewPoint[]
}

/** Where the certain difference is largest. `points` by load. */
function findLevel(points: readonly ViewPoint[]): Level | undefined {
  let best: (Level & { readonly gap: number }) | undefined
  const least = LIMITS.groupPoints.value
  for (let cut = least; cut <= points.length - least; cut++) {
    const [below, above] = [points.slice(0, cut), points.slice(cut)]
    if (loadOf(above[0]!) <= loadOf(below.at(-1)!)) continue
    const gap = failed(above).low - failed(below).high
    if (gap > (best?.gap ?? 0) && isLevel(below, above)) best = { below, above, gap }
  }
  return best
}

function isLevel(below: readonly ViewPoint[], above: readonly ViewPoint[]): boolean {
  const share = failed(above)
  const least = Math.max(LIMITS.above.value / 100, LIMITS.times.value * failed(below).share)
  if (share.low < least) return false
  if (median(above.map(loadOf)) < LIMITS.apart.value * median(below.map(loadOf))) return false
  const failing = above.filter(({ failures, requests }) => failures >= (share.share * requests) / 2)
  return failing.length * 100 >= above.length * LIMITS.consistent.value
}

function failed(
  points: readonly ViewPoint[],
): ReturnType<typeof wilson> & { readonly share: number } {
  const failures = points.reduce((sum, each) => sum + each.failures, 0)
  const requests = points.reduce((sum, each) => sum + each.requests, 0)
  return { ...wilson(failures, requests), share: failures / requests }
}

function conclude(facts: InsightFacts, { below, above }: Level): Conclusion {
  const [last, first] = [loadOf(below.at(-1)!), loadOf(above[0]!)]
  const open = isOpen(above[0]!)
  const text = (load: number): string => (open ? `${digits(load)}/s` : `${digits(load)} users`)
  const share = failed(above).share
  const span = { ...spanOf(above), chart: 'errors' as const }
  const unit = open ? '/s' : ''
  return {
    severity: share * 100 >= LIMITS.many.value ? 'critical' : 'warning',
    confidence: 0.85,
    title: `Requests fail from ${text(first)} on: ${percent(share)}, and ${percent(failed(below).share)} up to ${text(last)}`,
    evidence: [
      { what: 'failed above the level', value: share * 100, unit: '%', ...span },
      { what: 'failed below it', value: failed(below).share * 100, unit: '%', chart: 'errors' },
      {
        what: `${open ? 'arrivals' : 'users'}, highest load below the level`,
        value: last,
        unit,
        chart: 'served',
      },
      { what: `${open ? 'arrivals' : 'users'}, lowest load above it`, value: first, unit, ...span },
    ],
    impact: `${percent(share)} of the requests above the level`,
    score: scoreOf(0.3 + share),
    recommendation: [
      'Read what the errors say, and look at what the target ran out of at that moment.',
      'Hold the load just below the level: if it stays fine, it is the load and not the time.',
    ],
    howToVerify: open
      ? runAgain(facts, `--arrivals ${Math.max(1, Math.floor(last * 0.9))}/s --run-time 2m`)
      : runAgain(facts, `--users ${Math.max(1, Math.floor(last * 0.9))} --run-time 2m`),
  }
}

/**
 * Does memory grow with the requests, so that it ends some day? Theil–Sen of memory against the requests so far, after the beginning:
 * caches and heaps fill then. What counts is a straight line that is certain, adds enough, and still goes on in the last third;
 * a heap that levels out does none of it. Of garbage collectors the saw teeth are outliers, which the median of slopes ignores.
 */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import type { ViewPoint } from '../../../contracts/view.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { spanOf, telling, tooLittle } from '../../../model/insight/points.ts'
import { unwatched, type Watched, watched } from '../../../model/insight/watched.ts'
import { digits, runAgain, scoreOf } from '../../../model/insight/wording.ts'
import { theilSen } from '../../../model/stats/theil-sen.ts'

export const memoryGrowth: Insight = {
  id: 'memory-growth',
  version: 1,
  title: 'the memory of the target grows with the requests',
  explanation:
    'After its beginning the run added memory in a straight line with every request, and was still doing so at its end: something is kept that nobody needs any more. Typical are caches without a bound, listeners that are added per request, sessions that never end. A cache that is still filling looks the same in a short run: run it longer, or with fewer distinct keys. Take two heap snapshots some thousand requests apart and compare them.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['memory-growth']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const points = telling(facts)
  const all = watched(facts, points, 'memory', 'bytes')
  if (all.length === 0) return unwatched(facts, 'memory')
  const settled = withoutBeginning(facts, points)
  const short = tooLittle(settled, LIMITS.points.value)
  if (short !== undefined) return short
  return all.flatMap((each) => conclude(facts, each, settled))
}

function withoutBeginning(
  { result }: InsightFacts,
  points: readonly ViewPoint[],
): readonly ViewPoint[] {
  if ((result.warmup?.endMs ?? 0) > 0) return points
  return points.slice(Math.ceil((points.length * LIMITS.beginning.value) / 100))
}

function conclude(
  facts: InsightFacts,
  { name, values }: Watched,
  settled: readonly ViewPoint[],
): Conclusion[] {
  const told = values.filter(({ point }) => settled.includes(point))
  if (told.length < LIMITS.points.value) return []
  let sum = 0
  const requests = told.map(({ point }) => (sum += point.requests))
  const bytes = told.map(({ value }) => value)
  const trend = theilSen(requests, bytes)
  const third = Math.floor((told.length * 2) / 3)
  const last = theilSen(requests.slice(third), bytes.slice(third))
  const added = trend.slope * (requests.at(-1)! - requests[0]!)
  const isEnough =
    added >= LIMITS.growthBytes.value && added * 100 >= bytes[0]! * LIMITS.growth.value
  const goesOn = last.slope * 100 >= trend.slope * LIMITS.lastPart.value
  const straight = explained(requests, bytes, trend.slope)
  if (!(trend.low > 0) || !isEnough || !goesOn || straight * 100 < LIMITS.straight.value) return []
  const span = { ...spanOf(told.map(({ point }) => point)), chart: 'target' as const }
  const perHour = (added * 3_600_000) / (span.toMs - span.fromMs)
  return [
    {
      severity: 'warning',
      confidence: straight >= 0.95 ? 0.85 : 0.7,
      title: `Memory grows with the requests: ${name} by ${digits(trend.slope / 1_000)} kB each`,
      evidence: [
        { what: `${name} added per request`, value: trend.slope, unit: 'bytes', ...span },
        { what: 'added in this part', value: added, unit: 'bytes', ...span },
        { what: 'explained by the number of requests', value: straight * 100, unit: '%', ...span },
      ],
      impact: `${digits(perHour / 1e9)} GB more per hour of this load`,
      score: scoreOf(added / bytes[0]!),
      recommendation: [
        'Compare two heap snapshots, some thousand requests apart.',
        'Give caches a bound; look for listeners, timers and sessions that stay.',
      ],
      howToVerify: runAgain(facts, '--run-time 10m'),
    },
  ]
}

/** Share of the variance that the line of this slope through the medians explains. */
function explained(x: readonly number[], y: readonly number[], slope: number): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, each) => sum + each, 0) / values.length
  const [meanX, meanY] = [mean(x), mean(y)]
  const rest = y.reduce((sum, each, i) => sum + (each - meanY - slope * (x[i]! - meanX)) ** 2, 0)
  const all = y.reduce((sum, each) => sum + (each - meanY) ** 2, 0)
  return all === 0 ? 0 : 1 - rest / all
}

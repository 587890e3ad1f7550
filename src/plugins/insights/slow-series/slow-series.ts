/** Is most of the waiting for one request among many? Looks at sums of latency: requests × how long each took. */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { tooLittle } from '../../../model/insight/points.ts'
import {
  digits,
  percent,
  quoted,
  runAgain,
  scoreOf,
  seriesName,
  time,
} from '../../../model/insight/wording.ts'

export const slowSeries: Insight = {
  id: 'slow-series',
  version: 1,
  title: 'one request takes most of the time',
  explanation:
    'Of all the time that users waited, most was for one kind of request, which is not the most frequent one. Making it faster helps more than anything else; making the others faster hardly shows. It may also hold what the others need (connections of a pool, a lock), so look whether they slow down with it.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['slow-series']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const { points, series } = facts
  const short = tooLittle(points, 1)
  if (short !== undefined) return short
  if (series.length < 2) return { notEvaluated: 'there is one kind of request only' }
  const sumUs = (all: readonly SeriesDelta[]): number =>
    all.reduce((sum, { latency }) => sum + latency.sumUs, 0)
  const slowest = series.reduce((a, b) => (b.latency.sumUs > a.latency.sumUs ? b : a))
  const others = series.filter((each) => each !== slowest)
  const otherRequests = others.reduce((sum, { requests }) => sum + requests, 0)
  const timeShare = slowest.latency.sumUs / sumUs(series)
  const requestShare = slowest.requests / (slowest.requests + otherRequests)
  const meanMs = slowest.latency.sumUs / slowest.latency.count / 1_000
  const otherMs = sumUs(others) / Math.max(1, otherRequests) / 1_000
  const dominates =
    timeShare * 100 >= LIMITS.time.value &&
    requestShare * 100 <= LIMITS.requests.value &&
    otherMs > 0 &&
    meanMs >= LIMITS.slower.value * otherMs
  if (!dominates || slowest.requests < LIMITS.own.value) return []
  const p95Ms = slowest.response.percentileUs(95) / 1_000
  const name = seriesName(slowest)
  return [
    {
      severity: p95Ms >= LIMITS.p95.value ? 'warning' : 'info',
      confidence: 0.95,
      title: `${percent(timeShare)} of the waiting is for ${name}, ${percent(requestShare)} of the requests`,
      series: name,
      evidence: [
        { what: `of all waiting is for ${name}`, value: timeShare * 100, unit: '%' },
        { what: 'its mean', value: meanMs, unit: 'ms', chart: 'response' },
        { what: 'mean of all others', value: otherMs, unit: 'ms', chart: 'response' },
        { what: 'its p95', value: p95Ms, unit: 'ms', chart: 'response' },
      ],
      impact: `as fast as the others, it would save ${time(meanMs - otherMs)} each time (${digits(meanMs / otherMs)} ×)`,
      score: scoreOf(timeShare * Math.min(1, p95Ms / 1_000)),
      recommendation: [
        `Start with ${name}: nothing else saves as much.`,
        'See whether the others slow down with it: then it holds what they need.',
      ],
      howToVerify: runAgain(
        facts,
        `--threshold ${quoted(`p95(${slowest.name}) < ${Math.ceil(p95Ms / 2)}ms`)}`,
      ),
    },
  ]
}

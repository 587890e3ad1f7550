/**
 * Are there two kinds of answers to one request: a fast one, and one several times as slow with little in between? Otsu's split of
 * log(time) tells two groups (one normal group reaches 0.64 of the variance), and a valley between their peaks tells that they are
 * two: a long tail has none. A run that became slower has two groups as well, so its medians must have been steady.
 */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { median, telling, tooLittle } from '../../../model/insight/points.ts'
import {
  digits,
  percent,
  runAgain,
  scoreOf,
  seriesName,
  time,
} from '../../../model/insight/wording.ts'
import { type Modes, modesOf } from './modes.ts'

export const twoModes: Insight = {
  id: 'two-modes',
  version: 1,
  title: 'a request has two kinds of answers, a fast and a slow one',
  explanation:
    'The times of one request fall into two groups with next to nothing in between: some answers take another way than the others. Typical are a cache that has it or not, an instance that is cold, one slow server behind a load balancer, a retry after a timeout, a lock that is taken or not, or two kinds of work under one name. An average of the two describes neither. Give the two different names or tags if they are different work; otherwise look at what the slow ones have in common.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['two-modes']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const points = telling(facts)
  const short = tooLittle(points, INSIGHT_LIMITS.all.points.value)
  if (short !== undefined) return short
  if (hasChanged(points.map(({ p50Ms }) => p50Ms ?? 0))) {
    return { notEvaluated: 'response times changed over the run: hold the load steady for longer' }
  }
  return facts.series.flatMap((series) => {
    if (series.requests < LIMITS.requests.value) return []
    const modes = modesOf(series.latency, LIMITS)
    return modes === undefined ? [] : [conclude(facts, series, modes)]
  })
}

/** One stretch in ten may be anything, at either end. */
function hasChanged(medians: readonly number[]): boolean {
  const sorted = [...medians].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!
  return at(0.9) > LIMITS.steady.value * Math.max(at(0.1), median(medians) / 10)
}

function conclude(facts: InsightFacts, series: SeriesDelta, modes: Modes): Conclusion {
  const name = seriesName(series)
  const { slowShare, fastMs, slowMs, valleyMs } = modes
  return {
    severity: slowMs >= LIMITS.slow.value ? 'warning' : 'info',
    confidence: 0.8,
    title: `${name} has two kinds of answers: ${time(fastMs)}, and ${time(slowMs)} for ${percent(slowShare)}`,
    series: name,
    evidence: [
      {
        what: 'the fast ones, mean of the logarithm',
        value: fastMs,
        unit: 'ms',
        chart: 'response',
      },
      { what: 'the slow ones', value: slowMs, unit: 'ms', chart: 'response' },
      { what: 'share of the slow ones', value: slowShare * 100, unit: '%' },
      { what: 'next to none take', value: valleyMs, unit: 'ms', chart: 'response' },
    ],
    impact: `${percent(slowShare)} of these requests take ${digits(slowMs / fastMs)} × as long`,
    score: scoreOf((slowShare * Math.min(slowMs, 1_000)) / 1_000),
    recommendation: [
      'Look at what the slow ones have in common: a cache that has not got it, an instance, a lock, a retry.',
      'If they are different work, give them names or tags of their own.',
    ],
    howToVerify: runAgain(facts),
  }
}

/** Were requests given up before they were answered? Then the times that were measured end at the timeout, and percentiles near it are too good. */
import type { Conclusion, Insight, InsightFacts } from '../../../contracts/insight.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { spanOf } from '../../../model/insight/points.ts'
import { digits, percent, runAgain, scoreOf } from '../../../model/insight/wording.ts'

export const clientTimeouts: Insight = {
  id: 'client-timeouts',
  version: 1,
  title: 'timeouts of the client hide how slow it was',
  explanation:
    'Requests were given up because no answer came within the timeout of the script. How long they would have taken nobody knows: their times count as the timeout, so the largest percentiles stop there, and means are too low. The target mostly goes on working on them all the same, for nobody. Report percentiles only below the share that was given up, raise the timeout above what you want to measure, and let the target stop work whose client has gone.',
  evaluate,
}

const KINDS = ['timeout', 'connect-timeout', 'iteration-timeout']

function evaluate(facts: InsightFacts): readonly Conclusion[] {
  const { errors, totals } = facts.result
  const limits = INSIGHT_LIMITS['client-timeouts']
  const timeouts = errors.filter(
    ({ kind, series }) => KINDS.includes(kind) && !series.startsWith('TX '),
  )
  const count = timeouts.reduce((sum, each) => sum + each.count, 0)
  const share = count / Math.max(1, totals.requests)
  if (count === 0 || share * 100 < limits.share.value) return []
  const points = facts.points.filter((point) => point.errors.some(([kind]) => KINDS.includes(kind)))
  const span = points.length === 0 ? {} : spanOf(points)
  const max = totals.latencyMs.max ?? 0
  return [
    {
      severity: share * 100 >= limits.many.value ? 'critical' : 'warning',
      confidence: 0.95,
      title: `Timeouts hide how slow it was: ${percent(share)} of the requests were given up`,
      evidence: [
        { what: 'requests given up', value: count, unit: '', ...span, chart: 'errors' },
        { what: 'percentiles hold up to', value: Math.max(0, 100 - share * 100), unit: '%' },
        { what: 'longest time measured', value: max, unit: 'ms', ...span, chart: 'response' },
      ],
      impact: `every percentile above ${digits(100 - share * 100)} is the timeout and no response time`,
      score: scoreOf(0.4 + share),
      recommendation: [
        'Raise the timeout of the client above what you want to measure.',
        'Let the target stop working for clients that have gone.',
        'Find what it waits for there: other findings may say.',
      ],
      howToVerify: runAgain(facts, `--threshold 'errors < ${limits.share.value}%'`),
    },
  ]
}

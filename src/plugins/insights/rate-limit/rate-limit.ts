/** Does something in front of the target refuse what is too much? Status 429 says so; a constant number of good answers says at which rate. */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { goodPerSec, median, perSec, spanOf, telling } from '../../../model/insight/points.ts'
import { spreadOf } from '../../../model/insight/saturation.ts'
import { digits, percent, runAgain, scoreOf } from '../../../model/insight/wording.ts'

export const rateLimit: Insight = {
  id: 'rate-limit',
  version: 1,
  title: 'a rate limiter refused requests',
  explanation:
    'Answers had the status 429 (Too Many Requests): a rate limiter of the target, its gateway or its CDN refused them. Where the good answers per second stay the same however much is asked, that is its limit, and the figures are about the limiter and not about what is behind it. Refusals are quick, so they make the response times look better than those of real work. Raise or lift the limit for the addresses of the test, give users keys of their own if it counts per key, or stay below it.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['rate-limit']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const { totals } = facts.result
  const refused = totals.statuses['429'] ?? 0
  const share = refused / Math.max(1, totals.requests)
  if (refused === 0 || share * 100 < LIMITS.refused.value) return []
  const points = telling(facts).filter(({ failures }) => failures > 0)
  const rates = points.map(goodPerSec)
  const isFlat = points.length >= 3 && spreadOf(rates) * 100 <= LIMITS.flat.value
  const ceiling = median(rates)
  const span = points.length === 0 ? {} : spanOf(points)
  return [
    {
      severity: share * 100 >= LIMITS.many.value ? 'critical' : 'warning',
      confidence: isFlat ? 0.95 : 0.8,
      title: isFlat
        ? `A rate limiter lets ${digits(ceiling)}/s through and refused ${percent(share)} of the requests`
        : `A rate limiter refused ${percent(share)} of the requests`,
      evidence: [
        { what: 'answers with status 429', value: refused, unit: '', ...span, chart: 'errors' },
        ...(isFlat
          ? [
              {
                what: 'good answers while it refused',
                value: ceiling,
                unit: '/s',
                ...span,
                chart: 'served' as const,
              },
              {
                what: 'asked for meanwhile',
                value: median(points.map((each) => perSec(each.requests, each))),
                unit: '/s',
                ...span,
                chart: 'served' as const,
              },
            ]
          : []),
      ],
      impact: `${percent(share)} of the requests were refused; response times are flattered by quick refusals`,
      score: scoreOf(0.3 + share),
      recommendation: [
        'Lift the limit for the addresses of the test, or give each user a key of its own.',
        'Let users wait as the header Retry-After asks, if real clients do.',
        'Ask for less than the limit to see what is behind it.',
      ],
      howToVerify: isFlat
        ? runAgain(facts, `--arrivals ${Math.max(1, Math.floor(ceiling * 0.8))}/s`)
        : runAgain(facts),
    },
  ]
}

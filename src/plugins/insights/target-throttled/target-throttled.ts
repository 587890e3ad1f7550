/** Was the target stopped by the CPU limit of its control group? From outside it may look idle while it stands still every tenth of a second. */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { spanOf, telling } from '../../../model/insight/points.ts'
import { unwatched, watched } from '../../../model/insight/watched.ts'
import { digits, runAgain, scoreOf } from '../../../model/insight/wording.ts'

export const targetThrottled: Insight = {
  id: 'target-throttled',
  version: 1,
  title: 'a CPU limit stopped the target',
  explanation:
    'The target runs in a container or control group with a CPU limit. It is given in periods, mostly of 100 ms: who has used up its part stands still until the next one begins, so requests wait although the CPU looks far from busy on average. Raise the limit (`cpus`, `resources.limits.cpu`), remove it, or use fewer threads at a time than it has cores.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['target-throttled']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const all = watched(facts, telling(facts), 'throttled', '%')
  if (all.length === 0) return unwatched(facts, 'a control group with a CPU limit')
  const least = LIMITS.periods.value
  return all.flatMap(({ name, values }): Conclusion[] => {
    const mean = values.reduce((sum, { value }) => sum + value, 0) / values.length
    if (mean <= least) return []
    const stopped = values.filter(({ value }) => value > least)
    const span = spanOf(stopped.map(({ point }) => point))
    return [
      {
        severity: mean >= LIMITS.many.value ? 'critical' : 'warning',
        confidence: 0.95,
        title: `A CPU limit stopped the target in ${digits(mean)} % of its periods`,
        evidence: [{ what: `${name}, mean`, value: mean, unit: '%', ...span, chart: 'target' }],
        impact: 'requests wait for the next period, up to 100 ms each time',
        score: scoreOf(mean / 100 + 0.2),
        recommendation: [
          'Raise or remove the CPU limit of the container.',
          'Use no more threads at a time than the limit has cores.',
        ],
        howToVerify: runAgain(facts, `--threshold 'monitor(${name}) < ${least}%'`),
      },
    ]
  })
}

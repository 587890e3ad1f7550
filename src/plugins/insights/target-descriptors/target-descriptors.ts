/** Are the file descriptors of the target, or the connections of its database, nearly used up? */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { spanOf, telling } from '../../../model/insight/points.ts'
import { unwatched, watched } from '../../../model/insight/watched.ts'
import { digits, runAgain, scoreOf } from '../../../model/insight/wording.ts'

export const targetDescriptors: Insight = {
  id: 'target-descriptors',
  version: 1,
  title: 'the target was about to run out of descriptors or connections',
  explanation:
    'Every connection and every open file is a descriptor, and a process may have so many (`ulimit -n`); a database takes so many connections (`max_connections`). At the limit new ones are refused, which looks like a crash to whoever comes then. See whether the number follows the users, which needs a higher limit or a pool, or grows with the requests, which is a leak: something is opened and never closed.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['target-descriptors']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const points = telling(facts)
  const metrics = ['descriptorsUsed', 'connectionsUsed']
  const all = metrics.flatMap((metric) => watched(facts, points, metric, '%'))
  if (all.length === 0) return unwatched(facts, 'a share of descriptors')
  const least = LIMITS.full.value
  return all.flatMap(({ name, values }): Conclusion[] => {
    const full = values.filter(({ value }) => value >= least)
    if (full.length === 0) return []
    const most = Math.max(...full.map(({ value }) => value))
    const span = spanOf(full.map(({ point }) => point))
    return [
      {
        severity: most >= LIMITS.brim.value ? 'critical' : 'warning',
        confidence: 0.9,
        title: `The target nearly ran out: ${name} up to ${digits(most)} %`,
        evidence: [{ what: `${name}, at most`, value: most, unit: '%', ...span, chart: 'target' }],
        impact: 'at the limit, new connections are refused',
        score: scoreOf(most / 100 - 0.3),
        recommendation: [
          'Raise the limit (ulimit -n, max_connections), or share connections in a pool.',
          'If it grows with the requests, look for what is opened and never closed.',
        ],
        howToVerify: runAgain(facts, `--threshold 'monitor.max(${name}) < ${least}%'`),
      },
    ]
  })
}

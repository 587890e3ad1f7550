/** Is the memory of the target nearly full? Judges the share of a limit; bytes alone have none. */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { spanOf, telling } from '../../../model/insight/points.ts'
import { unwatched, watched } from '../../../model/insight/watched.ts'
import { digits, runAgain, scoreOf } from '../../../model/insight/wording.ts'

export const targetMemory: Insight = {
  id: 'target-memory',
  version: 1,
  title: 'the memory of the target was nearly full',
  explanation:
    'The memory of the machine, a container or a database was nearly as much as its limit allows. Beyond it processes are ended by the system, pages go to disk, or a cache throws out what it needs next. Look whether it keeps growing with the requests (memory-growth) or is simply too little for so many at a time; raise the limit, or let the target hold less at once.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['target-memory']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const all = watched(facts, telling(facts), 'memoryUsed', '%')
  if (all.length === 0) return unwatched(facts, 'a share of a memory limit')
  return all.flatMap(({ name, values }): Conclusion[] => {
    const full = values.filter(({ value }) => value >= LIMITS.full.value)
    if (full.length < LIMITS.lastingPoints.value) return []
    const most = Math.max(...full.map(({ value }) => value))
    const span = spanOf(full.map(({ point }) => point))
    return [
      {
        severity: most >= LIMITS.brim.value ? 'critical' : 'warning',
        confidence: 0.9,
        title: `Memory was nearly full: ${name} up to ${digits(most)} %`,
        evidence: [
          { what: `${name}, at most`, value: most, unit: '%', ...span, chart: 'target' },
          { what: 'of the run', value: (full.length / values.length) * 100, unit: '%' },
        ],
        impact: 'beyond the limit it is ended, or pages go to disk',
        score: scoreOf(most / 100 - 0.2),
        recommendation: [
          'See whether it keeps growing with the requests, or levels out.',
          'Raise the limit, or hold less in memory per request.',
        ],
        howToVerify: runAgain(facts, `--threshold 'monitor.max(${name}) < ${LIMITS.full.value}%'`),
      },
    ]
  })
}

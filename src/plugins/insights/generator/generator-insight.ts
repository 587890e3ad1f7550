/** The load generator as the first suspect: when it was a limit itself, whatever else is found may be about it. */
import type { Conclusion, Insight, InsightFacts } from '../../../contracts/insight.ts'
import { runAgain } from '../../../model/insight/wording.ts'

export const generatorInsight: Insight = {
  id: 'generator',
  version: 1,
  title: 'the load generator was the limit',
  explanation:
    'The workers that made the load were short of something themselves: CPU, a core of their own, file descriptors, or they did not keep the schedule. Latency then contains the wait in the generator, and the rate is what it could send, so all other findings are marked as not to be trusted. What it was short of stands among the reasons of the generator. Add workers (`--workers`), give them cores of their own or another machine, or make the script do less between requests. Arrivals for which no user was free are no reason for this finding: what was sent was measured well, and the target is the one that held the users.',
  evaluate,
}

function evaluate(facts: InsightFacts): readonly Conclusion[] {
  const { generator, run } = facts.result
  const limits = generator.voidBy?.filter((each) => each !== 'dropped')
  if (generator.trustworthy || limits?.length === 0) return []
  return [
    {
      severity: 'critical',
      confidence: 0.95,
      title: 'The load generator was the limit, so these figures may be its own',
      evidence: [
        {
          what: 'CPU of the busiest worker, at most',
          value: Math.round(generator.cpuRatioMax * 100),
          unit: '%',
          chart: 'cpu',
          fromMs: 0,
          toMs: run.durationMs,
        },
        {
          what: 'event-loop delay, p99',
          value: generator.loopDelayMsP99,
          unit: 'ms',
          chart: 'cpu',
        },
      ],
      impact: (generator.reasons[0] ?? 'what was measured may be the generator').replace(/\.$/, ''),
      score: 100,
      recommendation: [
        'Add workers: --workers auto takes one per core.',
        'Run the generator on cores, or a machine, that the target does not use.',
        'Ask for less load, or do less in the script between requests.',
      ],
      howToVerify: runAgain(facts, `--workers ${run.workers * 2}`),
    },
  ]
}

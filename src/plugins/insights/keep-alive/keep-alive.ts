/**
 * Is a connection opened for nearly every request? Connections are not counted one by one; but connecting is one round trip, which no answer is
 * faster than, so the time spent connecting divided by a typical response is the least number of connections there were. Many
 * times more than users are no longer first connections. The middle of the stretches counts: at a start many connect at once, and
 * wait for each other. Misses it where connecting takes next to no time, and then it costs none.
 */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import { PHASE_NAMES } from '../../../contracts/plan.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { median, phasesOf, spanOf, telling, tooLittle } from '../../../model/insight/points.ts'
import { digits, percent, runAgain, scoreOf } from '../../../model/insight/wording.ts'

export const keepAlive: Insight = {
  id: 'keep-alive',
  version: 1,
  title: 'connections are not kept open',
  explanation:
    'Much of the time went into opening connections, far more of them than there were users: the target, or something before it, closes the connection after each answer, or the script asks for a new one each time. Every connection costs a round trip (with TLS two or three), CPU on both sides, and a port that stays used for a minute. Send `Connection: keep-alive` from the target, raise the idle timeout and the number of requests per connection of the server or proxy, and do not create clients per request. Browsers and most services keep connections: only if real clients do not is this what you want to measure.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['keep-alive']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const { totals, users } = facts.result
  const points = telling(facts)
  const short = tooLittle(points, INSIGHT_LIMITS.all.points.value)
  if (short !== undefined) return short
  const connectingMs = median(points.map((point) => phasesOf(point, ['dns', 'connect', 'tls'])))
  const typicalMs = totals.latencyMs.p50 ?? 0
  const share = connectingMs / median(points.map((point) => phasesOf(point, PHASE_NAMES)))
  if (connectingMs <= 0 || typicalMs <= 0) return []
  const connections =
    (totals.requests * median(points.map((point) => phasesOf(point, ['connect'])))) / typicalMs
  const isMany = connections >= LIMITS.connections.value * Math.max(users.started, users.max)
  if (!isMany || share * 100 < LIMITS.share.value) return []
  const span = { ...spanOf(points), chart: 'phases' as const }
  return [
    {
      severity: 'warning',
      confidence: 0.85,
      title: `Connections are not kept open: ${percent(share)} of the time goes into connecting`,
      evidence: [
        { what: 'connecting, mean per request', value: connectingMs, unit: 'ms', ...span },
        { what: 'connections, at least', value: Math.floor(connections), unit: '' },
        { what: 'users', value: users.max, unit: '', chart: 'users' },
        { what: 'requests', value: totals.requests, unit: '' },
      ],
      impact: `${digits(connectingMs)} ms of every request, and a port of this machine each time`,
      score: scoreOf(share),
      recommendation: [
        'Let the target and every proxy answer with keep-alive, and not close after each answer.',
        'Raise their idle timeout and the number of requests per connection.',
      ],
      howToVerify: runAgain(facts, "--threshold 'connect.avg(http) < 0.1ms'"),
    },
  ]
}

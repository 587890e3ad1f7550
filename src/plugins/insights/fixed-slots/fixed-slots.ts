/**
 * Does the target serve a fixed number of requests at a time while its CPU has time to spare? A pool of threads or connections, a lock, or
 * something behind it that is no faster. How many at a time follows from Little's law at the ceiling and the time without waiting.
 */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import type { ViewPoint } from '../../../contracts/view.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { median, telling, tooLittle } from '../../../model/insight/points.ts'
import { type Saturation, saturationOf } from '../../../model/insight/saturation.ts'
import { watched } from '../../../model/insight/watched.ts'
import { digits, percent, runAgain, scoreOf, time } from '../../../model/insight/wording.ts'

export const fixedSlots: Insight = {
  id: 'fixed-slots',
  version: 1,
  title: 'the target serves a fixed number of requests at a time',
  explanation:
    'However many requests waited, the target answered the same number per second, and its CPU had time to spare. So each of them waits for one of a fixed number of places: a connection of a pool, a thread, a lock, or a slower service behind it. The number is the ceiling times the time one takes without waiting (Little’s law). Compare it with the sizes of the pools of the target. Without CPU figures of the target a process that computes in one thread looks the same, with one place.',
  evaluate,
}

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const points = telling(facts)
  const short = tooLittle(points, INSIGHT_LIMITS.all.points.value)
  if (short !== undefined) return short
  const saturation = saturationOf(points)
  if (saturation === undefined || isRefusing(facts)) return []
  const within = points.filter(({ atMs }) => atMs >= saturation.fromMs && atMs < saturation.toMs)
  const cpu = busiestCpu(facts, within)
  if (cpu !== undefined && cpu > INSIGHT_LIMITS['fixed-slots'].cpu.value) return []
  return [conclude(facts, saturation, cpu)]
}

/** Per cent of one core, or of the machine; undefined: not watched. */
function busiestCpu(facts: InsightFacts, points: readonly ViewPoint[]): number | undefined {
  const all = watched(facts, points, 'cpu', '%')
  if (all.length === 0) return undefined
  return Math.max(...all.map(({ values }) => median(values.map(({ value }) => value))))
}

/** Whoever refuses has a rule, and no queue. */
function isRefusing({ result: { totals } }: InsightFacts): boolean {
  const refused = totals.statuses['429'] ?? 0
  return refused * 100 >= totals.requests * INSIGHT_LIMITS['rate-limit'].refused.value
}

function conclude(
  facts: InsightFacts,
  { fromMs, toMs, ceilingPerSec, baseMs, slowMs, inFlight, slots, waiting }: Saturation,
  cpu: number | undefined,
): Conclusion {
  const span = { fromMs, toMs }
  const places = slots === null ? 'a fixed number of requests' : `about ${slots} requests`
  return {
    severity: 'critical',
    confidence: cpu === undefined ? 0.5 : slots === null ? 0.7 : 0.85,
    title: `The target serves ${places} at a time: ${digits(ceilingPerSec)}/s, however many wait`,
    evidence: [
      {
        what: 'good answers, whatever was asked',
        value: ceilingPerSec,
        unit: '/s',
        ...span,
        chart: 'served',
      },
      { what: 'requests in flight', value: inFlight, unit: '', ...span, chart: 'users' },
      { what: 'mean response at the least load', value: baseMs, unit: 'ms', chart: 'response' },
      { what: 'mean response there', value: slowMs, unit: 'ms', ...span, chart: 'response' },
      ...(cpu === undefined
        ? []
        : [
            { what: 'CPU of the target', value: cpu, unit: '%', ...span, chart: 'target' as const },
          ]),
    ],
    impact: `${percent(waiting)} of the time of a request was waiting: ${time(slowMs)} instead of ${time(baseMs)}`,
    score: scoreOf(waiting),
    recommendation: [
      'Compare the number with the pools of the target: database connections, threads, workers.',
      'Hold such a place for a shorter time, or have more of them.',
      ...(cpu === undefined ? ['Watch the CPU of the target (--watch) to rule it out.'] : []),
    ],
    howToVerify: runAgain(facts),
  }
}

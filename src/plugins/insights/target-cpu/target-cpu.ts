/**
 * Did the target run out of CPU? A process is measured in per cent of one core, so the limit of one that uses a single core is 100 %, of four
 * 400 %; a machine in per cent of all it has. At a limit the figure stays close below a whole number of cores for as long as the
 * load lasts. Costs one pass over the points.
 */
import type { Conclusion, Insight, InsightFacts, NotEvaluated } from '../../../contracts/insight.ts'
import type { ViewPoint } from '../../../contracts/view.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import {
  leastBusy,
  meanMs,
  median,
  spanOf,
  telling,
  tooLittle,
} from '../../../model/insight/points.ts'
import { unwatched, type Watched, watched } from '../../../model/insight/watched.ts'
import { clockAt, digits, runAgain, scoreOf } from '../../../model/insight/wording.ts'

export const targetCpu: Insight = {
  id: 'target-cpu',
  version: 1,
  title: 'the target ran out of CPU',
  explanation:
    'The CPU of a process of the target, or of its machine, stayed at a whole number of cores for a large part of the run. It is out of CPU when requests also took much longer than at the least load; before that it is near the end of it, or, with several cores, perhaps only busy. One core (100 %) is the limit of a process that computes in one thread, as Node and Python do, whatever else the machine has. From there on more load only makes requests wait. A process with many threads that happens to use one core looks the same: see whether more load moves the figure. Profile the target under this load and make the hottest code cheaper, cache its results, or run more processes or cores.',
  evaluate,
}

const LIMITS = INSIGHT_LIMITS['target-cpu']

function evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated {
  const points = telling(facts)
  const all = watched(facts, points, 'cpu', '%')
  if (all.length === 0) return unwatched(facts, 'the CPU')
  const short = tooLittle(points, INSIGHT_LIMITS.all.points.value)
  if (short !== undefined) return short
  return all.flatMap((each) => {
    const busy = busyAt(each)
    return busy === undefined ? [] : [conclude(facts, points, each, busy)]
  })
}

interface Busy {
  readonly cores: number
  readonly percent: number
  readonly points: readonly ViewPoint[]
}

/** The figure of a whole machine has its end at 100 %; of processes any number of cores may be one. */
function busyAt({ values }: Watched): Busy | undefined {
  const most = Math.max(...values.map((each) => each.value))
  const top = values.filter(({ value }) => value >= (most * 3) / 4)
  const percent = median(top.map(({ value }) => value))
  const cores = Math.max(1, Math.ceil((percent - LIMITS.over.value) / 100))
  const full = values.filter(({ value }) => value >= cores * LIMITS.busy.value)
  const isLasting = full.length * 100 >= values.length * LIMITS.lasting.value
  if (percent < cores * LIMITS.busy.value || !isLasting || full.length < LIMITS.points.value)
    return undefined
  return { cores, percent, points: full.map(({ point }) => point) }
}

function conclude(
  facts: InsightFacts,
  points: readonly ViewPoint[],
  { name, source, values }: Watched,
  { cores, percent, points: busy }: Busy,
): Conclusion {
  const baseMs = median(leastBusy(points).map(meanMs))
  const busyMs = median(busy.map(meanMs))
  const isSlower = baseMs > 0 && busyMs >= LIMITS.slower.value * baseMs
  // The one that onrush runs on, with whatever else is there.
  const isMachine = source === 'host'
  const of = isMachine ? 'all cores' : cores === 1 ? 'one core' : `${cores} cores`
  const span = { ...spanOf(busy), chart: 'target' as const }
  return {
    // Several cores that are busy while nothing waits may be what so much work takes, and others be free.
    severity: isSlower ? 'critical' : cores === 1 ? 'warning' : 'info',
    confidence: isSlower ? 0.9 : cores === 1 ? 0.75 : 0.4,
    title: `${isMachine ? 'The machine' : 'The target'} ${isSlower ? 'ran out' : 'is near the end'} of CPU: ${name} at ${digits(percent)} % of ${of} from ${clockAt(span.fromMs)} on`,
    evidence: [
      { what: `${name} while it was busy`, value: percent, unit: '%', ...span },
      { what: 'of the run', value: (busy.length / values.length) * 100, unit: '%', ...span },
      { what: 'mean response at the least load', value: baseMs, unit: 'ms', chart: 'response' },
      {
        what: 'mean response while it was busy',
        value: busyMs,
        unit: 'ms',
        ...span,
        chart: 'response',
      },
    ],
    impact: isSlower
      ? `requests took ${digits(busyMs / baseMs)} × as long as at the least load`
      : 'there is no CPU left for more load',
    score: scoreOf(isSlower ? 1 - baseMs / busyMs : 0.5),
    recommendation: isMachine
      ? [
          'See which process it was: the load generator runs on this machine too.',
          'Give the target, or the generator, a machine of its own.',
        ]
      : [
          'Profile the target under this load: the hottest function is what to make cheaper.',
          cores === 1
            ? 'Run more processes: one thread uses one core.'
            : 'Give it more or faster cores.',
          'Cache what is computed again and again.',
        ],
    howToVerify: runAgain(facts, `--threshold 'monitor(${name}) < ${cores * 80}%'`),
  }
}

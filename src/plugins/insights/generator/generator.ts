/**
 * Can the numbers of a run be trusted, or did the load generator measure itself? A pure function of what the workers said
 * about their own health, how punctual they were, and Little's law as a check of the measuring itself. Reasons are
 * sentences with numbers. `trustworthy` is false only at void level (see `limits.ts`); it never looks at how
 * good or bad the target was, except where arrivals were dropped: then the load was not the one asked for.
 *
 * In the closed model without waits a worker can always be driven to its limit. A loop that is never idle means that
 * finished responses lay waiting until it came to them: latency then contains our own queue, whatever the model.
 */
import type { GeneratorEvidence } from '../../../contracts/generator.ts'
import type { GeneratorLimit, GeneratorResult, WorkerResult } from '../../../contracts/result.ts'
import type { WorkerHealth } from '../../../contracts/snapshot.ts'
import { HEALTH_SHORTEST_MS } from '../../../kernel/limits.ts'
import {
  IN_FLIGHT_SLACK,
  LASTING_RATIO,
  LATE_START_MS,
  GENERATOR_LIMITS as LIMITS,
  WARM_UP_WINDOWS,
} from './limits.ts'

interface Reason {
  readonly level: 'warn' | 'void'
  readonly by: GeneratorLimit
  readonly text: string
}

/** Judges a whole run. */
export function judgeGenerator(evidence: GeneratorEvidence): GeneratorResult {
  const littlesLaw = checkLittlesLaw(evidence)
  const reasons = [
    ...evidence.workers.flatMap((worker) => aboutWorker(evidence, worker.index)),
    ...aboutArrivals(evidence),
    ...aboutResources(evidence),
    ...aboutLittlesLaw(littlesLaw),
  ].sort((a, b) => Number(b.level === 'void') - Number(a.level === 'void'))
  const workers = evidence.workers.map(({ index, lost }) => workerResult(evidence, index, lost))
  const voids = reasons.filter((reason) => reason.level === 'void')
  return {
    trustworthy: voids.length === 0,
    voidBy: [...new Set(voids.map((reason) => reason.by))],
    reasons: reasons.map((reason) => reason.text),
    cpuRatioMax: maxOf(workers, (worker) => worker.cpuRatioMax),
    loopDelayMsP99: maxOf(workers, (worker) => worker.loopDelayMsP99),
    littlesLaw,
    workers,
  }
}

/**
 * L = X · R with X · R = Σ latency / duration: mean in flight comes from an exact integral, the other side from the
 * measured latencies. A request that has not ended, because the run goes on or its worker was lost, is in the first sum only, for about the
 * longest latency at most.
 */
export function checkLittlesLaw(evidence: GeneratorEvidence): GeneratorResult['littlesLaw'] {
  const lastInFlight = new Map<number, number>()
  for (const { workers } of evidence.windows) {
    for (const [index, health] of workers) lastInFlight.set(index, health.inFlight)
  }
  const durationMs = Math.max(evidence.durationMs, 1)
  const inFlightMean = evidence.inFlightSumMs / durationMs
  const expected = evidence.latencySumMs / durationMs
  const unended = [...lastInFlight.values()].reduce((sum, inFlight) => sum + inFlight, 0)
  // Where nothing has ended yet, all of it may be as old as the run.
  const ageMsMax = evidence.latencySumMs === 0 ? durationMs : evidence.latencyMsMax
  const slack = IN_FLIGHT_SLACK + (unended * ageMsMax) / durationMs
  const tolerance = LIMITS.littlesLaw.void * Math.max(inFlightMean, expected) + slack
  return { inFlightMean, expected, holds: Math.abs(inFlightMean - expected) <= tolerance }
}

function aboutWorker(evidence: GeneratorEvidence, index: number): Reason[] {
  const all = healthOf(evidence, index)
  const judged = all.length > 2 * WARM_UP_WINDOWS ? all.slice(WARM_UP_WINDOWS) : all
  if (judged.length === 0) return []
  return [
    ...aboutLoop(index, judged),
    ...aboutCpuWait(index, judged),
    ...aboutDelay(index, judged, evidence.latencyMsP50),
  ]
}

function aboutLoop(index: number, judged: readonly WorkerHealth[]): Reason[] {
  const { void: limit, warn } = LIMITS.loopUtilisation
  const busy = judged.filter((health) => health.loopUtilisation >= limit)
  const inWindows = `in ${busy.length} of ${judged.length} seconds`
  if (lasts(busy.length, judged.length)) {
    const cpu = mean(busy, (health) => health.cpuRatio)
    const text =
      cpu < LIMITS.cpuRatio.warn
        ? `Worker ${index} was never idle ${inWindows}, but got only ${percent(cpu)} of a core: something else used the machine. Give the generator cores of its own.`
        : `Worker ${index} was never idle ${inWindows} (${percent(cpu)} of a core): rate and latency are the generator's, not the target's. Use more workers or fewer users.`
    return [{ level: 'void', by: 'loop', text }]
  }
  const hot = judged.filter(
    (health) => health.loopUtilisation >= warn || health.cpuRatio >= LIMITS.cpuRatio.warn,
  )
  if (!lasts(hot.length, judged.length)) return []
  const cpu = percent(mean(hot, (health) => health.cpuRatio))
  const loop = percent(mean(hot, (health) => health.loopUtilisation))
  const text = `Worker ${index} came near its limit in ${hot.length} of ${judged.length} seconds: ${cpu} of a core, event loop ${loop} busy.`
  return [{ level: 'warn', by: 'loop', text }]
}

/** A loop that waits in the kernel for its core looks idle from inside; what it measures contains that wait. */
function aboutCpuWait(index: number, judged: readonly WorkerHealth[]): Reason[] {
  const { ofSecond, ofWanted } = LIMITS.cpuWait
  const starved = judged.filter(
    ({ cpuRatio, cpuWaitRatio = 0 }) =>
      cpuWaitRatio >= ofSecond && cpuWaitRatio >= ofWanted * (cpuWaitRatio + cpuRatio),
  )
  if (!lasts(starved.length, judged.length)) return []
  const waited = percent(mean(starved, (health) => health.cpuWaitRatio ?? 0))
  const text = `Worker ${index} waited for a core ${waited} of the time in ${starved.length} of ${judged.length} seconds, because something else had it: that wait is part of what was measured. Give the generator cores of its own.`
  return [{ level: 'void', by: 'cpu-wait', text }]
}

function aboutDelay(
  index: number,
  judged: readonly WorkerHealth[],
  medianMs: number | null,
): Reason[] {
  const { void: limit, warn } = LIMITS.loopDelayMs
  const ofMedian = medianMs === null ? limit : medianMs * LIMITS.loopDelayOfMedian.void
  const voidMs = Math.min(limit, Math.max(warn, ofMedian))
  const late = judged.filter((health) => health.loopDelayMsP99 > voidMs)
  const slow = judged.filter((health) => health.loopDelayMsP99 > warn)
  const worst = milliseconds(maxOf(slow, (health) => health.loopDelayMsP99))
  const text = `The event loop of worker ${index} was late by up to ${worst} (p99) in ${slow.length} of ${judged.length} seconds`
  if (lasts(late.length, judged.length)) {
    const beside = medianMs === null ? '' : ` beside a median latency of ${milliseconds(medianMs)}`
    return [
      {
        level: 'void',
        by: 'loop-delay',
        text: `${text}${beside}: that delay is part of what was measured.`,
      },
    ]
  }
  return lasts(slow.length, judged.length)
    ? [{ level: 'warn', by: 'loop-delay', text: `${text}.` }]
    : []
}

function aboutArrivals({ arrivals }: GeneratorEvidence): Reason[] {
  const reasons: Reason[] = []
  const { lateness, due, dropped } = arrivals
  if (lateness.count > 0) {
    const late = 1 - LIMITS.lateStarts.void
    const lateMs = lateness.percentileUs(late * 100) / 1_000
    const p99 = lateness.percentileUs(99) / 1_000
    if (lateMs > LATE_START_MS) {
      const text = `More than ${percent(LIMITS.lateStarts.void)} of ${lateness.count} arrivals started over ${LATE_START_MS} ms late (p99 ${milliseconds(p99)}): the generator did not keep the schedule.`
      reasons.push({ level: 'void', by: 'late-starts', text })
    } else if (p99 > LIMITS.latenessMsP99.warn) {
      reasons.push({
        level: 'warn',
        by: 'late-starts',
        text: `Arrivals started late: p99 ${milliseconds(p99)}.`,
      })
    }
  }
  const ratio = due === 0 ? 0 : dropped / due
  if (ratio > LIMITS.droppedArrivals.warn) {
    const level = ratio > LIMITS.droppedArrivals.void ? 'void' : 'warn'
    const text = `${dropped} of ${due} arrivals (${percent(ratio)}) were dropped, as no user was free for them: the target got less load than planned. Raise usersMax (for iterations: users, or their time), or look why the target holds users so long.`
    reasons.push({ level, by: 'dropped', text })
  }
  return reasons
}

function aboutResources({ resourceFailures }: GeneratorEvidence): Reason[] {
  if (resourceFailures === 0) return []
  const text = `${resourceFailures} requests failed because this machine ran out of ports, file descriptors or memory.`
  return [{ level: 'void', by: 'resources', text }]
}

function aboutLittlesLaw({
  holds,
  inFlightMean,
  expected,
}: GeneratorResult['littlesLaw']): Reason[] {
  if (holds) return []
  const text = `Little's law does not hold: ${inFlightMean.toFixed(2)} requests were in flight on average, rate × latency says ${expected.toFixed(2)}. Some latencies were measured wrongly or lost.`
  return [{ level: 'void', by: 'littles-law', text }]
}

function workerResult(evidence: GeneratorEvidence, index: number, lost: boolean): WorkerResult {
  const all = healthOf(evidence, index)
  return {
    index,
    lost,
    cpuRatioMax: maxOf(all, (health) => health.cpuRatio),
    loopDelayMsP99: maxOf(all, (health) => health.loopDelayMsP99),
    rssBytesMax: maxOf(all, (health) => health.rssBytes),
    openSocketsMax: maxOf(all, (health) => health.openSockets),
  }
}

/** Without a last window of a moment: its health is that of the second before, which must not count twice. */
function healthOf({ windows, durationMs }: GeneratorEvidence, index: number): WorkerHealth[] {
  const whole = windows.filter(
    ({ startMs }) => startMs === 0 || durationMs - startMs >= HEALTH_SHORTEST_MS,
  )
  return whole.flatMap(({ workers }) =>
    workers.filter(([worker]) => worker === index).map(([, health]) => health),
  )
}

function lasts(count: number, of: number): boolean {
  return count >= Math.max(of * LASTING_RATIO, Math.min(2, of))
}

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / Math.max(items.length, 1)
}

function maxOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((max, item) => Math.max(max, value(item)), 0)
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(ratio < 0.1 ? 1 : 0)} %`
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
}

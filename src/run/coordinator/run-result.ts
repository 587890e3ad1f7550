/**
 * Puts together `onrush.result/1` from what the other parts of the coordinator know. Computes nothing itself but
 * the evidence on which the generator is judged. Pure.
 */
import type { JudgeGenerator } from '../../contracts/generator.ts'
import type { InsightFacts } from '../../contracts/insight.ts'
import type { RunEvent } from '../../contracts/output.ts'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import type {
  RunResult,
  ThresholdResult,
  WarmupResult,
  Whereabouts,
  WindowResult,
} from '../../contracts/result.ts'
import { toMetricResult } from '../../model/metrics/metric-result.ts'
import { toArrivalsResult, toErrorResult, toSeriesResults } from '../../model/metrics/summary.ts'
import { withoutValues } from '../../model/plan/scenario-settings.ts'
import { generatorEvidence } from '../../model/report/evidence.ts'
import { WINDOW_MS } from '../wire/timing.ts'
import type { Aggregator } from './aggregator.ts'
import type { RunSteering } from './steering.ts'
import { verdictOf } from './verdict.ts'

/** What the composition knows about a run and the coordinator only passes on. */
export interface RunFacts {
  readonly script: string
  readonly scriptHash: string
  readonly version: string
  readonly node: string
  /** ISO 8601. */
  readonly startedAt: string
  /** Found out beside the run: git may take its time. Never rejects. */
  readonly git: Promise<RunResult['run']['git']>
}

export interface ResultInput {
  readonly runId: string
  readonly plan: LoadPlan
  readonly facts: RunFacts
  readonly git: RunResult['run']['git']
  readonly durationMs: number
  /** The run is over. */
  readonly isFinal: boolean
  readonly aggregator: Aggregator
  readonly monitors: RunResult['monitors']
  readonly thresholds: readonly ThresholdResult[]
  readonly warmup: WarmupResult | undefined
  readonly workers: readonly { readonly index: number; readonly lost: boolean }[]
  /** By worker index. */
  readonly whereabouts: ReadonlyMap<number, Whereabouts>
  readonly arrivalsUnknown: number
  readonly events: readonly RunEvent[]
  readonly steering: RunSteering
  readonly problems: readonly Problem[]
  readonly breakdown: string | undefined
  readonly signalExitCode: number | undefined
  readonly strictGenerator: boolean
  readonly judgeGenerator: JudgeGenerator
}

/** But for what is found out about it. */
export function buildResult(input: ResultInput): InsightFacts['result'] {
  const { plan, facts, durationMs, aggregator, thresholds } = input
  const counted = aggregator.totals
  const { steering } = input
  // While it stood still nothing was to come: rates are those of the time in which something was.
  const activeMs = durationMs - steering.pausedMs(0, durationMs)
  const { totals, series } = toSeriesResults(counted.series, activeMs)
  const evidenced = input.judgeGenerator(
    generatorEvidence(
      counted,
      { windows: aggregator.health.items, inFlightSumMs: aggregator.inFlightSumMs },
      durationMs,
      input.workers,
    ),
  )
  const generator = {
    ...evidenced,
    workers: evidenced.workers.map((each) => ({ ...each, ...input.whereabouts.get(each.index) })),
  }
  const { users, checks, arrivals } = counted
  const { judged } = aggregator
  const verdict = verdictOf({
    problems: input.problems,
    breakdown: input.breakdown,
    signalExitCode: input.signalExitCode,
    // A message one way that failed counts once, like a request that failed.
    requests: judged.requests + judged.oneWayFailures,
    failures: judged.failures + judged.oneWayFailures,
    endedInWarmup: judged.requests === 0 && totals.requests > 0,
    scriptErrors: judged.scriptErrors,
    errors: judged.errors,
    users,
    thresholds,
    generator,
    strictGenerator: input.strictGenerator,
  })
  return {
    schema: 'onrush.result/1',
    run: {
      id: input.runId,
      name: plan.name,
      startedAt: facts.startedAt,
      durationMs,
      seed: plan.seed,
      script: facts.script,
      scriptHash: facts.scriptHash,
      host: plan.host,
      workers: input.workers.length,
      version: facts.version,
      node: facts.node,
      plan: withoutValues(plan),
      tags: plan.tags,
      git: input.git,
    },
    verdict,
    totals,
    series,
    ...errorsAndSlowest(input),
    checks,
    metrics: counted.metrics.map((each) => toMetricResult(each, activeMs)),
    thresholds,
    users: {
      max: aggregator.usersMax,
      started: users.started,
      stopped: users.stopped,
      failed: users.failed,
    },
    arrivals: toArrivalsResult(arrivals, input.arrivalsUnknown),
    generator,
    ...(input.warmup !== undefined && { warmup: input.warmup }),
    windows: aggregator.results.items.map((window) => withPlanned(window, steering)),
    monitors: input.monitors,
    events: input.events,
  }
}

/** With requests at the end only: while a run goes on its result is made every second, and they would be most of it. */
function errorsAndSlowest({
  aggregator: { totals, exemplars },
  isFinal,
}: ResultInput): Pick<RunResult, 'errors' | 'slowest'> {
  if (!isFinal) return { errors: totals.errors.map(toErrorResult) }
  const { slowest } = exemplars
  return {
    errors: exemplars.toErrorResults(totals.errors),
    ...(slowest.length > 0 && { slowest }),
  }
}

function withPlanned(window: WindowResult, steering: RunSteering): WindowResult {
  const toMs = window.atMs + WINDOW_MS
  const planned = steering.planned(window.atMs, toMs)
  return steering.pausedMs(window.atMs, toMs) > 0
    ? { ...window, planned, paused: true }
    : { ...window, planned }
}

/**
 * The result of a run that left none, from its kept windows: one that was cut off, or still goes on. Totals, series, errors,
 * checks and metrics are those of all windows, exactly; what only the end of a run knows (thresholds, warm-up, pauses, arrivals
 * of lost workers) is left out rather than guessed. Never counts as passed. Keeps one line and the health per window.
 */
import type { JudgeGenerator } from '../../contracts/generator.ts'
import type { Insight, InsightFacts } from '../../contracts/insight.ts'
import type { MonitorReading } from '../../contracts/monitor.ts'
import type { RunResult, WindowResult } from '../../contracts/result.ts'
import type { StoredRun } from '../../contracts/store.ts'
import type { Window } from '../../contracts/window.ts'
import { EXIT } from '../../kernel/errors.ts'
import { WINDOWS_MAX } from '../../kernel/limits.ts'
import { ThinnedList } from '../../kernel/thinned-list.ts'
import { conclude } from '../insight/conclude.ts'
import { FactBook } from '../insight/fact-book.ts'
import { toMetricResult } from '../metrics/metric-result.ts'
import { MonitorTotals } from '../metrics/monitor-totals.ts'
import { RunExemplars } from '../metrics/run-exemplars.ts'
import { toArrivalsResult, toSeriesResults, toWindowResult } from '../metrics/summary.ts'
import { RunTotals } from '../metrics/window.ts'
import { generatorEvidence } from './evidence.ts'

/** All of a run, in order: merged, of whatever length; and the overview of each window by itself. */
export interface RunWindows {
  readonly merged: AsyncIterable<Window>
  readonly seconds: AsyncIterable<Window>
}

/** Without `insights` nothing is found out. */
export async function rebuildResult(
  { info, record, events }: StoredRun,
  { merged, seconds }: RunWindows,
  judgeGenerator: JudgeGenerator,
  insights: readonly Insight[] = [],
): Promise<RunResult> {
  const book = new FactBook()
  const totals = new RunTotals()
  const exemplars = new RunExemplars()
  for await (const stretch of merged) {
    totals.add(stretch)
    exemplars.admit(stretch.exemplars ?? [], stretch.window)
  }
  const lines = new ThinnedList<WindowResult>(WINDOWS_MAX)
  const health = new ThinnedList<Pick<Window, 'startMs' | 'workers'>>(WINDOWS_MAX)
  const monitors = new Map<string, MonitorTotals>()
  let inFlightSumMs = 0
  let durationMs = 0
  let usersMax = 0
  let count = 0
  for await (const window of seconds) {
    book.add(window)
    durationMs = window.startMs + window.durationMs
    usersMax = Math.max(usersMax, window.users.active)
    for (const [, { inFlightMs }] of window.workers) inFlightSumMs += inFlightMs
    for (const each of window.monitors ?? []) totalsOf(monitors, each).add(each.value)
    lines.set(count, toWindowResult(window))
    health.set(count, { startMs: window.startMs, workers: window.workers })
    count++
  }
  const { plan } = info
  const lost = record.state === 'cut-off'
  const workers = Array.from({ length: info.workers }, (_, index) => ({ index, lost: false }))
  const evidence = { windows: health.items, inFlightSumMs }
  const reason = lost
    ? 'cut off: the process ended before the run did'
    : 'not judged yet: the run goes on'
  const { started, stopped, failed } = totals.users
  const result: InsightFacts['result'] = {
    schema: 'onrush.result/1',
    run: {
      id: info.id,
      name: plan.name,
      startedAt: new Date(info.startedAtEpochMs).toISOString(),
      durationMs,
      seed: plan.seed,
      script: info.script,
      scriptHash: info.scriptHash,
      host: plan.host,
      workers: info.workers,
      version: info.version,
      node: info.node,
      plan,
      tags: plan.tags,
      git: info.git,
    },
    verdict: { passed: false, reason, exitCode: EXIT.failed },
    ...toSeriesResults(totals.series, durationMs),
    errors: exemplars.toErrorResults(totals.errors),
    ...(exemplars.slowest.length > 0 && { slowest: exemplars.slowest }),
    checks: totals.checks,
    metrics: totals.metrics.map((each) => toMetricResult(each, durationMs)),
    thresholds: [],
    users: { max: usersMax, started, stopped, failed },
    arrivals: toArrivalsResult(totals.arrivals, 0),
    generator: judgeGenerator(generatorEvidence(totals, evidence, durationMs, workers)),
    windows: lines.items,
    monitors: [...monitors.values()].map((each) => each.result()),
    events,
  }
  return { ...result, ...conclude(insights, book.facts(result, totals.series)) }
}

/** What was found out about a run that ended before anybody looked for it, from its windows. */
export async function withFindings(
  result: RunResult,
  { merged, seconds }: RunWindows,
  insights: readonly Insight[],
): Promise<RunResult> {
  const book = new FactBook()
  const totals = new RunTotals()
  for await (const stretch of merged) totals.add(stretch)
  for await (const window of seconds) book.add(window)
  return { ...result, ...conclude(insights, book.facts(result, totals.series)) }
}

/** Windows know a source by its name alone: `target` of `target.cpu`. */
function totalsOf(known: Map<string, MonitorTotals>, { name, unit }: MonitorReading) {
  const totals = known.get(name) ?? new MonitorTotals(name, name.replace(/\..*/, ''), unit)
  known.set(name, totals)
  return totals
}

/** What a trial knows beside its requests: whether the generator was well, and what was watched of the target. */
import type { MonitorMean } from '../../contracts/capacity.ts'
import type { JudgeGenerator } from '../../contracts/generator.ts'
import type { Window } from '../../contracts/window.ts'
import { allOf, isOfRequests } from '../metrics/series-totals.ts'
import { type RunTotals, WINDOW_MS } from '../metrics/window.ts'

/**
 * Reasons not to trust the generator; none when it was well. Dropped arrivals are the target's doing here, and Little's law is only said of
 * a steady queue: both are looked at elsewhere, so the generator is asked about a trial without them.
 */
export function generatorFaults(
  judge: JudgeGenerator,
  windows: readonly Window[],
  totals: RunTotals,
): readonly string[] {
  const { latency } = allOf(totals.series.filter(isOfRequests))
  const workers = windows.flatMap((each) => each.workers)
  const inFlightSumMs = workers.reduce((sum, [, health]) => sum + health.inFlightMs, 0)
  const judged = judge({
    durationMs: windows.length * WINDOW_MS,
    windows,
    arrivals: { ...totals.arrivals, dropped: 0 },
    latencyMsP50: latency.count === 0 ? null : latency.percentileUs(50) / 1_000,
    latencyMsMax: latency.count === 0 ? 0 : latency.maxUs / 1_000,
    latencySumMs: inFlightSumMs,
    inFlightSumMs,
    resourceFailures: totals.errors
      .filter(({ kind }) => kind === 'resources')
      .reduce((sum, each) => sum + each.count, 0),
    workers: [...new Set(workers.map(([index]) => index))].map((index) => ({ index, lost: false })),
  })
  return judged.trustworthy ? [] : judged.reasons
}

/** Of every figure that could be read at all. */
export function monitorMeans(windows: readonly Window[]): MonitorMean[] {
  const sums = new Map<string, { unit: string; sum: number; count: number }>()
  for (const { name, unit, value } of windows.flatMap((each) => each.monitors ?? [])) {
    if (value === null) continue
    const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 }
    sums.set(name, { unit, sum: sum + value, count: count + 1 })
  }
  return [...sums].map(([name, { unit, sum, count }]) => ({ name, unit, mean: sum / count }))
}

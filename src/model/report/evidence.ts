/** What the generator is judged by, from what was counted. Pure. */
import type { GeneratorEvidence } from '../../contracts/generator.ts'
import type { Histogram } from '../../contracts/snapshot.ts'
import { allOf, isOfRequests } from '../metrics/series-totals.ts'
import { percentileMs } from '../metrics/summary.ts'
import type { Counted } from '../metrics/window.ts'

/** `windows`: health of each second. */
export function generatorEvidence(
  { series, errors, arrivals }: Counted,
  windows: GeneratorEvidence['windows'],
  durationMs: number,
  workers: GeneratorEvidence['workers'],
): GeneratorEvidence {
  const { latency } = allOf(series.filter(isOfRequests))
  const ofMachine = errors.filter((error) => error.kind === 'resources')
  return {
    durationMs,
    windows,
    arrivals,
    latencyMsP50: percentileMs(latency, 50),
    latencyMsMax: maxMs(latency),
    latencySumMs: latency.sumUs / 1_000,
    resourceFailures: ofMachine.reduce((sum, error) => sum + error.count, 0),
    workers,
  }
}

function maxMs(histogram: Histogram): number {
  return histogram.count === 0 ? 0 : histogram.maxUs / 1_000
}

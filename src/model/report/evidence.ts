/** What the generator is judged by, from what was counted. Pure. */
import type { GeneratorEvidence } from '../../contracts/generator.ts'
import type { Histogram } from '../../contracts/snapshot.ts'
import { allOf, isOfRequests } from '../metrics/series-totals.ts'
import { percentileMs } from '../metrics/summary.ts'
import type { Counted } from '../metrics/window.ts'

/** `health`: of each second, and what was in flight in all of them. */
export function generatorEvidence(
  { series, errors, arrivals }: Counted,
  health: Pick<GeneratorEvidence, 'windows' | 'inFlightSumMs'>,
  durationMs: number,
  workers: GeneratorEvidence['workers'],
): GeneratorEvidence {
  const { latency } = allOf(series.filter(isOfRequests))
  const ofMachine = errors.filter((error) => error.kind === 'resources')
  return {
    ...health,
    durationMs,
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

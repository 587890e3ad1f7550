/** A series of the result in the shape of the tables. */
import { PHASE_NAMES } from '../../../contracts/plan.ts'
import type { SeriesResult } from '../../../contracts/result.ts'
import { taggedName } from '../../../model/metrics/tags.ts'
import type { SeriesFigures } from './series-columns.ts'

export function figuresOf(series: SeriesResult): SeriesFigures {
  const { p50, p95, p99, max } = series.responseMs
  return {
    requests: series.requests,
    failures: series.failures,
    ratePerSec: series.ratePerSec,
    bytesIn: series.bytesIn,
    p50Ms: p50,
    p95Ms: p95,
    p99Ms: p99,
    maxMs: max,
    phasesMs: PHASE_NAMES.map((name) => series.phasesMs[name]),
    statuses: Object.entries(series.statuses).map(([status, count]) => [Number(status), count]),
  }
}

export function seriesName({
  method,
  name,
  tags,
}: Pick<SeriesResult, 'method' | 'name' | 'tags'>): string {
  return [method, taggedName(name, tags)].filter(Boolean).join(' ')
}

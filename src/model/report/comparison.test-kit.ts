/** A small comparison for the tests of reports: one series that got slower and fails more. */
import type { Comparison, MetricComparison, SeriesComparison } from '../../contracts/compare.ts'

const metric = (more: Partial<MetricComparison>): MetricComparison => ({
  metric: 'p95',
  unit: 'ms',
  a: 176,
  b: 178.2,
  change: 0.0125,
  low: 0.002,
  high: 0.031,
  tolerance: 0.05,
  pValue: 0.2,
  pAdjusted: 0.4,
  verdict: 'same',
  ...more,
})
export const seriesCompared = (
  name: string,
  metrics: readonly Partial<MetricComparison>[],
): SeriesComparison => ({
  kind: 'http',
  method: 'GET',
  name,
  requestsOfA: 36_000,
  requestsOfB: 36_010,
  metrics: metrics.map(metric),
})

export function comparisonOf(more: Partial<Comparison> = {}): Comparison {
  const run = { name: 'shop', startedAt: '2026-11-21T14:55:01.250Z', script: 'shop.ts' }
  return {
    schema: 'onrush.compare/1',
    a: { ...run, id: '20261120-120044-07d2', commit: 'c0ffee1200', branch: 'main' },
    b: { ...run, id: '20261121-145501-3fa9', commit: null, branch: null },
    notComparable: [],
    notEqual: [{ what: 'commit', a: 'c0ffee12 main', b: 'none' }],
    verdict: 'worse',
    method: {
      fromMs: 0,
      toMs: 300_000,
      blockMs: 5_000,
      blocksOfA: 60,
      blocksOfB: 60,
      resamples: 2_000,
      seed: 1,
      confidence: 0.95,
      falseDiscoveryRate: 0.05,
      tolerance: { ratio: 0.05, ms: 1, errorRatio: 0.001 },
    },
    totals: { ...seriesCompared('(all)', [{}]), kind: '', method: '' },
    series: [
      seriesCompared('/list', [{}]),
      seriesCompared('/pay', [
        {
          a: 301,
          b: 415,
          change: 0.3787,
          low: 0.29,
          high: 0.47,
          pAdjusted: 1e-9,
          verdict: 'worse',
        },
        {
          ...{ metric: 'errors', unit: 'ratio', a: 0.0002, b: 0.0033, change: 0.0031 },
          ...{ low: 0.0024, high: 0.0038, pAdjusted: 0.0123, verdict: 'worse' },
        },
      ]),
    ],
    onlyInA: [],
    onlyInB: ['GET /new'],
    ...more,
  }
}

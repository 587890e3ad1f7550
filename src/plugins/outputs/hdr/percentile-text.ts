/**
 * A histogram as the text that HdrHistogram prints and its plotters read (.hgrm): value, percentile, count up to it, 1 / (1 − percentile);
 * five steps for each halving of what is left, and the exact end. Milliseconds. Pure.
 */
import type { Histogram } from '../../../contracts/snapshot.ts'
import { asLogHistogram, BUCKETS, upperEdgeUs } from '../../../model/metrics/histogram.ts'

const STEPS_PER_HALF = 5

export function percentileText(given: Histogram): string {
  const histogram = asLogHistogram(given)
  const { count } = histogram
  const rows: string[] = []
  for (let percentile = 0; count > 0; ) {
    const us = histogram.percentileUs(percentile)
    const reached = countUpTo(histogram, us)
    const isEnd = reached === count
    rows.push(rowOf(us / 1_000, isEnd ? 100 : percentile, reached))
    if (isEnd) break
    const halvings = Math.floor(Math.log2(100 / (100 - percentile))) + 1
    const next = percentile + 100 / (STEPS_PER_HALF * 2 ** halvings)
    // On to what was not shown yet: the next step, or past the value just shown.
    percentile = Math.max(next, (100 * reached) / count)
  }
  const mean = count === 0 ? 0 : histogram.sumUs / count / 1_000
  const maxMs = count === 0 ? 0 : histogram.maxUs / 1_000
  return [
    `${'Value'.padStart(12)} ${'Percentile'.padStart(14)} TotalCount 1/(1-Percentile)\n`,
    ...rows,
    `#[Mean    = ${fixed(mean)}, StdDeviation   = ${fixed(deviationMs(histogram, mean))}]`,
    `#[Max     = ${fixed(maxMs)}, Total count    = ${String(count).padStart(12)}]`,
    `#[Buckets = ${'25'.padStart(12)}, SubBuckets     = ${'256'.padStart(12)}]`,
    '',
  ].join('\n')
}

function rowOf(ms: number, percentile: number, reached: number): string {
  const share = percentile / 100
  const odds = share >= 1 ? '' : ` ${(1 / (1 - share)).toFixed(2).padStart(14)}`
  return `${fixed(ms)} ${share.toFixed(12)} ${String(reached).padStart(10)}${odds}`
}

type Counted = ReturnType<typeof asLogHistogram>

/** How many values are at most `us`, which is an edge of a bucket or the largest of all. */
function countUpTo(histogram: Counted, us: number): number {
  if (us >= histogram.maxUs) return histogram.count
  let reached = 0
  for (let bucket = 0; bucket < BUCKETS && upperEdgeUs(bucket) <= us; bucket++) {
    reached += histogram.countAt(bucket)
  }
  return reached
}

function deviationMs(histogram: Counted, meanMs: number): number {
  if (histogram.count === 0) return 0
  let squares = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = histogram.countAt(bucket)
    if (count > 0) squares += count * (upperEdgeUs(bucket) / 1_000 - meanMs) ** 2
  }
  return Math.sqrt(squares / histogram.count)
}

const fixed = (ms: number): string => ms.toFixed(3).padStart(12)

/**
 * Where the warm-up of a series of measurements ends, by MSER-5: the values are averaged in batches of five, and that many
 * batches are cut off at the front which make the mean of the rest the most certain one.
 *
 *     score(d) = Σ_{i ≥ d} (b_i − mean_d)² / (n − d)²     for d = 0 … ⌊n/2⌋; the smallest wins, the smallest d among equals
 *
 * A minimum at the last d looked at means that the series had not settled within its first half: no steady state. Known
 * weakness: an outlier near the end hides a warm-up, because its square is in every score. One pass, O(n).
 */
import { mean } from './mean.ts'

/** Values of one batch: what makes it MSER-5. */
export const MSER_BATCH = 5

export interface Truncation {
  /** Full batches; values that fill no batch at the end are not looked at. */
  readonly batchCount: number
  readonly truncateBatches: number
  readonly truncateSamples: number
  readonly score: number
  /** False also when there are too few batches to tell. */
  readonly steadyStateFound: boolean
  /** Of all values that are left; NaN without values. */
  readonly keptMean: number
}

export function mser5(values: readonly number[], batchSize = MSER_BATCH): Truncation {
  const batches = batchMeans(values, batchSize)
  const last = Math.floor(batches.length / 2)
  const best = { cut: 0, score: batches.length === 0 ? 0 : Number.POSITIVE_INFINITY }
  // From the end to the front, so that every step only adds one batch (Welford's sums: a constant series scores exactly 0).
  let average = 0
  let squares = 0
  for (let cut = batches.length - 1; cut >= 0; cut--) {
    const count = batches.length - cut
    const delta = batches[cut]! - average
    average += delta / count
    squares += delta * (batches[cut]! - average)
    const score = squares / count ** 2
    if (cut <= last && score <= best.score) Object.assign(best, { cut, score })
  }
  const truncateSamples = best.cut * batchSize
  return {
    batchCount: batches.length,
    truncateBatches: best.cut,
    truncateSamples,
    score: best.score,
    steadyStateFound: best.cut < last,
    keptMean: mean(values.slice(truncateSamples)),
  }
}

/** Means of consecutive full batches. */
export function batchMeans(values: readonly number[], batchSize: number): number[] {
  return Array.from({ length: Math.floor(values.length / batchSize) }, (_, batch) =>
    mean(values.slice(batch * batchSize, (batch + 1) * batchSize)),
  )
}

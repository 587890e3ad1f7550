/**
 * A quantile of few values that does not jump from one to the next: the mean of all order statistics, weighted by how likely each is
 * the quantile (Harrell and Davis). For numbers of runs, never for requests, which are many and have histograms.
 */
import { incompleteBeta } from './beta.ts'

/** `quantile` in (0, 1) of `values`, of which there is at least one. O(n log n). */
export function harrellDavis(values: readonly number[], quantile: number): number {
  const count = values.length
  const [a, b] = [(count + 1) * quantile, (count + 1) * (1 - quantile)]
  const upTo = (rank: number): number => incompleteBeta(rank / count, a, b)
  return [...values]
    .sort((x, y) => x - y)
    .reduce((sum, value, index) => sum + value * (upTo(index + 1) - upTo(index)), 0)
}

/**
 * What holds for a run that was given no threshold: a run with too many failures is not green. Kept apart from the
 * verdict because reports show the same figure. Pure.
 */

/** Without thresholds a run with more failures than this does not pass. */
export const GUARD_ERROR_RATIO = 0.05

/**
 * Share of the work that failed, 0 … 1; NaN when there was none. A task that threw is work that was to be done and was
 * not: it counts once, like a request that failed.
 */
export function guardErrorRatio(counts: {
  readonly requests: number
  readonly failures: number
  readonly scriptErrors: number
}): number {
  const { requests, failures, scriptErrors } = counts
  return (failures + scriptErrors) / (requests + scriptErrors)
}

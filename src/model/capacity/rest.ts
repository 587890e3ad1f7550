/**
 * Between two trials: is the target quiet again? It is when next to nothing is in progress and its few answers take no longer than they
 * did at the lowest load that held. One that does not come to rest is not waited for beyond `REST_SEC_MAX`.
 */
import type { TrialResult } from '../../contracts/capacity.ts'
import type { Window } from '../../contracts/window.ts'
import { allOf, isOfRequests } from '../metrics/series-totals.ts'

const REST_SEC_MAX = 60
const IN_FLIGHT_QUIET = 1
/** Beside the median at the lowest load: some ms, because single answers differ. */
const SLOWER_RATIO = 1.2
const SLOWER_MS = 5

export class Rest {
  readonly #quietMs: number
  #seconds = 0

  /** `baseline`: undefined when nothing has held yet. */
  constructor(baseline: Pick<TrialResult, 'p50Ms'> | undefined) {
    const medianMs = baseline?.p50Ms ?? Number.POSITIVE_INFINITY
    this.#quietMs = medianMs * SLOWER_RATIO + SLOWER_MS
  }

  /** True: rested, or long enough. */
  add({ series, workers }: Window): boolean {
    this.#seconds++
    const { response, failures, requests } = allOf(series.filter(isOfRequests))
    const inFlight = workers.reduce((sum, [, health]) => sum + health.inFlight, 0)
    const isFast = requests > failures && response.percentileUs(50) / 1_000 <= this.#quietMs
    return (inFlight <= IN_FLIGHT_QUIET && isFast) || this.#seconds >= REST_SEC_MAX
  }
}

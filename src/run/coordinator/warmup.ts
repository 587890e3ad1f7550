/**
 * How long the warm-up of a run was: as long as its plan says, or found at the end from one value per second of the mean
 * response time and of the rate (`model/stats/warm-up.ts`). It is looked for only while the plan asks for full load, and only
 * where the planned load is the same for more than half of the run, and nobody changed it: a ramp has no steady state.
 * Memory: two numbers per second, as long as windows are kept for the result.
 */
import type { LoadPlan } from '../../contracts/plan.ts'
import type { WarmupResult } from '../../contracts/result.ts'
import type { Window } from '../../contracts/window.ts'
import { WINDOWS_MAX } from '../../kernel/limits.ts'
import { isOfRequests } from '../../model/metrics/series-totals.ts'
import { levelStretch } from '../../model/plan/level-stretch.ts'
import { findWarmUp } from '../../model/stats/warm-up.ts'
import { WINDOW_MS } from '../wire/timing.ts'
import { judgedFromMs } from './plan-end.ts'

export class Warmup {
  readonly #plan: LoadPlan
  readonly #responseMs: (number | null)[] = []
  readonly #ratePerSec: number[] = []

  constructor(plan: LoadPlan) {
    this.#plan = plan
  }

  /** Each window as it closes, and again when it changed. */
  add({ window, series }: Window): void {
    if (!this.#plan.warmupAuto || window >= WINDOWS_MAX) return
    let [requests, timed, sumUs] = [0, 0, 0]
    for (const each of series.filter(isOfRequests)) {
      requests += each.requests
      timed += each.response.count
      sumUs += each.response.sumUs
    }
    this.#responseMs[window] = timed === 0 ? null : sumUs / timed / 1_000
    this.#ratePerSec[window] = requests / (WINDOW_MS / 1_000)
  }

  /** Of a run whose load ended at `untilMs`; undefined when the plan has none. `steered`: it did not go by its plan. */
  result(untilMs: number, steered: boolean): WarmupResult | undefined {
    const { warmupMs, warmupAuto } = this.#plan
    if (warmupAuto) return { kind: 'auto', ...this.#find(untilMs, steered) }
    if (warmupMs === undefined) return undefined
    return { kind: 'fixed', endMs: judgedFromMs(this.#plan), steady: null, why: 'by the plan' }
  }

  #find(untilMs: number, steered: boolean): Omit<WarmupResult, 'kind'> {
    if (steered) return nothing('the load was changed while it ran')
    const { fromMs, toMs } = levelStretch(this.#plan, untilMs)
    if (untilMs > 0 && toMs - fromMs <= untilMs / 2) {
      return nothing('the planned load is not the same for more than half of the run')
    }
    const windows = Math.floor(toMs / WINDOW_MS)
    const { endSec, steady, why } = findWarmUp(
      this.#responseMs.slice(0, windows),
      this.#ratePerSec.slice(0, windows),
    )
    return { endMs: endSec * WINDOW_MS, steady, why }
  }
}

function nothing(why: string): Omit<WarmupResult, 'kind'> {
  return { endMs: 0, steady: false, why }
}

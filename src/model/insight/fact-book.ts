/**
 * What insights ask of a run, collected window by window: a timeline of `INSIGHT_POINTS_MAX` points, so that a day costs as much memory as
 * ten minutes. Totals and series are the caller's, who has them anyway. Costs what one more timeline costs.
 */
import type { InsightFacts } from '../../contracts/insight.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { INSIGHT_POINTS_MAX } from '../../kernel/limits.ts'
import { isOfRequests } from '../metrics/series-totals.ts'
import { plannedOf } from '../view/planned.ts'
import { Timeline } from '../view/timeline.ts'

export class FactBook {
  readonly #timeline = new Timeline(INSIGHT_POINTS_MAX)

  /** A window may come again, as it changed. */
  add(window: Window): void {
    this.#timeline.add(window)
  }

  /** `series`: all that was counted, of the same run as `result`. */
  facts(result: InsightFacts['result'], series: readonly SeriesDelta[]): InsightFacts {
    const points = this.#timeline.points(plannedOf(result.windows))
    return { result, points, series: series.filter(isOfRequests) }
  }
}

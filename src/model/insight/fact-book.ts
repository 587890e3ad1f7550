/**
 * What insights ask of a run, collected window by window: a timeline of `INSIGHT_POINTS_MAX` points, so that a day costs as much memory as ten
 * minutes. Totals and series are the caller's, who has them anyway. A window costs what it costs on one more timeline; a look at the run
 * what changed since the look before.
 */
import type { InsightFacts } from '../../contracts/insight.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { ViewPoint } from '../../contracts/view.ts'
import type { Window } from '../../contracts/window.ts'
import { INSIGHT_POINTS_MAX } from '../../kernel/limits.ts'
import { isOfRequests } from '../metrics/series-totals.ts'
import { plannedOf } from '../view/planned.ts'
import { Timeline } from '../view/timeline.ts'

export class FactBook {
  readonly #timeline = new Timeline(INSIGHT_POINTS_MAX)
  /** Points by their beginning, as of version `#known` of the timeline: percentiles of all of them cost ten times what is new. */
  readonly #points = new Map<number, ViewPoint>()
  #known = 0

  /** A window may come again, as it changed. */
  add(window: Window): void {
    this.#timeline.add(window)
  }

  /** `series`: all that was counted, of the same run as `result`. */
  facts(result: InsightFacts['result'], series: readonly SeriesDelta[]): InsightFacts {
    this.#renew()
    const planned = plannedOf(result.windows)
    const points = [...this.#points.values()]
      .sort((a, b) => a.atMs - b.atMs)
      .map((point) => ({ ...point, ...planned(point.atMs, point.atMs + point.spanMs) }))
    return { result, points, series: series.filter(isOfRequests) }
  }

  #renew(): void {
    if (this.#timeline.halvedAt > this.#known) this.#points.clear()
    const since = this.#points.size === 0 ? 0 : this.#known
    for (const point of this.#timeline.points(UNPLANNED, since)) this.#points.set(point.atMs, point)
    this.#known = this.#timeline.version
  }
}

/** What was planned is asked of each result anew: a warm-up is known at the end. */
const UNPLANNED = () => ({ planned: null })

/** Kept runs as the page sees them, rebuilt from what the store has merged of its windows: the whole of one, and the figures of any part. */
import type { Tags } from '../../contracts/measure.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { Store, StoredRun } from '../../contracts/store.ts'
import type { RunView, ViewPoint } from '../../contracts/view.ts'
import { SERIES_POINTS_MAX } from '../../kernel/limits.ts'
import { toErrorResult, toSeriesResults } from '../../model/metrics/summary.ts'
import { tagsKey } from '../../model/metrics/tags.ts'
import { RunTotals } from '../../model/metrics/window.ts'
import { describeLoad } from '../../model/plan/shape-format.ts'
import { plannedOf } from '../../model/view/planned.ts'
import { pointSpanMs, Timeline } from '../../model/view/timeline.ts'
import { leanResult } from './lean-result.ts'

/** The result of a kept run; of one that was cut off what its windows say. */
export type ResultOf = (store: Store, run: StoredRun) => Promise<RunResult>

/** Undefined when there is none. */
export async function keptView(
  store: Store,
  id: string,
  resultOf: ResultOf,
): Promise<RunView | undefined> {
  const run = await store.read(id)
  if (run === undefined) return undefined
  const result = await resultOf(store, run)
  const timeline = new Timeline()
  const spanMsMax = pointSpanMs(result.run.durationMs)
  const stretches = store.merged(id, { detail: 'overview', spanMsMax })
  for await (const stretch of stretches) timeline.add(stretch)
  return {
    schema: 'onrush.view/1',
    state: run.record.state,
    paused: false,
    elapsedMs: result.run.durationMs,
    plannedMs: null,
    load: result.run.plan.scenarios.map(({ load }) => describeLoad(load)),
    result: leanResult(result),
    points: timeline.points(plannedOf(result.windows)),
  }
}

/** Totals, series, errors and checks of the windows between two instants. */
export async function keptRange(
  store: Store,
  id: string,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<Pick<RunResult, 'totals' | 'series' | 'errors' | 'checks'> | undefined> {
  const sum = new RunTotals()
  let isEmpty = true
  for await (const stretch of store.merged(id, { ...range, detail: 'series' })) {
    sum.add(stretch)
    isEmpty = false
  }
  if (isEmpty) return undefined
  const { totals, series } = toSeriesResults(sum.series, range.toMs - range.fromMs)
  return { totals, series, errors: sum.errors.map(toErrorResult), checks: sum.checks }
}

/** Which series of a run. */
export interface SeriesKey {
  readonly kind: string
  readonly method: string
  readonly name: string
  readonly tags: Tags
}

/** One series of a run of `durationMs` over time: requests, failures, percentiles, heat and phases are its own. Undefined when nothing of it is kept. */
export async function keptSeries(
  store: Store,
  id: string,
  { kind, method, name, tags }: SeriesKey,
  durationMs: number,
): Promise<readonly ViewPoint[] | undefined> {
  const timeline = new Timeline(SERIES_POINTS_MAX)
  const wanted = tagsKey(tags)
  const spanMsMax = pointSpanMs(durationMs, SERIES_POINTS_MAX)
  let isThere = false
  for await (const stretch of store.merged(id, { detail: 'series', spanMsMax })) {
    const series = stretch.series.filter(
      (each) =>
        each.kind === kind &&
        each.method === method &&
        each.name === name &&
        tagsKey(each.tags ?? {}) === wanted,
    )
    const errors = stretch.errors.filter((each) => each.method === method && each.name === name)
    isThere ||= series.length > 0
    timeline.add({ ...stretch, series, errors })
  }
  return isThere ? timeline.points(plannedOf([])) : undefined
}

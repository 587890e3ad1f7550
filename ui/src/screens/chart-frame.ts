/** What all charts of a run have in common: the part of time they show, and what was noted or changed when. Pure. */
import { hasEnded } from '../api/run-feed.ts'
import type { RunView, ViewPoint } from '../api/types.ts'
import type { Limit, Mark } from '../charts/marks.ts'
import type { Range } from '../state/location.ts'

const SHORTEST_MS = 10_000
const ROOM_STEPS_MS = [5, 10, 15, 30, 60, 120, 300, 600, 1_200, 3_600].map(
  (seconds) => seconds * 1_000,
)
const MARKED = ['note', 'steer', 'worker-lost']

export interface ChartFrame {
  readonly points: readonly ViewPoint[]
  readonly range: Range
  readonly marks: readonly Mark[]
}

export function chartFrame(view: RunView, chosen: Range | undefined): ChartFrame {
  const last = view.points.at(-1)
  const endMs = last === undefined ? 0 : last.atMs + last.spanMs
  const toMs = hasEnded(view) ? endMs : withRoom(Math.max(endMs, SHORTEST_MS))
  return {
    points: view.points,
    range: chosen ?? { fromMs: 0, toMs: Math.max(1_000, toMs) },
    marks: view.result.events
      .filter(({ kind }) => kind !== undefined && MARKED.includes(kind))
      .map(({ atMs, text }) => ({ atMs, text })),
  }
}

/** A running run's axis grows in steps of a twentieth or so: between them nothing moves, and only what is new is drawn. */
function withRoom(ms: number): number {
  const stepMs = ROOM_STEPS_MS.find((step) => step * 20 >= ms) ?? ROOM_STEPS_MS.at(-1)!
  return Math.ceil(ms / stepMs) * stepMs
}

/** Rules about the response time of all requests, as lines across its chart. */
export function limitsOf(view: RunView): readonly Limit[] {
  return view.result.run.plan.thresholds.flatMap(({ metric, unit, limit, rule }) =>
    metric.kind === 'percentile' &&
    metric.of === 'response' &&
    unit === 'ms' &&
    (metric.series === '' || metric.series === 'http')
      ? [{ value: limit, label: rule }]
      : [],
  )
}

/** A trend as a drawing: places of its runs, and the level between two changes. Pure; figures from 0 up. */
import type { TrendMetric, TrendRun } from '../../../src/contracts/trend.ts'
import type { Trend } from '../api/history.ts'

export interface TrendPoint {
  readonly run: TrendRun
  readonly x: number
  readonly y: number
  readonly value: number
}
export interface TrendLine {
  readonly points: readonly TrendPoint[]
  /** Of the runs that make the series, in order. */
  readonly path: string
  /** The mean from one change to the next, from left to right. */
  readonly levels: readonly { readonly fromX: number; readonly toX: number; readonly y: number }[]
  readonly changes: readonly { readonly x: number; readonly verdict: 'worse' | 'better' }[]
  /** Heights that are named beside the drawing. */
  readonly ticks: readonly { readonly y: number; readonly value: number }[]
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** Left of the first run are the names of heights. */
const LEFT_PX = 64
const EDGE_PX = 8
const TICKS = 3
/** So near a pointer means a run. */
const REACH_PX = 16

export const trendValue = (metric: TrendMetric['metric'], run: TrendRun): number | null =>
  ({ p95: run.p95Ms, rate: run.ratePerSec, errors: run.errorRatio })[metric]

export function trendLine({ runs }: Trend, asked: TrendMetric, size: Size): TrendLine {
  const values = runs.map((run) => trendValue(asked.metric, run))
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0))
  const step = (size.width - LEFT_PX - EDGE_PX) / Math.max(1, runs.length - 1)
  const xOf = (at: number): number => round(LEFT_PX + at * step)
  const yOf = (value: number): number =>
    round(size.height - EDGE_PX - (size.height - 2 * EDGE_PX) * (value / most))
  const points = runs.flatMap((run, at): TrendPoint[] => {
    const value = values[at] ?? null
    return value === null ? [] : [{ run, x: xOf(at), y: yOf(value), value }]
  })
  const alike = points.filter(({ run }) => run.leftOut === null)
  const xOfRun = (id: string): number => xOf(runs.findIndex((run) => run.id === id))
  const cuts = asked.changes.map(({ id, verdict }) => ({ x: xOfRun(id) - step / 2, verdict }))
  const ends = [alike[0]?.x ?? 0, ...cuts.map(({ x }) => x), alike.at(-1)?.x ?? 0]
  const means = [asked.changes[0]?.before, ...asked.changes.map(({ after }) => after)]
  return {
    points,
    path: alike.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join(''),
    levels: means.flatMap((mean, at) =>
      mean === undefined ? [] : [{ fromX: ends[at]!, toX: ends[at + 1]!, y: yOf(mean) }],
    ),
    changes: cuts,
    ticks: Array.from({ length: TICKS }, (_, at) => {
      const value = (most * at) / (TICKS - 1)
      return { y: yOf(value), value }
    }),
  }
}

/** The run somebody points at, by its place among the points. */
export function nearest({ points }: TrendLine, x: number, y: number): number | undefined {
  let [best, least]: [number | undefined, number] = [undefined, REACH_PX]
  for (const [at, point] of points.entries()) {
    const distance = Math.hypot(point.x - x, point.y - y)
    if (distance < least) [best, least] = [at, distance]
  }
  return best
}

const round = (value: number): number => Math.round(value * 10) / 10

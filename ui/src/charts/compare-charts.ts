/**
 * Several runs over each other, aligned at their starts: one chart per figure, one line per run. Runs that are drawn in stretches of different
 * lengths meet on those of the longest run: percentiles as the highest within, counts as rates. Pure.
 */
import type { ViewPoint } from '../api/types.ts'
import { duration, figure, percent } from '../figures/format.ts'
import { type ChartModel, type Line, withGaps } from './chart-model.ts'
import { Columns } from './columns.ts'
import { courseOf, sentenceOf } from './sentences.ts'

export interface DrawnRun {
  readonly label: string
  readonly points: readonly ViewPoint[]
}

interface Figure {
  readonly id: string
  readonly title: string
  readonly question: string
  readonly format: (value: number | null | undefined) => string
  /** Of the points within one stretch, of which there is one at least. */
  readonly of: (points: readonly ViewPoint[]) => number | null
}

const sum = (points: readonly ViewPoint[], of: (point: ViewPoint) => number): number =>
  points.reduce((all, point) => all + of(point), 0)
const highest =
  (of: (point: ViewPoint) => number | null) =>
  (points: readonly ViewPoint[]): number | null =>
    points.reduce<number | null>((most, point) => {
      const value = of(point)
      return value === null ? most : Math.max(most ?? value, value)
    }, null)

const FIGURES: readonly Figure[] = [
  ...(['p95', 'p50', 'p99'] as const).map((name) => ({
    id: name,
    title: `Response time, ${name}`,
    question: 'Which run is slower, and when?',
    format: duration,
    of: highest((point) => point[`${name}Ms`]),
  })),
  {
    id: 'rate',
    title: 'Requests per second',
    question: 'Was as much served?',
    format: (value) => `${figure(value)}/s`,
    of: (points) =>
      (sum(points, ({ requests }) => requests) * 1_000) / sum(points, ({ spanMs }) => spanMs),
  },
  {
    id: 'failures',
    title: 'Failures',
    question: 'Share of requests that failed',
    format: percent,
    of: (points) => {
      const requests = sum(points, (point) => point.requests)
      return requests === 0 ? null : sum(points, ({ failures }) => failures) / requests
    },
  },
]

export interface CompareCharts {
  /** What the time axis of all of them is made of. */
  readonly points: readonly ViewPoint[]
  readonly charts: readonly ChartModel[]
}

export function compareCharts(runs: readonly DrawnRun[]): CompareCharts {
  const longest = runs.reduce<readonly ViewPoint[]>(
    (most, { points }) => (endOf(points) > endOf(most) ? points : most),
    [],
  )
  const places = withGaps(longest)
  const within = runs.map(({ points }) =>
    places.map((place) => (place === undefined ? [] : pointsWithin(points, place))),
  )
  const charts = FIGURES.map((each): ChartModel => {
    const lines = runs.map(({ label }, index): Line => {
      const found = within[index]!.map((points) => (points.length === 0 ? null : each.of(points)))
      return { label, values: found, style: 'line', color: index }
    })
    const nothing = lines.every(({ values }) =>
      values.every((value) => value === null || value === 0),
    )
    return {
      ...each,
      lines,
      isStacked: false,
      // From 0: how much slower is what one looks for.
      isLog: false,
      sentence: sentenceOf(
        ...runs.map(({ label, points }) => {
          const read = (point: ViewPoint): number | null => each.of([point])
          return courseOf(new Columns().take(points).of(label, read), label, read, each.format)
        }),
      ),
      ...(nothing && { nothing: each.id === 'failures' ? '0 failures' : 'Nothing was measured.' }),
    }
  })
  return { points: longest, charts }
}

const endOf = (points: readonly ViewPoint[]): number => {
  const last = points.at(-1)
  return last === undefined ? -1 : last.atMs + last.spanMs
}

/** Those that begin in the stretch; of coarser ones the one that covers it. */
function pointsWithin(points: readonly ViewPoint[], { atMs, spanMs }: ViewPoint): ViewPoint[] {
  const first = firstFrom(points, atMs)
  const found: ViewPoint[] = []
  for (let at = first; at < points.length && points[at]!.atMs < atMs + spanMs; at++)
    found.push(points[at]!)
  const before = points[first - 1]
  const isCovered = found.length === 0 && before !== undefined && before.atMs + before.spanMs > atMs
  return isCovered ? [before] : found
}

/** The first point that begins at `atMs` or later; they are in order. */
function firstFrom(points: readonly ViewPoint[], atMs: number): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.atMs < atMs) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Was it slow for all or for a few? Each column is a stretch of the run, each row a third slower than the one below, and the darker a cell the
 * more responses fell into it, on a scale of eight steps from one response per second to the most there were. The lines on top are
 * percentiles of the same responses. Cells of one shade are one path, which keeps an hour below 100 kB.
 */
import type { ViewPoint } from '../../../../contracts/view.ts'
import { HEAT_ROWS_MS } from '../../../../model/view/heat.ts'
import { clock, short } from '../figures.ts'
import { type Html, html } from '../html.ts'
import {
  type Chart,
  type Key,
  type Limit,
  type Line,
  limitLine,
  lineKey,
  linePath,
  pathOf,
} from './lines.ts'
import { type Frame, Plot, tenth } from './plot.ts'

const SHADES = [
  '#E3EDF6',
  '#CBDDEE',
  '#AFCAE4',
  '#8FB4D8',
  '#6C9BCA',
  '#4A81BA',
  '#2C67A6',
  '#134B87',
]
const LINES: readonly Line[] = [
  { name: 'p50', colour: 3, value: (point) => point.p50Ms },
  { name: 'p95', colour: 1, dash: 1, value: (point) => point.p95Ms },
  { name: 'p99', colour: 5, dash: 2, value: (point) => point.p99Ms },
]

export function heatMap(
  frame: Frame,
  points: readonly ViewPoint[],
  limits: readonly Limit[],
): Chart {
  const title = 'Response time'
  const rows = points.flatMap((point) => point.heat.map(([row]) => row))
  const lowest = Math.max(0, Math.min(...rows, 48) - 1)
  const highest = Math.max(...rows, ...limits.map((each) => rowAt(each.value)), lowest + 8)
  const [least, most] = [HEAT_ROWS_MS[lowest]!, edgeOf(highest + 1)]
  const plot = new Plot(frame, { width: 960, height: 320 }, { least, most, isLog: true })
  const drawing = plot.draw(title, 'ms', decades(least, most), [
    cells(plot, points),
    LINES.map((line) => halo(plot, points, line)),
    LINES.map((line) => linePath(plot, points, line)),
    limits.map((each) => limitLine(plot, each)),
  ])
  return {
    title,
    sentence: sentenceOf(points),
    legend: [...LINES.map(lineKey), shadeKey()],
    drawing,
  }
}

function cells(plot: Plot, points: readonly ViewPoint[]): Html[] {
  const rates = points.flatMap(({ heat, spanMs }) => heat.map(([, count]) => count / spanMs))
  const top = Math.log(1 + Math.max(0, ...rates) * 1_000)
  const paths = SHADES.map(() => '')
  for (const { atMs, spanMs, heat } of points) {
    const [from, to] = [plot.x(atMs), plot.x(atMs + spanMs)]
    for (const [row, count] of heat) {
      const share = Math.log(1 + (count / spanMs) * 1_000) / top
      const shade = Math.min(SHADES.length - 1, Math.floor(share * SHADES.length))
      const [low, high] = [plot.y(HEAT_ROWS_MS[row]!), plot.y(edgeOf(row + 1))]
      paths[shade] += `M${from} ${high}h${tenth(to - from)}v${tenth(low - high)}H${from}z`
    }
  }
  return paths.map((d, shade) => html`<path class="h${shade}" d="${d}" fill="${SHADES[shade]}"/>`)
}

/** A light edge, so that a line is seen on dark cells too. */
function halo(plot: Plot, points: readonly ViewPoint[], line: Line): Html {
  return html`<path class="halo" d="${pathOf(plot, points, line.value)}" fill="none" stroke="#FFFFFF" stroke-width="4" stroke-linejoin="round" opacity=".75"/>`
}

function sentenceOf(points: readonly ViewPoint[]): string {
  const known = points.filter((point) => point.p95Ms !== null)
  if (known.length === 0) return 'Nothing was answered.'
  const [low, high] = extremesOf(known, (point) => point.p95Ms)
  const slowest = extremesOf(known, (point) => point.maxMs)[1]
  return `p95 was between ${short(low.p95Ms)} ms (at ${clock(low.atMs)}) and ${short(high.p95Ms)} ms (at ${clock(high.atMs)}); the slowest response took ${short(slowest.maxMs)} ms (at ${clock(slowest.atMs)}).`
}

function extremesOf(
  points: readonly ViewPoint[],
  value: Line['value'],
): readonly [low: ViewPoint, high: ViewPoint] {
  let [low, high] = [points[0]!, points[0]!]
  for (const point of points) {
    if ((value(point) ?? 0) < (value(low) ?? 0)) low = point
    if ((value(point) ?? 0) > (value(high) ?? 0)) high = point
  }
  return [low, high]
}

function shadeKey(): Key {
  const cells = SHADES.map(
    (fill, shade) =>
      html`<rect class="h${shade}" x="${shade * 9}" width="9" height="10" fill="${fill}"/>`,
  )
  return {
    name: 'few to many responses',
    swatch: html`<svg width="72" height="10" aria-hidden="true">${cells}</svg>`,
  }
}

const rowAt = (ms: number): number =>
  Math.max(
    0,
    HEAT_ROWS_MS.findLastIndex((border) => border <= ms),
  )

/** Also of the row after the last. */
const edgeOf = (row: number): number =>
  HEAT_ROWS_MS[row] ?? HEAT_ROWS_MS.at(-1)! * 10 ** ((row - HEAT_ROWS_MS.length + 1) / 8)

function decades(least: number, most: number): number[] {
  const all = [0.1, 1, 10, 100, 1_000, 10_000, 100_000]
  const within = all.filter((each) => each >= least * 0.99 && each <= most)
  return within.length > 1 ? within : [least, most].map((each) => Number(each.toPrecision(2)))
}

/** Lines, steps and stacks over time, as paths of a `Plot`. What was not measured is a gap, never a zero. */
import type { ViewPoint } from '../../../../contracts/view.ts'
import { type Content, type Html, html } from '../html.ts'
import { type Frame, Plot, tenth, ticksTo } from './plot.ts'

/** Of the light theme, apart for every kind of eye; the style sheet has those of the dark by the same numbers. */
const COLOURS = ['#0060A8', '#E64786', '#9B62FB', '#443318', '#A1830F', '#720050']
export const COLOURS_MAX = COLOURS.length
const DASHES = ['', '6 3', '2 2']

export interface Line {
  readonly name: string
  /** Which colour, 0 … 5. */
  readonly colour: number
  /** 0: solid. */
  readonly dash?: number
  readonly value: (point: ViewPoint) => number | null
}

export interface Chart {
  readonly title: string
  /** One sentence of what it shows. */
  readonly sentence: string
  readonly legend: readonly Key[]
  readonly drawing: Html
}
export interface Key {
  readonly name: string
  readonly swatch: Html
}

export interface Limit {
  readonly value: number
  readonly name: string
}

/** Lines on one axis. */
export function lineDrawing(
  frame: Frame,
  points: readonly ViewPoint[],
  chart: {
    readonly title: string
    readonly unit: string
    readonly lines: readonly Line[]
    readonly height?: number
    readonly limit?: Limit
    /** Lies under the lines. */
    readonly under?: (plot: Plot) => Content
  },
): Html {
  const most = Math.max(
    chart.limit?.value ?? 0,
    ...chart.lines.flatMap((line) => points.map((point) => line.value(point) ?? 0)),
  )
  const ticks = ticksTo(most)
  const plot = new Plot(frame, { width: 640, height: chart.height ?? 200 }, { most: ticks.at(-1)! })
  const paths = chart.lines.map((line) => linePath(plot, points, line))
  const limit = chart.limit === undefined ? undefined : limitLine(plot, chart.limit)
  return plot.draw(chart.title, chart.unit, ticks, [chart.under?.(plot), limit, paths])
}

export function linePath(plot: Plot, points: readonly ViewPoint[], line: Line): Html {
  const d = pathOf(plot, points, line.value)
  return html`<path class="c${line.colour}" d="${d}" fill="none" stroke="${COLOURS[line.colour]}" stroke-width="1.6" stroke-linejoin="round" stroke-dasharray="${DASHES[line.dash ?? 0] || 'none'}"/>`
}

/** Through the middles of the points. */
export function pathOf(plot: Plot, points: readonly ViewPoint[], read: Line['value']): string {
  let d = ''
  let isOpen = false
  for (const point of points) {
    const value = read(point)
    if (value === null) isOpen = false
    else {
      d += `${isOpen ? 'L' : 'M'}${plot.x(point.atMs + point.spanMs / 2)} ${plot.y(value)}`
      // A point alone would be nothing.
      if (!isOpen) d += 'h.1'
      isOpen = true
    }
  }
  return d
}

export function lineKey({ name, colour, dash }: Line): Key {
  const swatch = html`<svg width="22" height="10" aria-hidden="true"><path class="c${colour}" d="M1 5h20" stroke="${COLOURS[colour]}" stroke-width="2" stroke-dasharray="${DASHES[dash ?? 0] || 'none'}"/></svg>`
  return { name, swatch }
}

export function limitLine(plot: Plot, { value, name }: Limit): Html {
  const y = plot.y(value)
  return html`<path class="limit" d="M${plot.left} ${y}H${plot.right}" stroke="#C01F2E" stroke-dasharray="8 4"/><text class="limit-text" x="${plot.left + 6}" y="${tenth(y - 5)}" fill="#C01F2E" stroke="#FFFFFF" stroke-width="3" paint-order="stroke">${name}</text>`
}

export interface Layer {
  readonly name: string
  readonly colour: number
  readonly value: (point: ViewPoint) => number
}

/** Bars on top of each other, one per point; the first layer lies at the bottom. */
export function stackDrawing(
  frame: Frame,
  points: readonly ViewPoint[],
  chart: { readonly title: string; readonly unit: string; readonly layers: readonly Layer[] },
): Html {
  const heights = points.map((point) =>
    chart.layers.reduce((sum, layer) => sum + layer.value(point), 0),
  )
  const ticks = ticksTo(Math.max(0, ...heights))
  const plot = new Plot(frame, { width: 640, height: 200 }, { most: ticks.at(-1)! })
  const below = points.map(() => 0)
  const paths = chart.layers.map((layer) => barsPath(plot, points, layer, below))
  return plot.draw(chart.title, chart.unit, ticks, paths)
}

/** Bars that stand on `below`, and are added to it. */
export function barsPath(
  plot: Plot,
  points: readonly ViewPoint[],
  layer: Layer,
  below: number[],
): Html {
  let d = ''
  points.forEach((point, index) => {
    const value = layer.value(point)
    if (value <= 0) return
    const [from, to] = [plot.x(point.atMs), plot.x(point.atMs + point.spanMs)]
    const base = below[index]!
    below[index] = base + value
    d += `M${from} ${plot.y(base)}V${plot.y(base + value)}H${to}V${plot.y(base)}z`
  })
  return html`<path class="f${layer.colour}" d="${d}" fill="${COLOURS[layer.colour]}"/>`
}

export function layerKey({ name, colour }: Layer): Key {
  const swatch = html`<svg width="14" height="10" aria-hidden="true"><rect class="f${colour}" width="14" height="10" fill="${COLOURS[colour]}"/></svg>`
  return { name, swatch }
}

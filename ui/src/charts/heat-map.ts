/**
 * Draws how many responses took how long, a column per stretch and a row per time, behind the lines of a chart with a logarithmic
 * axis. Counts are exact; the shade is the square root of responses per second, so that few slow ones are seen beside many fast ones.
 * Cost: a pixel per cell, and one image drawn.
 */
import type uPlot from 'uplot'
import { HEAT_ROWS_MS } from '../../../src/model/view/heat.ts'
import type { ViewPoint } from '../api/types.ts'
import { upperMs } from './heat-cells.ts'
import type { Palette } from './palette.ts'

/** More than screens have; a canvas has an end, too. */
const COLUMNS_MAX = 4_096

export function heatMap(points: () => readonly ViewPoint[], palette: Palette): uPlot.Plugin {
  return { hooks: { drawAxes: (plot) => paint(plot, points(), palette.heat) } }
}

/** Shade of a cell, 0 … `shades` − 1. */
export function shadeOf(perSec: number, perSecMax: number, shades: number): number {
  return Math.min(shades - 1, Math.floor(Math.sqrt(perSec / perSecMax) * shades))
}

function paint(plot: uPlot, points: readonly ViewPoint[], shades: readonly string[]): void {
  const { min, max } = plot.scales['x'] ?? {}
  const { min: lowMs, max: highMs } = plot.scales['y'] ?? {}
  if (min == null || max == null || lowMs == null || highMs == null) return
  const shown = points.filter(
    (point) => point.atMs < max * 1_000 && point.atMs + point.spanMs > min * 1_000,
  )
  const image = heatImage(shown, shades.map(opaque))
  if (image === undefined) return
  const { ctx, bbox } = plot
  const x = (ms: number): number => plot.valToPos(ms / 1_000, 'x', true)
  const y = (ms: number): number => plot.valToPos(ms, 'y', true)
  const last = shown.at(-1)!
  const left = x(shown[0]!.atMs)
  const top = y(upperMs(HEAT_ROWS_MS.length - 1))
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.imageSmoothingEnabled = false
  ctx.drawImage(
    drawn(image),
    left,
    top,
    x(last.atMs + last.spanMs) - left,
    y(HEAT_ROWS_MS[0]!) - top,
  )
  ctx.restore()
}

export interface HeatImage {
  readonly width: number
  readonly height: number
  /** As canvases have them, a pixel a cell, the slowest row first; 0 where there is nothing. */
  readonly pixels: Uint32Array<ArrayBuffer>
}

/** Rows are equally high on a logarithmic axis, so a cell is a pixel of an image that is stretched. Undefined: nothing to see. */
export function heatImage(
  points: readonly ViewPoint[],
  shades: readonly number[],
): HeatImage | undefined {
  const [first, last] = [points[0], points.at(-1)]
  const most = densest(points)
  if (first === undefined || last === undefined || most === 0) return undefined
  const totalMs = last.atMs + last.spanMs - first.atMs
  const finestMs = points.reduce((least, { spanMs }) => Math.min(least, spanMs), totalMs)
  const cellMs = Math.max(finestMs, totalMs / COLUMNS_MAX)
  const width = Math.round(totalMs / cellMs)
  const height = HEAT_ROWS_MS.length
  const pixels = new Uint32Array(width * height)
  for (const { atMs, spanMs, heat } of points) {
    const from = Math.floor((atMs - first.atMs) / cellMs)
    const until = Math.max(from + 1, Math.floor((atMs + spanMs - first.atMs) / cellMs))
    for (const [row, times] of heat) {
      const shade = shades[shadeOf(times / spanMs, most, shades.length)]!
      const start = (height - 1 - row) * width
      for (let column = from; column < until; column++) pixels[start + column] = shade
    }
  }
  return { width, height, pixels }
}

/** The highest count per millisecond of any cell. */
function densest(points: readonly ViewPoint[]): number {
  let most = 0
  for (const { heat, spanMs } of points) {
    for (const [, times] of heat) most = Math.max(most, times / spanMs)
  }
  return most
}

let canvas: HTMLCanvasElement | undefined

function drawn({ width, height, pixels }: HeatImage): HTMLCanvasElement {
  canvas ??= document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return canvas
}

/** '#rrggbb' as a pixel, alpha in the highest byte. */
const opaque = (color: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  return ((255 << 24) | (blue! << 16) | (green! << 8) | red!) >>> 0
}

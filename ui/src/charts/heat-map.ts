/**
 * Draws how many responses took how long, a column per stretch and a row per time, behind the lines of a chart with a logarithmic
 * axis. Counts are exact; the shade is the square root of responses per second, so that few slow ones are seen beside many fast ones.
 * Cost: a pixel per cell, and one image drawn.
 */
import type uPlot from 'uplot'
import { HEAT_ROWS_MS } from '../../../src/model/view/heat.ts'
import type { ViewPoint } from '../api/types.ts'
import { HeatCanvas } from './heat-canvas.ts'
import { upperMs } from './heat-cells.ts'
import { type HeatImage, heatImage } from './heat-image.ts'
import type { Palette } from './palette.ts'

export function heatMap(points: () => readonly ViewPoint[], palette: Palette): uPlot.Plugin {
  const whole = new HeatCanvas(palette.heat.map(opaque))
  return { hooks: { drawAxes: (plot) => paint(plot, points(), palette.heat.map(opaque), whole) } }
}

function paint(
  plot: uPlot,
  points: readonly ViewPoint[],
  shades: readonly number[],
  whole: HeatCanvas,
): void {
  const { min, max } = plot.scales['x'] ?? {}
  const { min: lowMs, max: highMs } = plot.scales['y'] ?? {}
  if (min == null || max == null || lowMs == null || highMs == null) return
  const [first, end] = [points[0], points.at(-1)]
  if (first === undefined || end === undefined) return
  const isWhole = first.atMs >= min * 1_000 && end.atMs + end.spanMs <= max * 1_000
  const shown = isWhole
    ? points
    : points.filter((point) => point.atMs < max * 1_000 && point.atMs + point.spanMs > min * 1_000)
  const image = isWhole ? wholeOf(whole, points) : drawn(heatImage(shown, shades))
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
    image.canvas,
    0,
    0,
    image.width,
    HEAT_ROWS_MS.length,
    left,
    top,
    x(last.atMs + last.spanMs) - left,
    y(HEAT_ROWS_MS[0]!) - top,
  )
  ctx.restore()
}

interface Drawn {
  readonly canvas: HTMLCanvasElement
  readonly width: number
}

const wholeOf = (whole: HeatCanvas, points: readonly ViewPoint[]): Drawn | undefined =>
  whole.take(points) ? whole : undefined

let canvas: HTMLCanvasElement | undefined

/** Of a part of the run; one canvas for all charts, as it is used at once. */
function drawn(image: HeatImage | undefined): Drawn | undefined {
  if (image === undefined) return undefined
  const { width, height, pixels } = image
  canvas ??= document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const data = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height)
  canvas.getContext('2d')?.putImageData(data, 0, 0)
  return { canvas, width }
}

/** '#rrggbb' as a pixel, alpha in the highest byte. */
const opaque = (color: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  return ((255 << 24) | (blue! << 16) | (green! << 8) | red!) >>> 0
}

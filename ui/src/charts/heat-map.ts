/**
 * Draws how many responses took how long, a column per stretch and a row per time, behind the lines of a chart with a logarithmic
 * axis. Counts are exact; the shade is the square root of responses per second, so that few slow ones are seen beside many fast ones.
 * Cost: one fill per cell that is not empty, batched by shade.
 */
import type uPlot from 'uplot'
import { HEAT_ROWS_MS } from '../../../src/model/view/heat.ts'
import type { ViewPoint } from '../api/types.ts'
import type { Palette } from './palette.ts'

export function heatMap(points: () => readonly ViewPoint[], palette: Palette): uPlot.Plugin {
  return { hooks: { drawAxes: (plot) => paint(plot, points(), palette.heat) } }
}

/** Rows that hold something, as ms: what the axis must show. */
export function heatRange(points: readonly ViewPoint[]): [number, number] {
  let [low, high] = [HEAT_ROWS_MS.length, -1]
  for (const { heat } of points) {
    low = Math.min(low, heat[0]?.[0] ?? low)
    high = Math.max(high, heat.at(-1)?.[0] ?? high)
  }
  if (high < 0) return [1, 1_000]
  return [HEAT_ROWS_MS[Math.max(0, low - 1)]!, upperMs(high + 1)]
}

/** Shade of a cell, 0 … `shades` − 1. */
export function shadeOf(perSec: number, perSecMax: number, shades: number): number {
  return Math.min(shades - 1, Math.floor(Math.sqrt(perSec / perSecMax) * shades))
}

function paint(plot: uPlot, points: readonly ViewPoint[], shades: readonly string[]): void {
  const { min = 0, max = 0 } = plot.scales['x'] ?? {}
  const shown = points.filter(
    (point) => point.atMs < max! * 1_000 && point.atMs + point.spanMs > min! * 1_000,
  )
  const most = shown.reduce(
    (best, point) =>
      point.heat.reduce((high, [, times]) => Math.max(high, times / point.spanMs), best),
    0,
  )
  if (most === 0) return
  const { ctx, bbox } = plot
  const x = (ms: number): number => Math.round(plot.valToPos(ms / 1_000, 'x', true))
  const bottomMs = plot.scales['y']?.min ?? HEAT_ROWS_MS[0]!
  const edges = [...HEAT_ROWS_MS, upperMs(HEAT_ROWS_MS.length - 1)].map((ms) =>
    Math.round(plot.valToPos(Math.max(ms, bottomMs), 'y', true)),
  )
  const paths = shades.map(() => new Path2D())
  for (const { atMs, spanMs, heat } of shown) {
    const left = x(atMs)
    const width = Math.max(1, x(atMs + spanMs) - left)
    for (const [row, times] of heat) {
      const [bottom, top] = [edges[row]!, edges[row + 1]!]
      paths[shadeOf(times / spanMs, most, shades.length)]!.rect(left, top, width, bottom - top)
    }
  }
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const [shade, path] of paths.entries()) {
    ctx.fillStyle = shades[shade]!
    ctx.fill(path)
  }
  ctx.restore()
}

function upperMs(row: number): number {
  const last = HEAT_ROWS_MS.length - 1
  return row + 1 <= last ? HEAT_ROWS_MS[row + 1]! : HEAT_ROWS_MS[last]! * 1.334
}

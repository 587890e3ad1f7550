/** Counts of responses as pixels, a column per stretch and a row per time; see `heat-map.ts`. Pure. */
import { HEAT_ROWS_MS } from '../../../src/model/view/heat.ts'
import type { ViewPoint } from '../api/types.ts'

/** More than screens have; a canvas has an end, too. */
export const COLUMNS_MAX = 4_096

/** Shade of a cell, 0 … `shades` − 1. */
export function shadeOf(perSec: number, perSecMax: number, shades: number): number {
  return Math.min(shades - 1, Math.floor(Math.sqrt(perSec / perSecMax) * shades))
}

export interface HeatImage {
  readonly width: number
  readonly height: number
  /** As canvases have them, a pixel a cell, the slowest row first; 0 where there is nothing. */
  readonly pixels: Uint32Array<ArrayBuffer>
}

/**
 * Rows are equally high on a logarithmic axis, so a cell is a pixel of an image that is stretched. `most` has the strongest shade.
 * Undefined: nothing to see.
 */
export function heatImage(
  points: readonly ViewPoint[],
  shades: readonly number[],
  most = densest(points),
  cellMs = finestMs(points, COLUMNS_MAX),
): HeatImage | undefined {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined || most === 0) return undefined
  const totalMs = last.atMs + last.spanMs - first.atMs
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
export function densest(points: readonly ViewPoint[]): number {
  let most = 0
  for (const { heat, spanMs } of points) {
    for (const [, times] of heat) most = Math.max(most, times / spanMs)
  }
  return most
}

/** Width of a cell, so that the shortest stretch has one and `columns` are enough. */
export function finestMs(points: readonly ViewPoint[], columns: number): number {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return 1
  const totalMs = last.atMs + last.spanMs - first.atMs
  const least = points.reduce((least, { spanMs }) => Math.min(least, spanMs), totalMs)
  return Math.max(least, totalMs / columns)
}

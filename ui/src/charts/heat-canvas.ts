/**
 * The heat map of all points so far as an image that grows: an update writes the columns that are new. It is written anew when the
 * densest cell gets denser than the shades allow for, when stretches get finer, or when older points change.
 */
import { HEAT_ROWS_MS } from '../../../src/model/view/heat.ts'
import type { ViewPoint } from '../api/types.ts'
import { continued } from './columns.ts'
import { COLUMNS_MAX, densest, finestMs, type HeatImage, heatImage } from './heat-image.ts'

const COLUMNS_AT_FIRST = 256

export class HeatCanvas {
  readonly canvas = document.createElement('canvas')
  /** Columns in use, from the first point on. */
  width = 0
  readonly #shades: readonly number[]
  #points: readonly ViewPoint[] = []
  #most = 0
  #cellMs = 1

  constructor(shades: readonly number[]) {
    this.#shades = shades
  }

  /** False: there is nothing to see. */
  take(points: readonly ViewPoint[]): boolean {
    const before = this.#points
    if (points === before) return this.width > 0
    this.#points = points
    const kept = continued(before, points)
    if (kept === undefined || this.width === 0 || !this.#add(points, kept)) this.#begin(points)
    return this.width > 0
  }

  #begin(points: readonly ViewPoint[]): void {
    this.#most = roomAbove(densest(points))
    this.#cellMs = finestMs(points, COLUMNS_MAX)
    this.width = 0
    const image = heatImage(points, this.#shades, this.#most)
    if (image === undefined) return
    this.canvas.height = HEAT_ROWS_MS.length
    // Room for as many again.
    this.canvas.width = Math.min(COLUMNS_MAX, Math.max(COLUMNS_AT_FIRST, image.width * 2))
    this.#put(image, 0)
  }

  /** False: it does not go on like this. */
  #add(points: readonly ViewPoint[], kept: number): boolean {
    const added = points.slice(kept)
    if (added.length === 0) return true
    const cellMs = this.#cellMs
    const from = (added[0]!.atMs - points[0]!.atMs) / cellMs
    const isEven = added.every(({ spanMs }) => spanMs % cellMs === 0) && Number.isInteger(from)
    const image = isEven ? heatImage(added, this.#shades, this.#most, cellMs) : undefined
    if (
      image === undefined ||
      densest(added) > this.#most ||
      from + image.width > this.canvas.width
    )
      return false
    this.#put(image, from)
    return true
  }

  #put({ width, height, pixels }: HeatImage, from: number): void {
    const data = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height)
    this.canvas.getContext('2d')?.putImageData(data, from, 0)
    this.width = from + width
  }
}

/** A step above, so that the shades stay as they are for a while. */
const roomAbove = (count: number): number =>
  count === 0 ? 0 : 2 ** (Math.ceil(Math.log2(count) * 4 + 0.5) / 4)

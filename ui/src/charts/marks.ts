/** What is drawn across charts beside their lines: stretches that are not judged, instants at which somebody did something, limits. */
import type uPlot from 'uplot'
import type { ViewPoint } from '../api/types.ts'
import type { Palette } from './palette.ts'

export interface Mark {
  readonly atMs: number
  readonly text: string
}
export interface Limit {
  readonly value: number
  readonly label: string
}
export interface Marks {
  readonly points: () => readonly ViewPoint[]
  readonly marks: () => readonly Mark[]
  /** Lines across, in the unit of the chart. */
  readonly limits: () => readonly Limit[]
}

export function marksPlugin({ points, marks, limits }: Marks, palette: Palette): uPlot.Plugin {
  return {
    hooks: {
      drawClear: (plot) => bands(plot, points(), palette),
      draw: (plot) => {
        for (const mark of marks()) upright(plot, mark.atMs / 1_000, palette.text)
        for (const limit of limits()) across(plot, limit, palette)
      },
    },
  }
}

/** Paused and warm-up: counted, and judged by nobody. */
function bands(plot: uPlot, points: readonly ViewPoint[], palette: Palette): void {
  const { ctx, bbox } = plot
  ctx.save()
  clip(plot)
  ctx.fillStyle = palette.band
  for (const { atMs, spanMs } of notJudged(points)) {
    const left = Math.floor(plot.valToPos(atMs / 1_000, 'x', true))
    const right = Math.floor(plot.valToPos((atMs + spanMs) / 1_000, 'x', true))
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
  }
  ctx.restore()
}

/** Looked for once, however many charts there are. */
const found = new WeakMap<readonly ViewPoint[], readonly ViewPoint[]>()

function notJudged(points: readonly ViewPoint[]): readonly ViewPoint[] {
  const known =
    found.get(points) ?? points.filter((each) => each.paused === true || each.warmup === true)
  found.set(points, known)
  return known
}

function upright(plot: uPlot, seconds: number, color: string): void {
  const { ctx, bbox } = plot
  const x = Math.round(plot.valToPos(seconds, 'x', true)) + 0.5
  ctx.save()
  clip(plot)
  ctx.strokeStyle = color
  ctx.fillStyle = color
  ctx.setLineDash([2, 3])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.fillRect(x, bbox.top, 7, 5)
  ctx.restore()
}

function across(plot: uPlot, { value, label }: Limit, palette: Palette): void {
  const { min, max } = plot.scales['y'] ?? {}
  if (min == null || max == null || value < min || value > max) return
  const { ctx, bbox } = plot
  const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5
  ctx.save()
  ctx.strokeStyle = palette.fail
  ctx.fillStyle = palette.fail
  ctx.setLineDash([10, 4])
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.textAlign = 'right'
  ctx.fillText(label, bbox.left + bbox.width - 6, y - 5 * devicePixelRatio)
  ctx.restore()
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
}

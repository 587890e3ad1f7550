/**
 * Paths of uPlot that grow with their column: what is settled is kept, and an update adds a stretch of a line instead of building all of
 * it again. It begins anew when the axes, the size or the column are others; see `columns.ts` for what may be relied on.
 */
import type uPlot from 'uplot'
import type { Line } from './chart-model.ts'

const BAR_SHARE = 0.9
const BAR_PX_MAX = 12

type Values = ArrayLike<number | null | undefined>
interface Grown {
  readonly key: string
  readonly seconds: Values
  readonly values: Values
  readonly path: Path2D
  /** Values that are in the path. */
  settled: number
  lastValue: number | null | undefined
  /** The one before was there: a line goes on. */
  isDown: boolean
  hasGaps: boolean
  firstX: number
  x: number
  y: number
}

/** One for each series of a plot. */
export function growingPaths(style: Line['style']): uPlot.Series.PathBuilder {
  let grown: Grown | undefined
  /** The last value has changed once, as those of coarse stretches do. */
  let isRestless = false
  return (plot, index) => {
    const [seconds, values] = [plot.data[0], plot.data[index]!]
    const key = keyOf(plot)
    if (
      grown === undefined ||
      grown.key !== key ||
      grown.seconds !== seconds ||
      grown.values !== values ||
      grown.settled > values.length
    )
      grown = begin(key, seconds, values)
    if (!isRestless && grown.settled > 0 && values[grown.settled - 1] !== grown.lastValue) {
      isRestless = true
      grown = begin(key, seconds, values)
    }
    const end = values.length - 1
    // As long as the last value has not been told anew, it is settled at once; copying a path costs.
    while (grown.settled < (isRestless ? end : end + 1)) add(plot, grown, style, grown.settled++)
    grown.lastValue = values[end]
    const whole: Grown = isRestless ? { ...grown, path: new Path2D(grown.path) } : grown
    if (isRestless && end >= 0) add(plot, whole, style, end)
    return {
      stroke: whole.path,
      fill: fillOf(plot, whole, style),
      flags: 1,
    }
  }
}

const begin = (key: string, seconds: Values, values: Values): Grown => ({
  ...{ key, seconds, values, path: new Path2D(), settled: 0, lastValue: undefined },
  ...{ isDown: false, hasGaps: false, firstX: 0, x: 0, y: 0 },
})

function keyOf({ scales, bbox }: uPlot): string {
  const { x, y } = scales
  return [x?.min, x?.max, y?.min, y?.max, bbox.left, bbox.top, bbox.width, bbox.height].join(' ')
}

function add(plot: uPlot, grown: Grown, style: Line['style'], index: number): void {
  const value = grown.values[index]
  if (value === null || value === undefined) {
    grown.hasGaps ||= grown.isDown
    grown.isDown = false
    return
  }
  const x = Math.round(plot.valToPos(grown.seconds[index]!, 'x', true))
  const y = Math.round(plot.valToPos(value, 'y', true))
  if (style === 'bars') addBar(plot, grown, x, y)
  else if (!grown.isDown) {
    grown.path.moveTo(x, y)
    grown.firstX = grown.hasGaps ? grown.firstX : x
  } else {
    if (style === 'step') grown.path.lineTo(x, grown.y)
    grown.path.lineTo(x, y)
  }
  grown.isDown = true
  grown.x = x
  grown.y = y
}

function addBar(plot: uPlot, { path, seconds }: Grown, x: number, y: number): void {
  const base = Math.round(plot.valToPos(plot.scales['y']?.min ?? 0, 'y', true))
  if (y >= base) return
  const spanS = seconds.length > 1 ? seconds[1]! - seconds[0]! : 1
  const stretch = plot.valToPos(spanS, 'x', true) - plot.valToPos(0, 'x', true)
  const width = Math.max(
    1,
    Math.round(Math.min(BAR_PX_MAX * devicePixelRatio, stretch * BAR_SHARE)),
  )
  path.rect(x - width / 2, y, width, base - y)
}

function fillOf(plot: uPlot, whole: Grown, style: Line['style']): Path2D | null {
  if (style === 'bars') return whole.path
  if (style !== 'area') return null
  const base = plot.bbox.top + plot.bbox.height
  if (whole.hasGaps) return fillWithGaps(plot, whole, base)
  const fill = new Path2D(whole.path)
  fill.lineTo(whole.x, base)
  fill.lineTo(whole.firstX, base)
  fill.closePath()
  return fill
}

/** Each part between gaps down to the base. Rare, and so from the beginning. */
function fillWithGaps(plot: uPlot, { seconds, values }: Grown, base: number): Path2D {
  const fill = new Path2D()
  let lastX: number | undefined
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value === null || value === undefined) {
      if (lastX !== undefined) fill.lineTo(lastX, base)
      lastX = undefined
      continue
    }
    const x = Math.round(plot.valToPos(seconds[index]!, 'x', true))
    if (lastX === undefined) fill.moveTo(x, base)
    fill.lineTo(x, Math.round(plot.valToPos(value, 'y', true)))
    lastX = x
  }
  if (lastX !== undefined) fill.lineTo(lastX, base)
  return fill
}

/**
 * A chart model as options and data of uPlot: one y axis, x in seconds of the run, no legend of its own. What is stacked is drawn from the
 * topmost sum down, each opaque over the one behind it. Strokes are thin because width and pixel density are what drawing costs.
 */
import type uPlot from 'uplot'
import { clock } from '../figures/format.ts'
import { type ChartModel, type Line, stack, type Values } from './chart-model.ts'
import { growingPaths } from './growing-paths.ts'
import { DASHES, type Palette } from './palette.ts'
import { patternOf, TINT } from './patterns.ts'

const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
]
const FONT = '12px system-ui, sans-serif'
const Y_AXIS_PX = 62
const X_AXIS_PX = 28

export interface PlotInput {
  readonly model: ChartModel
  readonly palette: Palette
  readonly size: { readonly width: number; readonly height: number }
  /** Seconds. */
  readonly xRange: () => [number, number]
  /** Absent: from 0 to what there is. */
  readonly yRange?: () => [number, number]
  readonly onRange: (fromS: number, toS: number) => void
  readonly onCursor: (index: number | null) => void
  readonly plugins: uPlot.Plugin[]
}

export function plotOptions(input: PlotInput): uPlot.Options {
  const { model, palette, size, xRange, yRange, plugins } = input
  const axis = {
    stroke: palette.text,
    font: FONT,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { stroke: palette.grid, width: 1, size: 4 },
  }
  return {
    ...size,
    plugins,
    padding: [8, 22, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 4 },
      points: { show: false },
      // Charts share the place of the cursor, not what is dragged.
      sync: {
        key: 'run',
        filters: { sub: () => true, pub: (type) => type === 'mousemove' || type === 'mouseleave' },
      },
    },
    scales: {
      x: { time: false, range: () => xRange() },
      y: {
        distr: model.isLog ? 3 : 1,
        range: (_, __, max) => yRange?.() ?? [0, max > 0 ? roundAbove(max * 1.04) : 1],
      },
    },
    axes: [
      {
        ...axis,
        size: X_AXIS_PX,
        space: 60,
        incrs: STEPS_S,
        values: (_, splits) => splits.map((at) => clock(at * 1_000)),
      },
      {
        ...axis,
        size: Y_AXIS_PX,
        space: 32,
        values: (_, splits) => splits.map((at) => (at === null ? '' : model.format(at))),
      },
    ],
    series: [{}, ...drawn(model).map((line) => seriesOf(line, model, palette))],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select
          if (width < 4) return
          input.onRange(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'))
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
      setCursor: [(plot) => input.onCursor(plot.cursor.idx ?? null)],
    },
  }
}

const TOPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

/** An axis that ends at round figures stands still while values move below them. */
function roundAbove(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value))
  return (TOPS.find((top) => top * size >= value) ?? 10) * size
}

/** x and the values of each line, in the order of the series. */
export function plotData(model: ChartModel, seconds: readonly number[]): uPlot.AlignedData {
  const values = model.isStacked
    ? sumsOf(model.lines).reverse()
    : model.lines.map((line) => line.values)
  return [seconds as number[], ...(values as (number | null)[][])]
}

/** Those that the model brings: arrays that stay the same grow with little work. */
const sumsOf = (lines: readonly Line[]): Values[] => {
  const own = lines.flatMap(({ sums }) => (sums === undefined ? [] : [sums]))
  return own.length === lines.length ? own : stack(lines)
}

export const colorOf = (model: ChartModel, line: Line): number =>
  line.color ?? model.lines.indexOf(line)

const drawn = (model: ChartModel): readonly Line[] =>
  model.isStacked ? [...model.lines].reverse() : model.lines

function seriesOf(line: Line, model: ChartModel, palette: Palette): uPlot.Series {
  const index = colorOf(model, line)
  const stroke = palette.lines[index % palette.lines.length]!
  const isFilled = line.style === 'area' || line.style === 'bars'
  return {
    label: line.label,
    stroke,
    width: isFilled ? 1 : 1.5,
    dash: isFilled ? [] : [...(DASHES[index % DASHES.length] ?? [])],
    points: { show: false },
    spanGaps: false,
    ...(isFilled && {
      fill: (plot: uPlot) =>
        patternOf(plot.ctx, line.style === 'bars' ? index : TINT, stroke, palette.card),
    }),
    paths: growingPaths(line.style),
  }
}

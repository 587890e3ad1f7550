/**
 * A chart on the page: wraps uPlot, the only place that touches it. It is made anew when its lines or the theme change and told new data
 * otherwise. As an image it says its sentence; with the arrow keys a cursor goes through all charts and its values are said.
 */
import { createEffect, createMemo, createSignal, onCleanup, onMount, untrack } from 'solid-js'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ViewPoint } from '../api/types.ts'
import { clock, duration } from '../figures/format.ts'
import { announce } from '../state/announce.ts'
import { type Range, setRange } from '../state/location.ts'
import { theme } from '../state/theme.ts'
import { type ChartModel, secondsOf, withGaps } from './chart-model.ts'
import { cellAt, type HeatCell, heatRange, neighbourOf } from './heat-cells.ts'
import { heatMap } from './heat-map.ts'
import { type Limit, type Mark, marksPlugin } from './marks.ts'
import { paletteOf } from './palette.ts'
import { plotData, plotOptions } from './plot-options.ts'

export interface TimeChartProps {
  readonly model: ChartModel
  readonly points: readonly ViewPoint[]
  readonly range: Range
  readonly marks: readonly Mark[]
  readonly limits?: readonly Limit[]
  readonly isHeatMap?: boolean
  readonly height: number
  readonly onCursor: (index: number | null) => void
  /** With a heat map: one of its cells was pointed at, or chosen with the arrow keys and Enter. */
  readonly onCell?: (cell: HeatCell) => void
}

/** A mouse that moves further was dragged. */
const CLICK_PX = 4

export function TimeChart(props: TimeChartProps) {
  let frame!: HTMLDivElement
  let plot: uPlot | undefined
  const [isSeen, setIsSeen] = createSignal(true)
  const seconds = () => props.model.seconds ?? secondsOf(withGaps(props.points))
  const data = (): uPlot.AlignedData => plotData(props.model, seconds())
  const shape = createMemo(() =>
    JSON.stringify([theme(), props.model.lines.map(({ label, style }) => [label, style])]),
  )

  const make = (): void => {
    plot?.destroy()
    const palette = paletteOf(theme())
    const marks = {
      points: () => props.points,
      marks: () => props.marks,
      limits: () => props.limits ?? [],
    }
    const options = plotOptions({
      model: props.model,
      palette,
      size: { width: frame.clientWidth, height: props.height },
      xRange: () => [props.range.fromMs / 1_000, props.range.toMs / 1_000],
      ...(props.isHeatMap === true && {
        yRange: () => props.model.yRange ?? heatRange(props.points),
      }),
      onRange: (fromS, toS) => setRange({ fromMs: fromS * 1_000, toMs: toS * 1_000 }),
      onCursor: props.onCursor,
      plugins: [
        marksPlugin(marks, palette),
        ...(props.isHeatMap === true ? [heatMap(() => props.points, palette)] : []),
      ],
    })
    plot = new uPlot(options, data(), frame)
    if (props.onCell !== undefined) onClicks(plot.over, (x, y) => pointAt(x, y))
  }
  let cell: HeatCell | undefined
  const pointAt = (x: number, y: number): void => {
    if (plot === undefined) return
    const found = cellAt(props.points, plot.posToVal(x, 'x') * 1_000, plot.posToVal(y, 'y'))
    if (found !== undefined) props.onCell?.(found)
  }
  /** Up and down through the cells of one stretch, Enter opens. */
  const climb = (event: KeyboardEvent): void => {
    if (props.onCell === undefined || plot === undefined) return
    const step = { ArrowUp: 1, ArrowDown: -1, Enter: 0 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = seconds()[plot.cursor.idx ?? seconds().length - 1] ?? 0
    cell = neighbourOf(props.points, at * 1_000, cell, step)
    if (cell === undefined) return
    const { fromMs, lowMs, highMs, count } = cell
    announce(`${clock(fromMs)}: ${count} responses, ${duration(lowMs)} to ${duration(highMs)}`)
    if (event.key === 'Enter') props.onCell(cell)
  }
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined || plot === undefined) {
      climb(event)
      return
    }
    event.preventDefault()
    const last = seconds().length - 1
    const index = Math.min(last, Math.max(0, (plot.cursor.idx ?? last + 1) + step))
    const at = seconds()[index]
    if (at === undefined) return
    plot.setCursor({ left: plot.valToPos(at, 'x'), top: 10 })
    uPlot
      .sync('run')
      .pub(
        'mousemove',
        plot,
        plot.valToPos(at, 'x'),
        10,
        plot.over.clientWidth,
        plot.over.clientHeight,
        index,
      )
    announce(`${clock(at * 1_000)}: ${valuesAt(props.model, index)}`)
  }

  onMount(() => {
    createEffect(() => {
      shape()
      untrack(make)
    })
    createEffect(() => {
      if (!isSeen()) return
      const next = data()
      // Read here, so that a new range or mark draws anew, too.
      void [props.range.fromMs, props.range.toMs, props.marks, props.limits]
      plot?.setData(next)
    })
    const resized = new ResizeObserver(() => {
      if (plot !== undefined && frame.clientWidth > 0)
        plot.setSize({ width: frame.clientWidth, height: props.height })
    })
    resized.observe(frame)
    // What is not on the screen is drawn when it comes there.
    const seen = new IntersectionObserver(([entry]) => setIsSeen(entry?.isIntersecting === true))
    seen.observe(frame)
    onCleanup(() => {
      resized.disconnect()
      seen.disconnect()
      plot?.destroy()
    })
  })
  return (
    <div
      ref={frame}
      class="chart"
      role="img"
      tabindex={0}
      aria-label={`${props.model.title}. ${props.model.sentence}`}
      onKeyDown={walk}
    />
  )
}

function onClicks(over: HTMLElement, clicked: (x: number, y: number) => void): void {
  let [x, y] = [0, 0]
  over.addEventListener('mousedown', (event) => {
    ;[x, y] = [event.offsetX, event.offsetY]
  })
  over.addEventListener('click', (event) => {
    if (Math.hypot(event.offsetX - x, event.offsetY - y) < CLICK_PX) clicked(x, y)
  })
}

/** 'p50 41 ms, p95 182 ms' */
export function valuesAt(model: ChartModel, index: number): string {
  return model.lines
    .map(({ label, values }) => `${label} ${model.format(values[index])}`)
    .join(', ')
}

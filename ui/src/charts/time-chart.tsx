/**
 * A chart on the page: wraps uPlot, the only place that touches it. It is made anew when its lines or the theme change and told new data
 * otherwise. As an image it says its sentence; with the arrow keys a cursor goes through all charts and its values are said.
 */
import { createEffect, createMemo, createSignal, onCleanup, onMount, untrack } from 'solid-js'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ViewPoint } from '../api/types.ts'
import { clock } from '../figures/format.ts'
import { announce } from '../state/announce.ts'
import { type Range, setRange } from '../state/location.ts'
import { theme } from '../state/theme.ts'
import { type ChartModel, secondsOf, withGaps } from './chart-model.ts'
import { heatRange } from './heat-image.ts'
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
}

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
  }
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined || plot === undefined) return
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

/** 'p50 41 ms, p95 182 ms' */
export function valuesAt(model: ChartModel, index: number): string {
  return model.lines
    .map(({ label, values }) => `${label} ${model.format(values[index])}`)
    .join(', ')
}

/**
 * One figure of all runs of a name: a dot per run, from the oldest to the newest, a level between changes. A dot opens its run; with the
 * arrow keys a cursor goes from run to run and says it, Enter opens it. Drawn as SVG: there are two hundred dots at most.
 */
import { createMemo, createSignal, For, onCleanup, onMount, Show } from 'solid-js'
import type { TrendMetric } from '../../../src/contracts/trend.ts'
import { trendChangeText } from '../../../src/model/report/trend-words.ts'
import type { Trend } from '../api/history.ts'
import { duration, figure, percent } from '../figures/format.ts'
import { nearest, type TrendPoint, trendLine } from '../figures/trend-line.ts'
import { announce } from '../state/announce.ts'
import { go, runUrl } from '../state/location.ts'

const HEIGHT_PX = 150
const TITLES = {
  p95: 'Response time, p95',
  rate: 'Requests per second',
  errors: 'Failures',
} as const

export function TrendChart(props: { readonly trend: Trend; readonly metric: TrendMetric }) {
  let frame!: HTMLDivElement
  const [width, setWidth] = createSignal(600)
  const [cursor, setCursor] = createSignal<number>()
  const line = createMemo(() =>
    trendLine(props.trend, props.metric, { width: width(), height: HEIGHT_PX }),
  )
  const shown = () => line().points[cursor() ?? line().points.length - 1]
  const title = () => TITLES[props.metric.metric]
  const sentence = () => {
    const { changes } = props.metric
    if (changes.length === 0) return 'no change that lasts'
    return changes.map((each) => trendChangeText(props.metric, each)).join('; ')
  }
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const last = line().points.length - 1
    if (event.key === 'Enter' && cursor() !== undefined && shown() !== undefined) {
      go(runUrl(shown()!.run.id))
    } else if (by !== undefined && last >= 0) {
      event.preventDefault()
      setCursor(Math.min(last, Math.max(0, (cursor() ?? last + 1) + by)))
      announce(pointText(shown()!, props.metric))
    }
  }
  onMount(() => {
    const resized = new ResizeObserver(() => setWidth(Math.max(200, frame.clientWidth)))
    resized.observe(frame)
    const at = (event: MouseEvent): number | undefined => {
      const { left, top } = frame.getBoundingClientRect()
      return nearest(line(), event.clientX - left, event.clientY - top)
    }
    frame.addEventListener('mousemove', (event) => setCursor(at(event)))
    frame.addEventListener('mouseleave', () => setCursor(undefined))
    frame.addEventListener('click', (event) => {
      const point = line().points[at(event) ?? -1]
      if (point !== undefined) go(runUrl(point.run.id))
    })
    onCleanup(() => resized.disconnect())
  })
  return (
    <section class="card chart-card" aria-labelledby={`trend-${props.metric.metric}`}>
      <header>
        <h2 id={`trend-${props.metric.metric}`}>{title()}</h2>
        <p class="muted question">
          <Show when={shown()}>{(point) => pointText(point(), props.metric)}</Show>
        </p>
      </header>
      <div
        ref={frame}
        class="trend-chart"
        role="img"
        tabindex={0}
        aria-label={`${title()} of ${line().points.length} runs: ${sentence()}`}
        onKeyDown={step}
      >
        <svg width={width()} height={HEIGHT_PX} aria-hidden="true">
          <For each={line().ticks}>
            {({ y, value }) => (
              <>
                <line class="grid" x1="56" x2={width()} y1={y} y2={y} />
                <text x="50" y={y + 4} text-anchor="end">
                  {figureOf(props.metric.unit, value)}
                </text>
              </>
            )}
          </For>
          <For each={line().changes}>
            {({ x, verdict }) => (
              <line
                class={verdict === 'worse' ? 'change-worse' : 'change-better'}
                x1={x}
                x2={x}
                y1="0"
                y2={HEIGHT_PX}
              />
            )}
          </For>
          <For each={line().levels}>
            {({ fromX, toX, y }) => <line class="level" x1={fromX} x2={toX} y1={y} y2={y} />}
          </For>
          <path class="series" d={line().path} />
          <For each={line().points}>
            {(point, at) => <Dot point={point} isShown={cursor() === at()} />}
          </For>
        </svg>
      </div>
    </section>
  )
}

/** Passed is a disc, failed a square; what is left out is hollow. */
function Dot(props: { readonly point: TrendPoint; readonly isShown: boolean }) {
  const { x, y, run } = props.point
  const size = () => (props.isShown ? 6 : 4)
  return (
    <g class="dot" classList={{ failed: run.passed === false, hollow: run.leftOut !== null }}>
      <Show when={run.passed === false} fallback={<circle cx={x} cy={y} r={size()} />}>
        <rect x={x - size()} y={y - size()} width={2 * size()} height={2 * size()} />
      </Show>
    </g>
  )
}

function pointText({ run, value }: TrendPoint, { unit }: TrendMetric): string {
  const passed = run.passed === null ? '' : run.passed ? ', passed' : ', failed'
  const left = run.leftOut === null ? '' : `, left out: ${run.leftOut}`
  return `${figureOf(unit, value)} · ${run.id}${passed}${left}`
}

export function figureOf(unit: TrendMetric['unit'], value: number | null): string {
  if (unit === 'ms') return duration(value)
  return unit === 'ratio' ? percent(value) : `${figure(value)}/s`
}

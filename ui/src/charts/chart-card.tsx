/** A chart with its title, the values under the cursor or the latest ones, and the same figures as a table for those who ask. */
import { createMemo, createSignal, For, Show } from 'solid-js'
import { clock } from '../figures/format.ts'
import { Scroll } from '../parts/scroll.tsx'
import { theme } from '../state/theme.ts'
import { type ChartModel, secondsOf, withGaps } from './chart-model.ts'
import { DASHES, paletteOf } from './palette.ts'
import { colorOf } from './plot-options.ts'
import { TimeChart, type TimeChartProps } from './time-chart.tsx'

/** A table of more is no help to anybody; the newest are shown. */
const ROWS_SHOWN = 300

export function ChartCard(props: Omit<TimeChartProps, 'onCursor'>) {
  const [cursor, setCursor] = createSignal<number | null>(null)
  const [isTable, setIsTable] = createSignal(false)
  const shownIndex = (): number => {
    const last = (props.model.lines[0]?.values.length ?? 0) - 1
    return Math.min(cursor() ?? last, last)
  }
  const otherView = (): string => (isTable() ? 'View as chart' : 'View as table')
  const headingId = (): string => `chart-${props.model.id}`
  return (
    <section class="card chart-card" aria-labelledby={headingId()}>
      <header>
        <h2 id={headingId()}>{props.model.title}</h2>
        <p class="muted question">{props.model.question}</p>
        <button
          type="button"
          class="quiet"
          aria-label={`${otherView()}: ${props.model.title}`}
          onClick={() => setIsTable(!isTable())}
        >
          {otherView()}
        </button>
      </header>
      <Show
        when={props.model.nothing === undefined}
        fallback={<p class="nothing">{props.model.nothing}</p>}
      >
        <Show
          when={!isTable()}
          fallback={<ChartTable model={props.model} points={props.points} range={props.range} />}
        >
          <Legend model={props.model} index={shownIndex()} />
          <TimeChart {...props} onCursor={setCursor} />
        </Show>
      </Show>
    </section>
  )
}

function Legend(props: { readonly model: ChartModel; readonly index: number }) {
  return (
    <ul class="legend">
      <For each={props.model.lines.map(({ label }) => label)}>
        {(label, at) => {
          const line = () => props.model.lines[at()]!
          const index = () => colorOf(props.model, line())
          return (
            <li>
              <Swatch
                index={index()}
                isFilled={line().style === 'area' || line().style === 'bars'}
              />
              {label} <b>{props.model.format(line().values[props.index])}</b>
            </li>
          )
        }}
      </For>
    </ul>
  )
}

export function Swatch(props: { readonly index: number; readonly isFilled: boolean }) {
  const color = (): string => paletteOf(theme()).lines[props.index % 6]!
  return (
    <svg width="20" height="10" aria-hidden="true">
      <Show
        when={props.isFilled}
        fallback={
          <line
            x1="0"
            x2="20"
            y1="5"
            y2="5"
            stroke={color()}
            stroke-width="2"
            stroke-dasharray={(DASHES[props.index % 6] ?? []).join(' ')}
          />
        }
      >
        <rect width="20" height="10" fill={color()} />
      </Show>
    </svg>
  )
}

function ChartTable(props: Pick<TimeChartProps, 'model' | 'points' | 'range'>) {
  const rows = createMemo(() => {
    const seconds = props.model.seconds ?? secondsOf(withGaps(props.points))
    return seconds
      .map((at, index) => ({ at, index }))
      .filter(({ at }) => at * 1_000 >= props.range.fromMs && at * 1_000 <= props.range.toMs)
      .slice(-ROWS_SHOWN)
      .reverse()
  })
  return (
    <Scroll class="chart-table" label={`${props.model.title} as a table, newest first`}>
      <table>
        <thead>
          <tr>
            <th scope="col">time</th>
            <For each={props.model.lines}>
              {({ label }) => (
                <th scope="col" class="number">
                  {label}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {({ at, index }) => (
              <tr>
                <th scope="row">{clock(at * 1_000)}</th>
                <For each={props.model.lines}>
                  {({ values }) => <td class="number">{props.model.format(values[index])}</td>}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Scroll>
  )
}

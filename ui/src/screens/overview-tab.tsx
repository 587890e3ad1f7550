/** The answer first: verdict and thresholds; then the charts, which share one time; then requests and errors. */
import { createMemo, createSignal, For, Show } from 'solid-js'
import { hasEnded } from '../api/run-feed.ts'
import type { RangeView, RunView } from '../api/types.ts'
import { ChartCard } from '../charts/chart-card.tsx'
import type { HeatCell } from '../charts/heat-cells.ts'
import { growingRunCharts, type RunCharts } from '../charts/run-charts.ts'
import { clock } from '../figures/format.ts'
import type { Range } from '../state/location.ts'
import { CellPanel } from './cell-panel.tsx'
import { chartFrame, limitsOf } from './chart-frame.ts'
import { ErrorsTable } from './errors-tab.tsx'
import { Figures } from './figures.tsx'
import { FindingsCard } from './findings-card.tsx'
import { RequestsTable } from './requests-tab.tsx'
import { TargetCharts } from './target-tab.tsx'
import { VerdictCard } from './verdict-card.tsx'

const TALL_PX = 280
const LOW_PX = 190
const LOW: readonly (keyof RunCharts)[] = ['served', 'errors', 'users', 'phases', 'cpu', 'delay']
/** Of what was watched; all of it has a tab. */
const METRICS = 2
const ROWS = 25

export function OverviewTab(props: {
  readonly view: RunView
  readonly figures: RangeView | undefined
  readonly chosen: Range | undefined
}) {
  const grow = growingRunCharts()
  const charts = createMemo(() => grow(props.view.points))
  const [cell, setCell] = createSignal<HeatCell>()
  const frame = createMemo(() => chartFrame(props.view, props.chosen))
  const limits = createMemo(() => limitsOf(props.view))
  return (
    <>
      <VerdictCard view={props.view} />
      <Show
        when={props.view.points.length > 0}
        fallback={
          <p class="nothing">
            {hasEnded(props.view) ? 'Nothing was measured.' : 'Waiting for the first second …'}
          </p>
        }
      >
        <div class="charts">
          <ChartCard
            model={charts().response}
            {...frame()}
            limits={limits()}
            height={TALL_PX}
            isHeatMap
            onCell={setCell}
          />
          <Show when={cell()}>
            {(known) => <CellPanel cell={known()} onClose={() => setCell(undefined)} />}
          </Show>
          <For each={LOW}>
            {(chart) => <ChartCard model={charts()[chart]} {...frame()} height={LOW_PX} />}
          </For>
        </div>
      </Show>
      <TargetCharts view={props.view} chosen={props.chosen} most={METRICS} />
      <FindingsCard view={props.view} />
      <h2>
        Requests
        <Show when={props.chosen}>
          {(part) => (
            <small class="muted">
              {' '}
              {clock(part().fromMs)}–{clock(part().toMs)}
            </small>
          )}
        </Show>
      </h2>
      <Figures of={props.figures}>
        {(known) => <RequestsTable figures={known()} rows={ROWS} />}
      </Figures>
      <h2>Errors</h2>
      <Figures of={props.figures}>{(known) => <ErrorsTable errors={known().errors} />}</Figures>
    </>
  )
}

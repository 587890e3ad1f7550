/** What was watched beside the load: a chart per metric and every figure in a table, or how to watch something. */
import { createMemo, Index, Show } from 'solid-js'
import type { RunView } from '../api/types.ts'
import { ChartCard } from '../charts/chart-card.tsx'
import { formatOf, growingTargetCharts, METRICS_SHOWN } from '../charts/target-charts.ts'
import { count } from '../figures/format.ts'
import { Scroll } from '../parts/scroll.tsx'
import type { Range } from '../state/location.ts'
import { chartFrame } from './chart-frame.ts'

const HEIGHT_PX = 190

export function TargetTab(props: { readonly view: RunView; readonly chosen: Range | undefined }) {
  const figures = () => props.view.result.monitors
  return (
    <Show
      when={figures().length > 0}
      fallback={
        <p class="nothing">
          Nothing was watched. A target on this machine is found by itself; name others with{' '}
          <code>--watch host</code> or <code>--watch redis://…</code>
        </p>
      }
    >
      <TargetCharts view={props.view} chosen={props.chosen} most={METRICS_SHOWN} />
      <h2>Figures over the whole run</h2>
      <Scroll class="card" label="Table of what was watched">
        <table>
          <thead>
            <tr>
              <th scope="col">figure</th>
              <th scope="col">source</th>
              <th scope="col" class="number">
                last
              </th>
              <th scope="col" class="number">
                min
              </th>
              <th scope="col" class="number">
                mean
              </th>
              <th scope="col" class="number">
                max
              </th>
              <th scope="col" class="number">
                gaps
              </th>
            </tr>
          </thead>
          <tbody>
            <Index each={figures()}>
              {(figure) => {
                const format = () => formatOf(figure().unit)
                return (
                  <tr>
                    <th scope="row" class="row-name">
                      {figure().name}
                    </th>
                    <td class="row-name">{figure().source}</td>
                    <td class="number">{format()(figure().last)}</td>
                    <td class="number">{format()(figure().min)}</td>
                    <td class="number">{format()(figure().mean)}</td>
                    <td class="number">{format()(figure().max)}</td>
                    <td class="number" classList={{ warn: figure().gaps > 0 }}>
                      {count(figure().gaps)}
                    </td>
                  </tr>
                )
              }}
            </Index>
          </tbody>
        </table>
      </Scroll>
    </Show>
  )
}

/** The first metrics, as on the overview. */
export function TargetCharts(props: {
  readonly view: RunView
  readonly chosen: Range | undefined
  readonly most: number
}) {
  const grow = growingTargetCharts()
  const charts = createMemo(() => grow(props.view.points, props.most))
  const frame = createMemo(() => chartFrame(props.view, props.chosen))
  return (
    <Show when={charts().length > 0}>
      <div class="charts even">
        <Index each={charts()}>
          {(chart) => <ChartCard model={chart()} {...frame()} height={HEIGHT_PX} />}
        </Index>
      </div>
    </Show>
  )
}

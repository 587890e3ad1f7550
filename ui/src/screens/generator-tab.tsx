/** Whether the load generator itself can be trusted: its judgement, its workers, and how late arrivals were. */
import { createMemo, For, Index, Show } from 'solid-js'
import type { RunView } from '../api/types.ts'
import { ChartCard } from '../charts/chart-card.tsx'
import { growingRunCharts } from '../charts/run-charts.ts'
import { bytes, count, duration, figure, percent } from '../figures/format.ts'
import { Scroll } from '../parts/scroll.tsx'
import { Mark } from '../parts/verdict.tsx'
import type { Range } from '../state/location.ts'
import { chartFrame } from './chart-frame.ts'

const HEIGHT_PX = 220

export function GeneratorTab(props: {
  readonly view: RunView
  readonly chosen: Range | undefined
}) {
  const generator = () => props.view.result.generator
  const arrivals = () => props.view.result.arrivals
  const grow = growingRunCharts()
  const charts = createMemo(() => grow(props.view.points))
  const frame = createMemo(() => chartFrame(props.view, props.chosen))
  return (
    <>
      <section class="card" aria-label="Judgement of the generator">
        <p class="verdict-line">
          <Mark passed={generator().trustworthy} words={['Trustworthy', 'Not trustworthy', '']} />
        </p>
        <ul>
          <For each={generator().reasons}>{(reason) => <li>{reason}</li>}</For>
        </ul>
        <dl class="facts">
          <Fact label="CPU, highest" value={percent(generator().cpuRatioMax)} />
          <Fact label="loop delay, p99" value={duration(generator().loopDelayMsP99)} />
          <Fact label="in flight, mean" value={figure(generator().littlesLaw.inFlightMean)} />
          <Fact
            label="expected by Little's law"
            value={`${figure(generator().littlesLaw.expected)} ${generator().littlesLaw.holds ? '✓ holds' : '✗ does not hold'}`}
          />
          <Show when={arrivals().due > 0}>
            <Fact label="arrivals due" value={count(arrivals().due)} />
            <Fact label="arrivals dropped" value={count(arrivals().dropped)} />
            <Fact label="arrivals unknown" value={count(arrivals().unknown)} />
            <Fact label="lateness, p99" value={duration(arrivals().latenessMs.p99)} />
          </Show>
        </dl>
      </section>
      <div class="charts">
        <ChartCard model={charts().cpu} {...frame()} height={HEIGHT_PX} />
        <ChartCard model={charts().delay} {...frame()} height={HEIGHT_PX} />
      </div>
      <h2>Workers</h2>
      <Scroll class="card" label="Table of workers">
        <table>
          <thead>
            <tr>
              <th scope="col">worker</th>
              <th scope="col">state</th>
              <th scope="col" class="number">
                CPU, highest
              </th>
              <th scope="col" class="number">
                loop delay p99
              </th>
              <th scope="col" class="number">
                memory, most
              </th>
              <th scope="col" class="number">
                open sockets, most
              </th>
            </tr>
          </thead>
          <tbody>
            <Index each={generator().workers}>
              {(worker) => (
                <tr>
                  <th scope="row">{worker().index}</th>
                  <td>
                    <Mark passed={!worker().lost} words={['working', 'lost', '']} />
                  </td>
                  <td class="number">{percent(worker().cpuRatioMax)}</td>
                  <td class="number">{duration(worker().loopDelayMsP99)}</td>
                  <td class="number">{bytes(worker().rssBytesMax)}</td>
                  <td class="number">{count(worker().openSocketsMax)}</td>
                </tr>
              )}
            </Index>
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

function Fact(props: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>{props.value}</dd>
    </div>
  )
}

/** All there is to say about the requests of one name: every percentile, of latency and response time, phases and status codes. */
import { createMemo, createResource, For, Show } from 'solid-js'
import { getSamples, getSeries } from '../api/client.ts'
import type { SampleLine, SeriesResult } from '../api/types.ts'
import { ChartCard } from '../charts/chart-card.tsx'
import { runCharts } from '../charts/run-charts.ts'
import { count, duration } from '../figures/format.ts'
import { nameOf } from '../figures/series-rows.ts'
import { slowFromMs } from '../figures/trace-text.ts'
import { Place } from '../parts/place.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { runId } from '../state/location.ts'
import { SampleList } from './sample-list.tsx'

/** Of its slowest, shown at first. */
const ROWS = 5
const HEAT_PX = 200

const PERCENTILES = ['min', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'p9999', 'max'] as const
const PHASES = ['dns', 'connect', 'tls', 'send', 'wait', 'receive'] as const

export function RequestDetails(props: {
  readonly row: SeriesResult
  readonly onClose: () => void
}) {
  return (
    <section class="card details" aria-label={`Details of ${nameOf(props.row)}`}>
      <header>
        <h2>{nameOf(props.row)}</h2>
        <button type="button" class="quiet" onClick={() => props.onClose()}>
          Close
        </button>
      </header>
      <Scroll label="Percentiles">
        <table>
          <thead>
            <tr>
              <th scope="col">time</th>
              <For each={PERCENTILES}>
                {(name) => (
                  <th scope="col" class="number">
                    {name}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">response</th>
              <For each={PERCENTILES}>
                {(name) => <td class="number">{duration(props.row.responseMs[name])}</td>}
              </For>
            </tr>
            <tr>
              <th scope="row">latency</th>
              <For each={PERCENTILES}>
                {(name) => <td class="number">{duration(props.row.latencyMs[name])}</td>}
              </For>
            </tr>
          </tbody>
        </table>
      </Scroll>
      <dl class="facts">
        <For each={PHASES}>
          {(phase) => (
            <div>
              <dt>{phase}, mean</dt>
              <dd>{duration(props.row.phasesMs[phase])}</dd>
            </div>
          )}
        </For>
        <For each={Object.entries(props.row.statuses)}>
          {([status, times]) => (
            <div>
              <dt>status {status}</dt>
              <dd>{count(times)}</dd>
            </div>
          )}
        </For>
        <div>
          <dt>on the wire</dt>
          <dd>{count(props.row.wireRequests)} requests</dd>
        </div>
      </dl>
      <OverTime runId={runId()} row={props.row} />
      <SlowestOf runId={runId()} row={props.row} />
    </section>
  )
}

/** Its own heat map, of the whole run. */
function OverTime(props: { readonly runId: string; readonly row: SeriesResult }) {
  const [points] = createResource(
    () => `${props.row.kind} ${nameOf(props.row)}`,
    () => getSeries(props.runId, props.row).catch(() => []),
  )
  const model = createMemo(() => ({
    ...runCharts(points.latest ?? []).response,
    id: 'response-of-one',
    title: `Response time of ${nameOf(props.row)}`,
  }))
  const end = () => points.latest?.at(-1)
  return (
    <Show when={end()}>
      {(last) => (
        <ChartCard
          model={model()}
          points={points.latest ?? []}
          range={{ fromMs: 0, toMs: Math.max(1_000, last().atMs + last().spanMs) }}
          marks={[]}
          height={HEAT_PX}
          isHeatMap
        />
      )}
    </Show>
  )
}

/** Only of this series: others may have its name in theirs. */
function SlowestOf(props: { readonly runId: string; readonly row: SeriesResult }) {
  const [list] = createResource(
    () => nameOf(props.row),
    (series) => getSamples(props.runId, { series, why: 'slow' }).catch(() => undefined),
  )
  const samples = createMemo(() =>
    (list.latest?.samples ?? [])
      .filter((each) => isOf(each, props.row))
      .sort((a, b) => b.responseMs - a.responseMs),
  )
  return (
    <Show when={samples().length > 0}>
      <h3>Its slowest requests</h3>
      <p class="muted">
        First asked for at <Place place={samples()[0]!.place} />
      </p>
      <SampleList
        runId={props.runId}
        samples={samples()}
        slowMs={slowFromMs(samples())}
        rows={ROWS}
      />
    </Show>
  )
}

const isOf = (sample: SampleLine, { kind, method, name, tags }: SeriesResult): boolean =>
  sample.kind === kind &&
  sample.method === method &&
  sample.name === name &&
  JSON.stringify(sample.tags ?? {}) === JSON.stringify(tags ?? {})

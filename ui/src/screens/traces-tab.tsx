/** The requests that were kept of a run: a chart to point at, a table, and one of them whole. What is looked at is in the URL. */
import { createMemo, createResource, For, Show } from 'solid-js'
import { getSamples } from '../api/client.ts'
import { hasEnded } from '../api/run-feed.ts'
import type { RunView, SampleQuery } from '../api/types.ts'
import { Scatter } from '../charts/scatter.tsx'
import { count, duration } from '../figures/format.ts'
import { slowFromMs } from '../figures/trace-text.ts'
import { query, type Range, setQuery } from '../state/location.ts'
import { SampleList } from './sample-list.tsx'

const REASONS = [
  ['', 'all that were kept'],
  ['slow', 'the slowest'],
  ['error', 'failures'],
] as const

export function TracesTab(props: { readonly view: RunView; readonly chosen: Range | undefined }) {
  const runId = () => props.view.result.run.id
  /** A running run has more every second. */
  const asked = createMemo(() =>
    JSON.stringify([wantedIn(props.chosen), hasEnded(props.view) ? 0 : seconds(props.view)]),
  )
  const [list] = createResource(asked, (text) => {
    const [wanted] = JSON.parse(text) as [SampleQuery, number]
    return getSamples(runId(), wanted).catch(() => undefined)
  })
  const samples = () => list.latest?.samples ?? []
  const slowest = createMemo(() => [...samples()].sort((a, b) => b.responseMs - a.responseMs))
  const slowMs = createMemo(() => slowFromMs(samples()))
  return (
    <>
      <p>
        <b>
          {count(list.latest?.kept)} of {count(props.view.result.totals.requests)} requests were
          kept
        </b>{' '}
        <span class="muted">
          – the slowest and the first failures of each second, so nothing may be computed from them.
        </span>
      </p>
      <div class="table-tools">
        <label>
          Show{' '}
          <select onChange={(event) => setQuery({ why: event.currentTarget.value, sample: null })}>
            <For each={REASONS}>
              {([value, text]) => (
                <option value={value} selected={(query('why') ?? '') === value}>
                  {text}
                </option>
              )}
            </For>
          </select>
        </label>
        <label>
          Request{' '}
          <input
            type="search"
            value={query('series') ?? ''}
            placeholder="part of its name"
            onInput={(event) => setQuery({ series: event.currentTarget.value }, 'replace')}
          />
        </label>
        <Show when={query('low')}>
          <button type="button" class="quiet" onClick={() => setQuery({ low: null, high: null })}>
            {duration(Number(query('low')))} – {duration(Number(query('high')))} ✕
            <span class="hidden"> Show all durations</span>
          </button>
        </Show>
        <span class="muted">{count(samples().length)} shown</span>
      </div>
      <Show
        when={samples().length > 0}
        fallback={<p class="nothing">{list.loading ? 'Loading …' : 'No request was kept here.'}</p>}
      >
        <section class="card chart-card" aria-label="Kept requests by time and duration">
          <Scatter
            samples={samples()}
            slowMs={slowMs()}
            chosen={query('sample')}
            onChoose={(id) => setQuery({ sample: id }, 'replace')}
          />
        </section>
        <SampleList runId={runId()} samples={slowest()} slowMs={slowMs()} />
      </Show>
    </>
  )
}

const seconds = ({ elapsedMs }: RunView): number => Math.floor(elapsedMs / 1_000)

function wantedIn(chosen: Range | undefined): SampleQuery {
  const [why, series, low, high] = ['why', 'series', 'low', 'high'].map((each) => query(each) ?? '')
  return {
    ...(chosen !== undefined && { from: chosen.fromMs, to: chosen.toMs }),
    ...(why !== '' && { why: why! }),
    ...(series !== '' && { series: series! }),
    ...(low !== '' && { low: Number(low) }),
    ...(high !== '' && { high: Number(high) }),
  }
}

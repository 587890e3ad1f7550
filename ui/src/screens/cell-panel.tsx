/** The requests that were kept of one cell of the heat map, the slowest of them open: from a spike to its body in one step. */
import { createEffect, createMemo, createResource, Show } from 'solid-js'
import { getSamples } from '../api/client.ts'
import type { HeatCell } from '../charts/heat-cells.ts'
import { clock, count, duration } from '../figures/format.ts'
import { announce } from '../state/announce.ts'
import { runId, setQuery } from '../state/location.ts'
import { SampleList } from './sample-list.tsx'

/** A request may be counted in the second beside the one it ended in, by so much. */
const SLACK_MS = 50

export function CellPanel(props: { readonly cell: HeatCell; readonly onClose: () => void }) {
  const band = () =>
    `${duration(props.cell.lowMs)} – ${duration(props.cell.highMs)} at ${clock(props.cell.fromMs)}`
  const [list] = createResource(
    () => props.cell,
    ({ fromMs, toMs, lowMs, highMs }) =>
      getSamples(runId(), {
        from: Math.max(0, fromMs - SLACK_MS),
        to: toMs + SLACK_MS,
        low: lowMs,
        high: highMs,
      }).catch(() => undefined),
  )
  const samples = createMemo(() =>
    [...(list()?.samples ?? [])].sort((a, b) => b.responseMs - a.responseMs),
  )
  createEffect(() => {
    const [first] = samples()
    setQuery({ sample: first?.id ?? null }, 'replace')
    if (!list.loading) announce(`${samples().length} requests kept, ${band()}`)
  })
  return (
    <section class="card details" aria-label={`Kept requests, ${band()}`}>
      <header>
        <h2>
          {count(props.cell.count)} {props.cell.count === 1 ? 'response' : 'responses'}, {band()}
        </h2>
        <button type="button" class="quiet" onClick={() => props.onClose()}>
          Close
        </button>
      </header>
      <Show
        when={samples().length > 0}
        fallback={
          <p class="nothing">
            {list.loading
              ? 'Loading …'
              : 'None of these was kept: only the slowest and the first failures of a second are.'}
          </p>
        }
      >
        <SampleList runId={runId()} samples={samples()} slowMs={Number.POSITIVE_INFINITY} />
      </Show>
    </section>
  )
}

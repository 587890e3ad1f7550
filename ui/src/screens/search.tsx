/** One search for the limit, or one spike: the answer, the room above a peak, curves, what was found, every trial, how to do it again. */
import { createResource, For, Show } from 'solid-js'
import { responseDrawing, scalingDrawing } from '../../../src/model/view/capacity-drawing.ts'
import {
  answerSentence,
  capacityFacts,
  type Fact,
  spikeFacts,
} from '../../../src/model/view/capacity-facts.ts'
import { ApiError } from '../api/client.ts'
import { getSearch } from '../api/searches.ts'
import type { CapacityResult, KeptSearch, SpikeResult } from '../api/types.ts'
import { Curve } from '../charts/curve.tsx'
import { clock } from '../figures/format.ts'
import { CopyBlock } from '../parts/copy.tsx'
import { Mark } from '../parts/verdict.tsx'
import { HeadroomCard } from './headroom.tsx'
import { PhaseTable, TrialTable } from './search-tables.tsx'

export function SearchScreen(props: { readonly id: string }) {
  document.title = 'Capacity · onrush'
  const [found] = createResource(() => props.id, getSearch)
  const failure = (): string =>
    found.error instanceof ApiError && found.error.status === 404
      ? 'There is no such search.'
      : `${found.error}`
  return (
    <Show when={found.error === undefined} fallback={<h1 class="nothing">{failure()}</h1>}>
      <Show when={found()} fallback={<p class="nothing">Loading …</p>}>
        {(known) => <Found found={known()} />}
      </Show>
    </Show>
  )
}

function Found(props: { readonly found: KeptSearch }) {
  const { found } = props
  const { search, verdict } = found
  return (
    <>
      <h1>
        {found.schema === 'onrush.spike/1' ? 'Spike' : 'Capacity'} of {search.script}
      </h1>
      <p>
        <Mark passed={verdict.passed} />
        <Show when={verdict.reason !== ''}> {verdict.reason}</Show>{' '}
        <small class="muted">
          {new Date(search.startedAt).toLocaleString()} · {clock(search.durationMs)} · {search.host}
        </small>
      </p>
      {found.schema === 'onrush.spike/1' ? <Spike found={found} /> : <Limit found={found} />}
      <section class="card found" aria-labelledby="again">
        <h2 id="again">Do it again</h2>
        <CopyBlock text={search.reproduce} what="The command" />
      </section>
    </>
  )
}

function Limit(props: { readonly found: CapacityResult }) {
  const { found } = props
  const response = responseDrawing(found)
  const scaling = scalingDrawing(found)
  return (
    <>
      <p>
        <strong>{answerSentence(found)}</strong>
      </p>
      <Show when={found.answer.holds}>
        {(holds) => <HeadroomCard holds={holds()} found={found} />}
      </Show>
      <div class="curves">
        <Show when={response}>
          {(drawing) => <Curve title="Response time by load" drawing={drawing()} />}
        </Show>
        <Show when={scaling}>
          {(drawing) => <Curve title="Throughput by concurrency" drawing={drawing()} />}
        </Show>
      </div>
      <Facts facts={capacityFacts(found)} />
      <TrialTable trials={found.trials} by={found.search.by} />
    </>
  )
}

function Spike(props: { readonly found: SpikeResult }) {
  return (
    <>
      <Facts facts={spikeFacts(props.found)} />
      <PhaseTable found={props.found} />
    </>
  )
}

function Facts(props: { readonly facts: readonly Fact[] }) {
  return (
    <section class="card found" aria-labelledby="found">
      <h2 id="found">What was found</h2>
      <dl>
        <For each={props.facts}>
          {([name, text]) => (
            <>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </>
          )}
        </For>
      </dl>
    </section>
  )
}

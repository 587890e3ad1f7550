/** Errors by request and kind, with when they came and a first sample. */
import { createResource, createSignal, Index, Show } from 'solid-js'
import { getSamples } from '../api/client.ts'
import type { RangeView } from '../api/types.ts'
import { clock, count } from '../figures/format.ts'
import { Scroll } from '../parts/scroll.tsx'
import { runId, setRange } from '../state/location.ts'
import { OneSample } from './sample-list.tsx'

export function ErrorsTab(props: { readonly figures: RangeView }) {
  return <ErrorsTable errors={props.figures.errors} hasSamples />
}

/** The first request that met with this error, fetched when somebody wants to see it. */
function FirstRequest(props: { readonly error: RangeView['errors'][number] }) {
  const [isOpen, setIsOpen] = createSignal(false)
  const [id] = createResource(
    () => isOpen() && JSON.stringify([props.error.series, props.error.kind, props.error.message]),
    async () => (await firstOf(runId(), props.error)) ?? null,
  )
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>request and response</summary>
      <Show
        when={id()}
        fallback={<p class="nothing">{id.loading ? 'Loading …' : 'No request of it was kept.'}</p>}
      >
        {(sample) => <OneSample runId={runId()} id={sample()} />}
      </Show>
    </details>
  )
}

async function firstOf(run: string, error: RangeView['errors'][number]) {
  const { samples } = await getSamples(run, { why: 'error', series: error.series })
  return samples.find(
    (each) => each.error?.kind === error.kind && each.error.message === error.message,
  )?.id
}

export function ErrorsTable(props: {
  readonly errors: RangeView['errors']
  readonly hasSamples?: boolean
}) {
  return (
    <Show when={props.errors.length > 0} fallback={<p class="nothing">0 errors</p>}>
      <Scroll class="card" label="Table of errors">
        <table>
          <thead>
            <tr>
              <th scope="col">kind</th>
              <th scope="col">request</th>
              <th scope="col">message</th>
              <th scope="col" class="number">
                count
              </th>
              <th scope="col">first – last</th>
            </tr>
          </thead>
          <tbody>
            <Index each={props.errors}>
              {(error) => (
                <>
                  <tr>
                    <td>{error().kind}</td>
                    <th scope="row" class="row-name">
                      {error().series}
                    </th>
                    <td class="message">
                      {error().message}
                      <Show
                        when={
                          props.hasSamples === true &&
                          error().sample !== '' &&
                          error().sample !== error().message
                        }
                      >
                        <details>
                          <summary>first sample</summary>
                          <pre>{error().sample}</pre>
                        </details>
                      </Show>
                      <Show when={props.hasSamples === true && error().kind !== 'script'}>
                        <FirstRequest error={error()} />
                      </Show>
                    </td>
                    <td class="number fail">{count(error().count)}</td>
                    <td>
                      <button
                        type="button"
                        class="quiet"
                        onClick={() =>
                          setRange({
                            fromMs: error().firstAtMs,
                            toMs: Math.max(error().lastAtMs, error().firstAtMs + 1_000),
                          })
                        }
                      >
                        <span class="hidden">Show </span>
                        {clock(error().firstAtMs)} – {clock(error().lastAtMs)}
                      </button>
                    </td>
                  </tr>
                </>
              )}
            </Index>
          </tbody>
        </table>
      </Scroll>
    </Show>
  )
}

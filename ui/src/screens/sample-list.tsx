/** Kept requests as a table; choosing one shows it whole below, and puts it into the URL. */
import { createMemo, createResource, createSignal, For, Show } from 'solid-js'
import { getSample } from '../api/client.ts'
import type { SampleLine } from '../api/types.ts'
import { clock, count, duration } from '../figures/format.ts'
import { kindOf, outcomeOf, SIGNS } from '../figures/trace-text.ts'
import { Scroll } from '../parts/scroll.tsx'
import { query, setQuery } from '../state/location.ts'
import { TraceDetails } from './trace-details.tsx'

/** Few at first, so that the one that is chosen, which comes below, is near. */
const ROWS = 12
const MORE = 50

/** `samples` in the order in which they are shown. */
export function SampleList(props: {
  readonly runId: string
  readonly samples: readonly SampleLine[]
  readonly slowMs: number
  readonly rows?: number
}) {
  const [most, setMost] = createSignal(props.rows ?? ROWS)
  const chosen = createMemo(() => {
    const id = query('sample')
    return props.samples.some((each) => each.id === id) ? id : null
  })
  return (
    <>
      <Scroll class="card" label="Table of kept requests">
        <table>
          <thead>
            <tr>
              <th scope="col">request</th>
              <th scope="col" class="number">
                took
              </th>
              <th scope="col">outcome</th>
              <th scope="col">sent at</th>
              <th scope="col" class="number">
                user
              </th>
              <th scope="col" class="number">
                worker
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.samples.slice(0, most())}>
              {(each) => (
                <tr>
                  <th scope="row" class="row-name">
                    <button
                      type="button"
                      class="name"
                      aria-pressed={chosen() === each.id}
                      onClick={() => setQuery({ sample: chosen() === each.id ? null : each.id })}
                    >
                      <span class={`sample-${kindOf(each, props.slowMs)}`} aria-hidden="true">
                        {SIGNS[kindOf(each, props.slowMs)]}
                      </span>{' '}
                      {each.method} {each.name}
                    </button>
                  </th>
                  <td class="number">{duration(each.responseMs)}</td>
                  <td class="message">{outcomeOf(each)}</td>
                  <td>{clock(each.startMs)}</td>
                  <td class="number">{each.userId}</td>
                  <td class="number">{each.worker}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Scroll>
      <Show when={props.samples.length > most()}>
        <button type="button" class="quiet" onClick={() => setMost(most() + MORE)}>
          Show {count(Math.min(MORE, props.samples.length - most()))} more
        </button>
      </Show>
      <Show when={chosen()}>
        {(id) => (
          <OneSample runId={props.runId} id={id()} onClose={() => setQuery({ sample: null })} />
        )}
      </Show>
    </>
  )
}

/** Fetched whole when it is looked at. */
export function OneSample(props: {
  readonly runId: string
  readonly id: string
  readonly onClose?: () => void
}) {
  const [sample] = createResource(
    () => props.id,
    (id) => getSample(props.runId, id).catch(() => undefined),
  )
  return (
    <Show
      when={sample()}
      fallback={
        <p class="nothing">{sample.loading ? 'Loading …' : 'This request is not kept any more.'}</p>
      }
    >
      {(known) => <TraceDetails sample={known()} onClose={props.onClose} />}
    </Show>
  )
}

/**
 * One kept request: where its time went, which line of the script sent it, what was sent and what came back. All of it is text that
 * somebody else wrote, and is shown as text.
 */
import { createMemo, For, Show } from 'solid-js'
import type { Exemplar } from '../api/types.ts'
import { curlOf } from '../figures/curl-line.ts'
import { bytes, clock, duration } from '../figures/format.ts'
import { outcomeOf } from '../figures/trace-text.ts'
import { CopyButton } from '../parts/copy.tsx'
import { Place } from '../parts/place.tsx'
import { Scroll } from '../parts/scroll.tsx'

const PHASES = ['dns', 'connect', 'tls', 'send', 'wait', 'receive'] as const

export function TraceDetails(props: {
  readonly sample: Exemplar
  readonly onClose: (() => void) | undefined
}) {
  const name = () => `${props.sample.method} ${props.sample.name}`
  return (
    <section class="card details" aria-label={`Kept request ${name()}`}>
      <header>
        <h2>
          {name()} <small class="muted">{outcomeOf(props.sample)}</small>
        </h2>
        <div>
          <CopyButton text={curlOf(props.sample)} what="The request as curl" label="Copy as curl" />
          <Show when={props.onClose}>
            {(close) => (
              <button type="button" class="quiet" onClick={() => close()()}>
                Close
              </button>
            )}
          </Show>
        </div>
      </header>
      <p class="muted">
        Sent at {clock(props.sample.startMs)} by user {props.sample.userId} on worker{' '}
        {props.sample.worker}, {props.sample.isNewConnection ? 'new' : 'kept'} connection, sent{' '}
        {bytes(props.sample.bytesOut)}, received {bytes(props.sample.bytesIn)}.{' '}
        <Show when={props.sample.place !== ''}>
          <Place place={props.sample.place} />
        </Show>
      </p>
      <p class="message">{props.sample.url}</p>
      <Waterfall sample={props.sample} />
      <div class="messages">
        <Message title="Request" message={props.sample.request} />
        <Show when={props.sample.response} fallback={<p class="nothing">No response came.</p>}>
          {(response) => <Message title="Response" message={response()} />}
        </Show>
      </div>
    </section>
  )
}

/** One after the other, as they were; late is what came before the request was sent. */
function Waterfall(props: { readonly sample: Exemplar }) {
  const parts = createMemo(() => {
    const { phasesMs, responseMs, latencyMs } = props.sample
    let at = Math.max(0, responseMs - latencyMs)
    const named = PHASES.map((phase, index) => {
      const part = { phase: phase as string, fromMs: at, ms: phasesMs[index] ?? 0 }
      at += part.ms
      return part
    })
    const late = { phase: 'late', fromMs: 0, ms: Math.max(0, responseMs - latencyMs) }
    return [late, ...named].filter(({ ms }) => ms > 0)
  })
  const share = (ms: number): number => (100 * ms) / Math.max(props.sample.responseMs, 0.001)
  return (
    <table class="waterfall">
      <caption class="hidden">Where its time went</caption>
      <tbody>
        <For each={parts()}>
          {({ phase, fromMs, ms }) => (
            <tr>
              <th scope="row">{phase}</th>
              <td class="number">{duration(ms)}</td>
              <td class="bar">
                <svg width="100%" height="12" aria-hidden="true">
                  <rect
                    x={`${share(fromMs)}%`}
                    width={`${Math.max(0.4, share(ms))}%`}
                    height="12"
                  />
                </svg>
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  )
}

function Message(props: { readonly title: string; readonly message: Exemplar['request'] }) {
  return (
    <section>
      <h3>{props.title}</h3>
      <Scroll label={`${props.title}: head and body`}>
        <pre>{props.message.head}</pre>
        <Show when={props.message.body !== ''}>
          <pre>{props.message.body}</pre>
        </Show>
      </Scroll>
      <Show when={props.message.note !== ''}>
        <p class="muted">
          {bytes(props.message.bodyBytes)}: {props.message.note}
        </p>
      </Show>
    </section>
  )
}

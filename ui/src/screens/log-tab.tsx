/** What happened beside the requests: notes, changes of the load, warnings, and what the script said. Newest first. */
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { RunView } from '../api/types.ts'
import { clock, count } from '../figures/format.ts'

const LEVELS = ['all', 'warnings and errors', 'notes and changes'] as const
/** The newest; the whole log is in the result file. */
const LINES_SHOWN = 500
const SIGNS: Readonly<Record<string, string>> = {
  warn: '! warning',
  error: '✗ error',
  info: 'info',
}

export function LogTab(props: { readonly view: RunView }) {
  const [level, setLevel] = createSignal<(typeof LEVELS)[number]>('all')
  const lines = createMemo(() =>
    props.view.result.events
      .filter((event) => {
        if (level() === 'all') return true
        return level() === 'notes and changes'
          ? event.kind === 'note' || event.kind === 'steer'
          : event.level !== 'info'
      })
      .toReversed(),
  )
  return (
    <section class="card" aria-label="Log">
      <div class="table-tools">
        <label>
          Show{' '}
          <select
            onChange={(event) => setLevel(event.currentTarget.value as (typeof LEVELS)[number])}
          >
            <For each={LEVELS}>{(each) => <option>{each}</option>}</For>
          </select>
        </label>
        <span class="muted">{count(lines().length)} lines</span>
      </div>
      <Show when={lines().length > 0} fallback={<p class="nothing">Nothing so far.</p>}>
        <ol class="log">
          <For each={lines().slice(0, LINES_SHOWN)}>
            {(event) => (
              <li classList={{ warn: event.level === 'warn', fail: event.level === 'error' }}>
                <time>{clock(event.atMs)}</time>{' '}
                <span class="level">
                  {event.kind === 'note'
                    ? '⚑ note'
                    : event.kind === 'steer'
                      ? '± change'
                      : (SIGNS[event.level] ?? event.level)}
                </span>{' '}
                <span>
                  {event.text}
                  <Show when={event.by}>{(by) => <small class="muted"> by {by()}</small>}</Show>
                </span>
              </li>
            )}
          </For>
        </ol>
      </Show>
    </section>
  )
}

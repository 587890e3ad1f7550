/** The server went away: the last figures stay, with their age, over a notice that does not hide them. */
import { createSignal, onCleanup, Show } from 'solid-js'
import type { RunView } from '../api/types.ts'
import { clock } from '../figures/format.ts'

export function AwayNotice(props: {
  readonly sinceMs: number | undefined
  readonly view: RunView
}) {
  return (
    <Show when={props.sinceMs}>
      {(sinceMs) => <Notice sinceMs={sinceMs()} elapsedMs={props.view.elapsedMs} />}
    </Show>
  )
}

function Notice(props: { readonly sinceMs: number; readonly elapsedMs: number }) {
  const [nowMs, setNowMs] = createSignal(performance.now())
  const ticking = setInterval(() => setNowMs(performance.now()), 1_000)
  onCleanup(() => clearInterval(ticking))
  const age = (): number => Math.max(0, Math.round((nowMs() - props.sinceMs) / 1_000))
  return (
    <div class="away" role="alert">
      <b>
        <span aria-hidden="true">! </span>Reconnecting …
      </b>{' '}
      These figures stand at {clock(props.elapsedMs)} of the run
      <span aria-hidden="true"> and are {age()} s old</span>. What is measured meanwhile is not lost
      as long as onrush runs.
    </div>
  )
}

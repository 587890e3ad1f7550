/** What was wrong with what somebody asked for: what, where, why and what to do. */
import { For, Show } from 'solid-js'
import type { Problem } from '../api/types.ts'

export function Problems(props: { readonly problems: readonly Problem[]; readonly id?: string }) {
  return (
    <Show when={props.problems.length > 0}>
      <ul class="problems" role="alert" id={props.id}>
        <For each={props.problems}>
          {({ code, path, what, why, fix }) => (
            <li>
              <b>
                <span aria-hidden="true">✗ </span>
                {what}
              </b>
              : {why}. {fix}{' '}
              <small class="muted">
                {path} · {code}
              </small>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}

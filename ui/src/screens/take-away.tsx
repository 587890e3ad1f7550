/** A run as a file: the reports that `onrush report` writes, made by the server when they are asked for. */
import { For, Show } from 'solid-js'

const KINDS = [
  ['html', 'HTML report', 'one page that works anywhere, also printed or as PDF'],
  ['markdown', 'Markdown', 'the summary, for a message or a pull request'],
  ['json', 'JSON', 'the whole result'],
  ['junit', 'JUnit XML', 'thresholds and checks, for CI'],
  ['csv', 'CSV', 'the statistics per request, as Locust writes them'],
] as const

export function TakeAway(props: { readonly runId: string; readonly isOver: boolean }) {
  const href = (kind: string): string =>
    `/api/v1/runs/${encodeURIComponent(props.runId)}/report/${kind}`
  return (
    <Show when={props.isOver} fallback={<p class="muted">When the run is over.</p>}>
      <ul class="plain">
        <For each={KINDS}>
          {([kind, name, what]) => (
            <li>
              <a href={href(kind)} download="">
                {name}
              </a>{' '}
              <span class="muted">{what}</span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}

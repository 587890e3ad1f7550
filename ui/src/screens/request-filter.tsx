/** The filter over a table of requests: words and tokens, with what can be asked suggested, each as a chip to take away. In the URL. */
import { createSignal, createUniqueId, For, Show } from 'solid-js'
import type { SeriesResult } from '../api/types.ts'
import { count } from '../figures/format.ts'
import { suggestions, tokensOf } from '../figures/series-filter.ts'
import { setQuery } from '../state/location.ts'

export function RequestFilter(props: {
  readonly series: readonly SeriesResult[]
  readonly found: number
  readonly filter: string
  /** Charts are on the same screen, and do not follow. */
  readonly isBesideCharts: boolean
}) {
  const listId = createUniqueId()
  const [isWriting, setIsWriting] = createSignal(false)
  const tokens = () => tokensOf(props.filter)
  /** What was written before the token that is being written. */
  const before = () => props.filter.replace(/\S*$/, '')
  const write = (filter: string): void => setQuery({ filter: filter.trimStart() }, 'replace')
  const without = (index: number): string =>
    tokens()
      .filter((_, at) => at !== index)
      .map(({ text }) => text)
      .join(' ')
  return (
    <div class="table-tools">
      <label>
        Filter{' '}
        <input
          type="search"
          value={props.filter}
          placeholder="cart status:5xx tag:region=eu"
          list={listId}
          onFocus={() => setIsWriting(true)}
          onBlur={() => setIsWriting(false)}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </label>
      <datalist id={listId}>
        <For each={isWriting() ? suggestions(props.series) : []}>
          {(token) => <option value={before() + token} />}
        </For>
      </datalist>
      <span class="muted">
        {count(props.found)} of {count(props.series.length)}
      </span>
      <For each={tokens().map(({ text }) => text)}>
        {(text, index) => (
          <button
            type="button"
            class="quiet"
            aria-label={`Take away ${text}`}
            onClick={() => write(without(index()))}
          >
            <span class="chip">{text} ×</span>
          </button>
        )}
      </For>
      <Show when={props.isBesideCharts && tokens().length > 0}>
        <small class="muted">Charts show all requests: only tables know them apart.</small>
      </Show>
    </div>
  )
}

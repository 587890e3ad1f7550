/** The part of the run that is looked at: dragged on a chart, or typed here. */
import { createSignal, Show } from 'solid-js'
import { clock, clockMs } from '../figures/format.ts'
import { type Range, setRange } from '../state/location.ts'

export function RangeBar(props: {
  readonly chosen: Range | undefined
  /** New seconds come, and this part does not show them. */
  readonly isLive: boolean
  readonly elapsedMs: number
  readonly isLoading: boolean
  readonly failure: string | undefined
}) {
  const [problem, setProblem] = createSignal<string>()
  const choose = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const [fromMs, toMs] = [clockMs(`${form.get('from')}`), clockMs(`${form.get('to')}`)]
    const isRange = fromMs !== undefined && toMs !== undefined && toMs > fromMs
    setProblem(isRange ? undefined : 'Two times are needed, such as 00:30 and 01:10.')
    if (isRange) setRange({ fromMs, toMs })
  }
  return (
    <form class="range-bar" onSubmit={choose} aria-label="Part of the run">
      <label>
        From{' '}
        <input name="from" size="7" autocomplete="off" value={clock(props.chosen?.fromMs ?? 0)} />
      </label>
      <label>
        to{' '}
        <input
          name="to"
          size="7"
          autocomplete="off"
          value={clock(props.chosen?.toMs ?? props.elapsedMs)}
        />
      </label>
      <button type="submit" class="quiet">
        Show this part
      </button>
      <Show when={props.chosen} fallback={<span class="muted">or drag on a chart</span>}>
        {(chosen) => (
          <>
            <b>
              Selected {clock(chosen().fromMs)}–{clock(chosen().toMs)}
            </b>
            <button type="button" class="quiet" onClick={() => setRange(undefined)}>
              {props.isLive ? '● Jump to live' : 'Whole run'} <kbd>Esc</kbd>
            </button>
            <Show when={props.isLoading}>
              <span class="muted">reading …</span>
            </Show>
          </>
        )}
      </Show>
      <Show when={problem() ?? props.failure}>
        {(text) => (
          <span class="fail" role="alert">
            ✗ {text()}
          </span>
        )}
      </Show>
    </form>
  )
}

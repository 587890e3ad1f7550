/** Errors by request and kind, with when they came and a first sample. */
import { Index, Show } from 'solid-js'
import type { RangeView } from '../api/types.ts'
import { clock, count } from '../figures/format.ts'
import { Scroll } from '../parts/scroll.tsx'
import { setRange } from '../state/location.ts'

export function ErrorsTab(props: { readonly figures: RangeView }) {
  return <ErrorsTable errors={props.figures.errors} hasSamples />
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

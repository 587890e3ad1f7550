/** Figures of a part of the run, when they are there: never those of another part in their place. */
import { type Accessor, type JSX, Show } from 'solid-js'
import type { RangeView } from '../api/types.ts'

export function Figures(props: {
  readonly of: RangeView | undefined
  readonly children: (figures: Accessor<RangeView>) => JSX.Element
}) {
  return (
    <Show
      when={props.of}
      fallback={<p class="nothing">The figures of this part are not here yet.</p>}
    >
      {(known) => props.children(known)}
    </Show>
  )
}

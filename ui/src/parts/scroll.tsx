/** Something wide that scrolls by itself, by keyboard, too, and has a name. */
import type { JSX } from 'solid-js'

export function Scroll(props: {
  readonly label: string
  readonly class?: string
  readonly children: JSX.Element
}) {
  return (
    <section class={`scroll ${props.class ?? ''}`} tabindex={0} aria-label={props.label}>
      {props.children}
    </section>
  )
}

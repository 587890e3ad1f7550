/** A link within the page: an address like any other, followed without loading everything again. */
import type { JSX } from 'solid-js'
import { go } from '../state/location.ts'

export function Link(props: {
  readonly to: string
  readonly class?: string
  readonly isCurrent?: boolean
  readonly children: JSX.Element
}) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
      return
    event.preventDefault()
    go(props.to)
  }
  return (
    <a
      href={props.to}
      class={props.class}
      aria-current={props.isCurrent === true ? 'page' : undefined}
      onClick={follow}
    >
      {props.children}
    </a>
  )
}

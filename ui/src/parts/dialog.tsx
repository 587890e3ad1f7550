/** A question in front of the page: the browser's own dialog, which keeps the focus and closes with Escape. */
import { type JSX, onMount } from 'solid-js'

export function Dialog(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: JSX.Element
}) {
  let dialog!: HTMLDialogElement
  onMount(() => dialog.showModal())
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={() => props.onClose()}>
      <h2 id="dialog-title">{props.title}</h2>
      {props.children}
    </dialog>
  )
}

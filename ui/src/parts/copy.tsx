/** Text to take away. */
import { createSignal, Show } from 'solid-js'
import { announce } from '../state/announce.ts'
import { Scroll } from './scroll.tsx'

/** `label`: where `what` does not stand beside it. */
export function CopyButton(props: {
  readonly text: string
  readonly what: string
  readonly label?: string
}) {
  const [label, setLabel] = createSignal(props.label ?? 'Copy')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.text)
      setLabel('Copied')
      announce(`${props.what} copied`)
    } catch {
      setLabel('Select it to copy: the browser refused')
    }
  }
  return (
    <button type="button" class="quiet" onClick={copy}>
      {label()}
      <Show when={props.label === undefined}>
        <span class="hidden"> {props.what}</span>
      </Show>
    </button>
  )
}

/** A command or a document, with a button that copies it. */
export function CopyBlock(props: { readonly text: string; readonly what: string }) {
  return (
    <div class="copy-block">
      <Scroll label={props.what}>
        <pre>{props.text}</pre>
      </Scroll>
      <CopyButton text={props.text} what={props.what} />
    </div>
  )
}

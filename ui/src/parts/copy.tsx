/** Text to take away. */
import { createSignal } from 'solid-js'
import { announce } from '../state/announce.ts'
import { Scroll } from './scroll.tsx'

export function CopyButton(props: { readonly text: string; readonly what: string }) {
  const [label, setLabel] = createSignal('Copy')
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
      <span class="hidden"> {props.what}</span>
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

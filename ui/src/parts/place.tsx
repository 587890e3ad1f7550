/** A line of the script; where the page comes from this machine it opens in the editor. */
import { Show } from 'solid-js'
import { editorUrl } from '../figures/trace-text.ts'

export function Place(props: { readonly place: string }) {
  const url = () => editorUrl(props.place, location.hostname)
  return (
    <Show when={url()} fallback={<code>{props.place || 'a line that is not known'}</code>}>
      {(to) => (
        <a href={to()} title="Opens it in the editor">
          {props.place}
        </a>
      )}
    </Show>
  )
}

/** A field with its label, a hint, and what is wrong with it. */
import { Show } from 'solid-js'
import type { Problem } from '../api/types.ts'
import { Problems } from './problems.tsx'

export function Field(props: {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly problems: readonly Problem[]
  readonly onInput: (value: string) => void
  readonly isMultiline?: boolean
}) {
  const id = `field-${props.name}`
  const about = () => (props.problems.length > 0 ? `${id}-hint ${id}-problems` : `${id}-hint`)
  const shared = () => ({
    id,
    name: props.name,
    value: props.value,
    'aria-describedby': about(),
    'aria-invalid': props.problems.length > 0,
    autocomplete: 'off',
    spellcheck: false,
  })
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <Show
        when={props.isMultiline === true}
        fallback={
          <input
            type="text"
            {...shared()}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
        }
      >
        <textarea
          rows={3}
          {...shared()}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      </Show>
      <small id={`${id}-hint`} class="muted">
        {props.hint}
      </small>
      <Problems problems={props.problems} id={`${id}-problems`} />
    </div>
  )
}

/** A field with its label, a hint, and what is wrong with it. */
import type { Problem } from '../api/types.ts'
import { Problems } from './problems.tsx'

export function Field(props: {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly problems: readonly Problem[]
  readonly onInput: (value: string) => void
  readonly type?: 'text' | 'password'
}) {
  const id = `field-${props.name}`
  const about = () => (props.problems.length > 0 ? `${id}-hint ${id}-problems` : `${id}-hint`)
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        type={props.type ?? 'text'}
        id={id}
        name={props.name}
        value={props.value}
        aria-describedby={about()}
        aria-invalid={props.problems.length > 0}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <small id={`${id}-hint`} class="muted">
        {props.hint}
      </small>
      <Problems problems={props.problems} id={`${id}-problems`} />
    </div>
  )
}

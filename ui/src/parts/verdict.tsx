/** Passed or not, by sign and word; colour only underlines it. */
import { Show } from 'solid-js'

export function Mark(props: {
  readonly passed: boolean | null
  readonly words?: readonly [yes: string, no: string, open: string]
}) {
  const [yes, no, open] = props.words ?? ['passed', 'failed', 'open']
  return (
    <span
      classList={{
        ok: props.passed === true,
        fail: props.passed === false,
        muted: props.passed === null,
      }}
    >
      <Show when={props.passed !== null} fallback={<>– {open}</>}>
        {props.passed === true ? `✓ ${yes}` : `✗ ${no}`}
      </Show>
    </span>
  )
}

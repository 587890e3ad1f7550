/** An answer of the server to what is in the URL: asked again when that changes, and an answer that comes late is dropped. Never suspends. */
import { createEffect, createSignal, onCleanup } from 'solid-js'

export interface Asked<T> {
  /** Of the newest question; undefined until it is there. */
  readonly value: () => T | undefined
  readonly failure: () => string | undefined
}

/** `question`: undefined asks nothing. */
export function createAsked<Q, T>(
  question: () => Q | undefined,
  ask: (question: Q) => Promise<T>,
): Asked<T> {
  const [value, setValue] = createSignal<T>()
  const [failure, setFailure] = createSignal<string>()
  createEffect(() => {
    const asked = question()
    let isOld = false
    onCleanup(() => {
      isOld = true
    })
    setValue(undefined)
    setFailure(undefined)
    if (asked === undefined) return
    ask(asked).then(
      (answer) => {
        if (!isOld) setValue(() => answer)
      },
      (error: Error) => {
        if (!isOld) setFailure(error.message)
      },
    )
  })
  return { value, failure }
}

/** Keys of one letter. They can be switched off, and are silent while somebody writes or a dialog is open. */
import { createSignal, onCleanup } from 'solid-js'
import { offerCommands } from './commands.ts'

const KEY = 'onrush-keys'
const [areOn, setAreOn] = createSignal(read() !== 'off')

export { areOn as keysAreOn }

export function switchKeys(on: boolean): void {
  setAreOn(on)
  try {
    if (on) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, 'off')
  } catch {
    // Storage is switched off: it holds as long as the page.
  }
}

/** What a key does; with words it is in the sheet of keys and in the palette. */
export type KeyAction = (() => void) | readonly [label: string, act: () => void]

/** Until the component that asks goes away. */
export function onKeys(actions: Readonly<Record<string, KeyAction>>): void {
  offerCommands(() =>
    Object.entries(actions).flatMap(([key, action]) =>
      typeof action === 'function'
        ? []
        : [{ label: action[0], kind: 'action', key, act: action[1] }],
    ),
  )
  const listen = (event: KeyboardEvent): void => {
    const found = actions[event.key]
    const action = typeof found === 'function' ? found : found?.[1]
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    if (!areOn() && event.key.length === 1) return
    if (event.defaultPrevented || isBusy(event.target)) return
    event.preventDefault()
    action()
  }
  addEventListener('keydown', listen)
  onCleanup(() => removeEventListener('keydown', listen))
}

const isBusy = (target: EventTarget | null): boolean =>
  (target instanceof Element &&
    target.closest('input:not([type=radio], [type=checkbox]), textarea, select') !== null) ||
  document.querySelector('dialog[open]') !== null

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

/** All keys of the present screen on one sheet, and the switch that turns them off. */
import { For } from 'solid-js'
import { Dialog } from '../parts/dialog.tsx'
import { commands } from '../state/commands.ts'
import { keysAreOn, switchKeys } from '../state/keys.ts'

/** Of the browser, of charts and of what is open. */
const ALWAYS: readonly (readonly [key: string, what: string])[] = [
  ['Ctrl K, ⌘ K', 'Search runs, requests, tabs and actions'],
  ['← →', 'On a chart: move the cursor and say its values'],
  ['Esc', 'Close what is open'],
]

export function KeysDialog(props: { readonly onClose: () => void }) {
  const keys = [
    ...commands().flatMap(({ key, label }) => (key === undefined ? [] : [[key, label] as const])),
    ...ALWAYS,
  ]
  return (
    <Dialog title="Keys" onClose={props.onClose}>
      <dl class="keys">
        <For each={keys}>
          {([key, what]) => (
            <div>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          )}
        </For>
      </dl>
      <form method="dialog">
        <label class="switch">
          <input
            type="checkbox"
            checked={keysAreOn()}
            onChange={(event) => switchKeys(event.currentTarget.checked)}
          />
          Keys of one letter do something
        </label>
        <button type="submit">Close</button>
      </form>
    </Dialog>
  )
}

/** All keys on one sheet, and the switch that turns them off. */
import { For } from 'solid-js'
import { Dialog } from '../parts/dialog.tsx'
import { keysAreOn, switchKeys } from '../state/keys.ts'

const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['p', 'pause the run, or go on'],
  ['s', 'stop the run (asks first)'],
  ['a', 'write a note'],
  ['+ −', 'a tenth more or less load'],
  ['Esc', 'show the whole run again; close what is open'],
  ['← →', 'on a chart: move the cursor and say its values'],
  ['n', 'new run'],
  ['r', 'runs'],
  ['l', 'capacity: the limits that were found'],
  ['t', 'light or dark'],
  ['?', 'this sheet'],
]

export function KeysDialog(props: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={props.onClose}>
      <dl class="keys">
        <For each={KEYS}>
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

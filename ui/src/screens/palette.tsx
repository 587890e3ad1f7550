/** The command palette: type a few letters of a run, a request, a tab or an action; the arrow keys choose, Enter does it. */
import { createMemo, createSignal, For, onMount, Show } from 'solid-js'
import { getRuns } from '../api/history.ts'
import { Dialog } from '../parts/dialog.tsx'
import { type Command, commands, matching } from '../state/commands.ts'
import { go, runUrl } from '../state/location.ts'

const SHOWN_MAX = 12
const RUNS_ASKED = 200

export function Palette(props: { readonly onClose: () => void }) {
  const [text, setText] = createSignal('')
  const [at, setAt] = createSignal(0)
  const [runs, setRuns] = createSignal<readonly Command[]>([])
  // As it was when the palette opened: what is offered does not move while somebody reads.
  const offered = commands()
  const found = createMemo(() => matching([...offered, ...runs()], text()))
  const shown = () => found().slice(0, SHOWN_MAX)
  const chosen = () => shown()[Math.min(at(), shown().length - 1)]
  onMount(() => {
    getRuns(RUNS_ASKED).then(
      (records) =>
        setRuns(
          records.map(({ id, name, startedAtEpochMs }) => ({
            label: `${name} · ${new Date(startedAtEpochMs).toLocaleString()} · ${id}`,
            kind: 'run',
            act: () => go(runUrl(id)),
          })),
        ),
      // Without a history there are no runs to go to; all else works.
      () => setRuns([]),
    )
  })
  const act = (command: Command | undefined): void => {
    if (command === undefined) return
    props.onClose()
    // After the dialog has gone: what is done may open one of its own.
    queueMicrotask(command.act)
  }
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt(
        (Math.min(at(), shown().length - 1) + step + shown().length) % Math.max(1, shown().length),
      )
    } else if (event.key === 'Enter') {
      event.preventDefault()
      act(chosen())
    }
  }
  const idOf = (index: number): string => `palette-${index}`
  return (
    <Dialog title="Go to, or do" onClose={props.onClose}>
      <div class="palette">
        <input
          type="text"
          role="combobox"
          aria-label="Search runs, requests and actions"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={chosen() && idOf(shown().indexOf(chosen()!))}
          autocomplete="off"
          spellcheck={false}
          value={text()}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={walk}
        />
        <div id="palette-list" role="listbox" aria-label="Found">
          <For each={shown()}>
            {(command, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
              <div
                id={idOf(index())}
                role="option"
                aria-selected={command === chosen()}
                onClick={() => act(command)}
              >
                <span class="muted">{command.kind}</span> {command.label}
                <Show when={command.key}>{(key) => <kbd>{key()}</kbd>}</Show>
              </div>
            )}
          </For>
        </div>
        <p class="muted" role="status">
          {found().length === 0
            ? 'Nothing like it.'
            : `${Math.min(SHOWN_MAX, found().length)} of ${found().length}`}
        </p>
      </div>
    </Dialog>
  )
}

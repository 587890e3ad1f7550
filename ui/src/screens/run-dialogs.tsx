/** Stop, note, change: the questions about a running run. Each closes when the server has agreed, and shows what it says when not. */
import { createSignal, For, type JSX, Show } from 'solid-js'
import { changeRun, noteRun, type Posted, stopRun } from '../api/client.ts'
import type { ChangeRequest, Problem, RunView } from '../api/types.ts'
import { figure } from '../figures/format.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Problems } from '../parts/problems.tsx'
import { announce } from '../state/announce.ts'
import { muchMore } from './steering.ts'

interface DialogProps {
  readonly id: string
  readonly onClose: () => void
}

export function StopDialog(props: DialogProps) {
  return (
    <Question
      title="Stop the run?"
      yes="Stop"
      isDanger
      said="Stopping"
      onClose={props.onClose}
      ask={() => stopRun(props.id)}
    >
      <p>Iterations may finish, then the result is kept. A stopped run does not go on again.</p>
    </Question>
  )
}

export function NoteDialog(props: DialogProps) {
  return (
    <Question
      title="A note on the run"
      yes="Keep"
      said="Note kept"
      onClose={props.onClose}
      ask={(form) => noteRun(props.id, `${form.get('text')}`)}
    >
      <label class="field">
        What happened?
        <input name="text" autocomplete="off" required placeholder="deployed v2" />
      </label>
    </Question>
  )
}

export function ChangeDialog(props: DialogProps & { readonly view: RunView }) {
  const scenarios = () => props.view.result.run.plan.scenarios
  const [name, setName] = createSignal(scenarios()[0]?.name ?? '')
  const isUsers = () =>
    scenarios()
      .find((each) => each.name === name())
      ?.load.kind.endsWith('users') === true
  const request = (form: FormData): ChangeRequest => {
    const text = `${form.get('load')}`.trim()
    const most = Number(form.get('usersMax'))
    const perSec = Number(form.get('spawnRate'))
    return {
      ...(scenarios().length > 1 && { scenario: name() }),
      ...(isUsers() ? { users: /^\d+$/.test(text) ? Number(text) : text } : { arrivals: text }),
      ...(perSec > 0 && { spawnRate: perSec }),
      ...(most > 0 && { usersMax: most }),
    }
  }
  /** A slip of the finger must not be a flood: much more is asked about once. */
  const [warnedOf, setWarnedOf] = createSignal<string>()
  const ask = (form: FormData): Promise<Posted<object>> => {
    const wanted = request(form)
    const times = muchMore(props.view, wanted)
    const text = JSON.stringify(wanted)
    if (times === undefined || warnedOf() === text) return changeRun(props.id, wanted)
    setWarnedOf(text)
    const path = 'load'
    const what = `that is ${figure(times)} times the load of now`
    const problem = {
      code: 'CHECK',
      path,
      what,
      why: 'it may be a slip',
      fix: 'Press Change again.',
    }
    return Promise.resolve({ problems: [problem] })
  }
  return (
    <Question
      title="Change the load"
      yes="Change"
      said="Load changed"
      onClose={props.onClose}
      ask={ask}
    >
      <Show when={scenarios().length > 1}>
        <label class="field">
          Scenario
          <select onChange={(event) => setName(event.currentTarget.value)}>
            <For each={scenarios()}>{(each) => <option value={each.name}>{each.name}</option>}</For>
          </select>
        </label>
      </Show>
      <label class="field">
        {isUsers() ? 'Users' : 'Arrivals'}
        <input name="load" autocomplete="off" required aria-describedby="change-hint" />
        <small class="muted" id="change-hint">
          {isUsers()
            ? 'a number, or → 300 over 30s, hold 2m'
            : 'a rate such as 80/s, or → 120/s over 30s'}
        </small>
      </label>
      <Show
        when={isUsers()}
        fallback={
          <label class="field">
            Most users (empty: as it is)
            <input name="usersMax" inputmode="numeric" autocomplete="off" />
          </label>
        }
      >
        <label class="field">
          Spawn rate per second (empty: as it is)
          <input name="spawnRate" inputmode="decimal" autocomplete="off" />
        </label>
      </Show>
    </Question>
  )
}

function Question(props: {
  readonly title: string
  readonly yes: string
  readonly said: string
  readonly isDanger?: boolean
  readonly onClose: () => void
  readonly ask: (form: FormData) => Promise<Posted<object>>
  readonly children: JSX.Element
}) {
  const [problems, setProblems] = createSignal<readonly Problem[]>([])
  const [failure, setFailure] = createSignal<string>()
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    try {
      const answer = await props.ask(new FormData(event.currentTarget as HTMLFormElement))
      if ('problems' in answer) {
        setProblems(answer.problems)
        return
      }
      announce(props.said)
      props.onClose()
    } catch (error) {
      setFailure(`It was not done: ${error instanceof Error ? error.message : error}`)
    }
  }
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form onSubmit={submit}>
        {props.children}
        <Problems problems={problems()} />
        <Show when={failure()}>
          {(text) => (
            <p class="problems" role="alert">
              {text()}
            </p>
          )}
        </Show>
        <div class="actions">
          <button type="submit" class={props.isDanger === true ? 'danger' : 'primary'}>
            {props.yes}
          </button>
          <button type="button" onClick={() => props.onClose()}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}

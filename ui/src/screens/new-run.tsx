/** A new run: the fields of Locust's form and a few more, the same as a command line, and what is wrong with it beside the field. */
import { createSignal, For, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import { ApiError, startRun } from '../api/client.ts'
import type { AppState, Problem } from '../api/types.ts'
import { lineOf } from '../figures/cli-line.ts'
import { CopyBlock } from '../parts/copy.tsx'
import { Field } from '../parts/field.tsx'
import { Link } from '../parts/link.tsx'
import { Problems } from '../parts/problems.tsx'
import { announce } from '../state/announce.ts'
import { go, runUrl } from '../state/location.ts'
import { askServer, isServerAway, runningId, server } from '../state/server.ts'
import { type FieldName, type Fields, fieldOf, initialFields, requestOf } from './new-run-fields.ts'

export function NewRunScreen() {
  document.title = 'New run · onrush'
  return (
    <div class="narrow">
      <h1>New run</h1>
      <Show
        when={server()}
        fallback={
          <p class="nothing">
            {isServerAway()
              ? 'The server does not answer. Is onrush still running?'
              : 'Asking the server …'}
          </p>
        }
      >
        {(state) => <NewRunForm state={state()} />}
      </Show>
    </div>
  )
}

const MODELS: readonly (readonly [model: Fields['model'], label: string, hint: string])[] = [
  ['users', 'Users', 'so many people at the same time; each waits for its answers (closed)'],
  ['arrivals', 'Arrivals', 'work that comes at a rate, whatever the target does (open)'],
  ['script', 'As in the script', 'the plan that the script exports'],
]

function NewRunForm(props: { readonly state: AppState }) {
  const [fields, setFields] = createStore<{ -readonly [Name in FieldName]: Fields[Name] }>(
    initialFields(props.state),
  )
  const [problems, setProblems] = createSignal<readonly Problem[]>([])
  const [refusal, setRefusal] = createSignal<string>()
  const [isSending, setIsSending] = createSignal(false)
  const problemsOf = (name: FieldName) => problems().filter((problem) => fieldOf(problem) === name)
  const others = () => {
    const places = shownFields(fields.model)
    return problems().filter((problem) => !places.includes(fieldOf(problem) as FieldName))
  }
  const field = (name: Exclude<FieldName, 'model'>) => ({
    name,
    value: fields[name],
    problems: problemsOf(name),
    onInput: (value: string) => setFields(name, value),
  })
  const start = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    setIsSending(true)
    setRefusal(undefined)
    setProblems([])
    try {
      const answer = await startRun(requestOf(fields))
      if ('problems' in answer) {
        setProblems(answer.problems)
        announce(`Not started: ${answer.problems.length} to mend`)
        queueMicrotask(() => document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
      } else {
        void askServer()
        go(runUrl(answer.value.id))
      }
    } catch (error) {
      setRefusal(
        error instanceof ApiError && error.status === 409
          ? 'A run goes on. Stop it first.'
          : `Not started: ${error}`,
      )
    } finally {
      setIsSending(false)
    }
  }
  return (
    <form class="card form" onSubmit={start} noValidate>
      <p>
        <b>{props.state.script}</b>{' '}
        <For each={props.state.users}>
          {({ name, weight, fixedCount }) => (
            <span class="chip">
              {name} {fixedCount > 0 ? `× ${fixedCount}` : `weight ${weight}`}
            </span>
          )}
        </For>
      </p>
      <fieldset>
        <legend>Load</legend>
        <For each={MODELS}>
          {([model, label, hint]) => (
            <label class="choice">
              <input
                type="radio"
                name="model"
                value={model}
                checked={fields.model === model}
                onChange={() => setFields('model', model)}
              />
              <span>
                {label} <small class="muted">{hint}</small>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <Show when={fields.model === 'users'}>
        <div class="pair">
          <Field
            {...field('users')}
            label="Users"
            hint="a number, or a shape: 0 → 100 over 1m, hold 5m"
          />
          <Field
            {...field('spawnRate')}
            label="Spawn rate"
            hint="users per second; empty: all at once"
          />
        </div>
      </Show>
      <Show when={fields.model === 'arrivals'}>
        <div class="pair">
          <Field
            {...field('arrivals')}
            label="Arrivals"
            hint="a rate, or a shape: 0 → 50/s over 30s, hold 5m"
          />
          <Field
            {...field('usersMax')}
            label="Most users"
            hint="at the same time; empty: as many as needed"
          />
        </div>
      </Show>
      <div class="pair">
        <Field {...field('host')} label="Host" hint="base URL, such as http://localhost:3000" />
        <Show when={fields.model !== 'script'}>
          <Field
            {...field('runTime')}
            label="Run time"
            hint="such as 30s or 10m; empty: until stopped"
          />
        </Show>
      </div>
      <Field
        {...field('thresholds')}
        label="Thresholds"
        hint="one rule a line, such as p95(http) < 300ms"
        isMultiline
      />
      <p class="label">The same on the command line</p>
      <CopyBlock text={lineOf(props.state.script, requestOf(fields))} what="command line" />
      <Problems problems={others()} />
      <Show when={refusal()}>
        {(text) => (
          <p class="problems" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <div class="actions">
        <button type="submit" class="primary" disabled={isSending() || runningId() !== undefined}>
          Start
        </button>
        <Show when={runningId()}>
          {(id) => (
            <span>
              A run goes on: <Link to={runUrl(id())}>look at it</Link>, or stop it first.
            </span>
          )}
        </Show>
      </div>
    </form>
  )
}

const shownFields = (model: Fields['model']): readonly FieldName[] => [
  'host',
  'thresholds',
  ...(model === 'users' ? (['users', 'spawnRate', 'runTime'] as const) : []),
  ...(model === 'arrivals' ? (['arrivals', 'usersMax', 'runTime'] as const) : []),
]

/**
 * A new run: what Locust's form has and more, always the same as a command line, with what is wrong said beside each field as it is
 * typed. `?again=ID` begins with the fields of a kept run.
 */
import { createMemo, createResource, createSignal, For, onMount, Show } from 'solid-js'
import { getRun, getScripts } from '../api/client.ts'
import type { AppState, ScriptFacts } from '../api/types.ts'
import { lineOf } from '../figures/cli-line.ts'
import { duration } from '../figures/format.ts'
import { CopyBlock } from '../parts/copy.tsx'
import { Field } from '../parts/field.tsx'
import { Link } from '../parts/link.tsx'
import { Problems } from '../parts/problems.tsx'
import { query, runUrl } from '../state/location.ts'
import { isServerAway, runningId, server } from '../state/server.ts'
import { fieldsOfRun, keptFields } from './new-run-again.ts'
import { type Fields, initialFields } from './new-run-fields.ts'
import { createForm, type FormState } from './new-run-form.ts'
import { LoadFields } from './new-run-load.tsx'
import { ParamFields } from './new-run-params.tsx'
import { ThresholdFields } from './new-run-thresholds.tsx'

export function NewRunScreen() {
  document.title = 'New run · onrush'
  const again = createMemo(() => ({ id: query('again') }), undefined, {
    equals: (a, b) => a.id === b.id,
  })
  return (
    <div class="narrow">
      <h1>New run</h1>
      <Show
        when={server() !== undefined}
        fallback={
          <p class="nothing">
            {isServerAway()
              ? 'The server does not answer. Is onrush still running?'
              : 'Asking the server …'}
          </p>
        }
      >
        <Show when={again()} keyed>
          {({ id }) => <Begun state={server()!} again={id} />}
        </Show>
      </Show>
    </div>
  )
}

/** With the fields of a run that was, where the address names one. */
function Begun(props: { readonly state: AppState; readonly again: string | null }) {
  const [missing, setMissing] = createSignal<string>()
  const again = props.again
  const [fields] = createResource(async (): Promise<Fields> => {
    const initial = keptFields(props.state) ?? initialFields(props.state)
    if (again === null) return initial
    try {
      return fieldsOfRun((await getRun(again)).result, props.state)
    } catch {
      setMissing(`The run ${again} is not kept any more; the form begins as onrush was started.`)
      return initial
    }
  })
  return (
    <Show when={fields()} fallback={<p class="nothing">Reading the run …</p>}>
      {(known) => (
        <>
          <Show when={missing() ?? (again === null ? undefined : `As in the run ${again}.`)}>
            {(text) => <p class="muted">{text()}</p>}
          </Show>
          <NewRunForm facts={props.state} begin={known()} />
        </>
      )}
    </Show>
  )
}

function NewRunForm(props: { readonly facts: ScriptFacts; readonly begin: Fields }) {
  const form = createForm(props.facts, props.begin)
  const { field, facts, request } = form
  const secrets = () =>
    (facts().params ?? []).filter(({ kind }) => kind === 'secret').map(({ name }) => name)
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void form.start()
  }
  return (
    <form class="card form" onSubmit={submit} noValidate>
      <ScriptPicker form={form} />
      <LoadFields form={form} />
      <Field {...field('host')} label="Host" hint="base URL, such as http://localhost:3000" />
      <Show when={form.reached()}>
        {(reached) => (
          <Show
            when={reached().problems.length > 0}
            fallback={
              <p class="ok preflight">
                ✓ answers, in {duration(reached().tookMs)}; no load was sent
              </p>
            }
          >
            <Problems problems={reached().problems} />
          </Show>
        )}
      </Show>
      <ParamFields form={form} params={facts().params ?? []} />
      <ThresholdFields form={form} />
      <MoreFields form={form} />
      <p class="label">The same on the command line</p>
      <CopyBlock
        text={lineOf(facts().script, request(), facts().more, secrets())}
        what="command line"
      />
      <Show when={form.load().length > 0 && form.problems().length === 0}>
        <p class="muted">This makes {form.load().join('; ')}.</p>
      </Show>
      <Problems problems={form.others()} />
      <Show when={form.refusal()}>
        {(text) => (
          <p class="problems" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <div class="actions">
        <button
          type="submit"
          class="primary"
          disabled={form.isSending() || runningId() !== undefined}
        >
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

function ScriptPicker(props: { readonly form: FormState }) {
  const { fields, facts, set } = props.form
  const [scripts, setScripts] = createSignal<readonly string[]>([facts().script])
  onMount(() => {
    getScripts().then(
      (found) => setScripts([...new Set([facts().script, ...found])]),
      // The one that is open can be run without knowing of others.
      () => setScripts([facts().script]),
    )
  })
  return (
    <div class="field">
      <label for="field-script">Script</label>
      <select
        id="field-script"
        name="script"
        onChange={(event) => set({ script: event.currentTarget.value })}
      >
        <For each={scripts()}>
          {(script) => (
            <option value={script} selected={script === fields.script}>
              {script}
            </option>
          )}
        </For>
      </select>
      <p class="classes">
        <For each={facts().users}>
          {({ name, weight, fixedCount }) => (
            <span class="chip">
              {name} {fixedCount > 0 ? `× ${fixedCount}` : `weight ${weight}`}
            </span>
          )}
        </For>
      </p>
    </div>
  )
}

function MoreFields(props: { readonly form: FormState }) {
  const { field, fields } = props.form
  const names = ['tags', 'seed', 'workers', 'stopTimeout'] as const
  const isOpen = names.some((name) => fields[name] !== '')
  return (
    <details open={isOpen || names.some((name) => field(name).problems.length > 0)}>
      <summary>More: tags, seed, workers, stop timeout</summary>
      <div class="pair">
        <Field {...field('tags')} label="Tags" hint="kept with the run: region=eu, team=search" />
        <Field {...field('seed')} label="Seed" hint="the same one makes the same choices" />
        <Field
          {...field('workers')}
          label="Workers"
          hint="processes that make the load; a number or auto"
        />
        <Field
          {...field('stopTimeout')}
          label="Stop timeout"
          hint="how long iterations may finish after the end, such as 30s"
        />
      </div>
    </details>
  )
}

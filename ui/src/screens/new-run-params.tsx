/** What the script can be told, a field for each, of the kind that the script declares. */
import { For, Match, Show, Switch } from 'solid-js'
import type { ParamDefinition } from '../api/types.ts'
import { Field } from '../parts/field.tsx'
import { Problems } from '../parts/problems.tsx'
import { paramOf } from './new-run-fields.ts'
import type { FormState } from './new-run-form.ts'

export function ParamFields(props: {
  readonly form: FormState
  readonly params: readonly ParamDefinition[]
}) {
  return (
    <Show when={props.params.length > 0}>
      <fieldset>
        <legend>Parameters of the script</legend>
        <div class="pair">
          <For each={props.params}>{(param) => <ParamField form={props.form} param={param} />}</For>
        </div>
      </fieldset>
    </Show>
  )
}

function ParamField(props: { readonly form: FormState; readonly param: ParamDefinition }) {
  const { fields, setParam, problems } = props.form
  const { name } = props.param
  const id = `field-param-${name}`
  const value = () => fields.params[name] ?? ''
  const own = () => problems().filter((each) => paramOf(each) === name)
  const choices = () => (props.param.kind === 'choice' ? props.param.choices : [])
  return (
    <Switch
      fallback={
        <Field
          name={`param-${name}`}
          label={name}
          hint={hintOf(props.param)}
          value={value()}
          problems={own()}
          onInput={(text) => setParam(name, text)}
          {...(props.param.kind === 'secret' && { type: 'password' as const })}
        />
      }
    >
      <Match when={props.param.kind === 'switch'}>
        <div class="field">
          <label class="switch">
            <input
              type="checkbox"
              name={`param-${name}`}
              checked={value() === 'true'}
              onChange={(event) => setParam(name, `${event.currentTarget.checked}`)}
            />
            {name}
          </label>
          <small class="muted">{hintOf(props.param)}</small>
        </div>
      </Match>
      <Match when={props.param.kind === 'choice'}>
        <div class="field">
          <label for={id}>{name}</label>
          <select
            id={id}
            name={`param-${name}`}
            onChange={(event) => setParam(name, event.currentTarget.value)}
          >
            <For each={choices()}>
              {(choice) => (
                <option value={choice} selected={choice === value()}>
                  {choice}
                </option>
              )}
            </For>
          </select>
          <small class="muted">{hintOf(props.param)}</small>
          <Problems problems={own()} />
        </div>
      </Match>
    </Switch>
  )
}

/** What it is for, and what fits. */
function hintOf(param: ParamDefinition): string {
  const help = param.help === undefined ? [] : [param.help]
  if (param.kind === 'secret') return [...help, 'shown and kept nowhere'].join('; ')
  if (param.kind !== 'number') return help.join('')
  const kind = param.whole ? 'a whole number' : 'a number'
  const range =
    param.min !== null && param.max !== null
      ? `${kind} from ${param.min} to ${param.max}`
      : param.min !== null
        ? `${kind} of ${param.min} or more`
        : param.max !== null
          ? `${kind} of ${param.max} or less`
          : kind
  return [...help, range].join('; ')
}

/** How much load: users or arrivals, as one amount or drawn over time; or what the script says. */
import { For, Show } from 'solid-js'
import { Field } from '../parts/field.tsx'
import { Problems } from '../parts/problems.tsx'
import type { Fields } from './new-run-fields.ts'
import type { FormState } from './new-run-form.ts'
import { PlanEditor } from './plan-editor.tsx'

const MODELS: readonly (readonly [model: Fields['model'], label: string, hint: string])[] = [
  ['users', 'Users', 'so many people at the same time; each waits for its answers (closed)'],
  ['arrivals', 'Arrivals', 'work that comes at a rate, whatever the target does (open)'],
  ['script', 'As in the script', 'the plan that the script exports'],
]

export function LoadFields(props: { readonly form: FormState }) {
  const { fields, set, field } = props.form
  const isClosed = () => fields.model === 'users'
  return (
    <>
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
                onChange={() => set({ model })}
              />
              <span>
                {label} <small class="muted">{hint}</small>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <Show when={fields.model !== 'script'}>
        <label class="switch">
          <input
            type="checkbox"
            checked={fields.isDrawn}
            onChange={(event) => set({ isDrawn: event.currentTarget.checked })}
          />
          Draw it over time
        </label>
        <Show
          when={fields.isDrawn}
          fallback={
            <Show
              when={isClosed()}
              fallback={
                <div class="pair">
                  <Field
                    {...field('arrivals')}
                    label="Arrivals"
                    hint="a rate, or a shape: 0 → 50/s over 30s, hold 5m"
                  />
                </div>
              }
            >
              <div class="pair">
                <Field
                  {...field('users')}
                  label="Users"
                  hint="a number, or a shape: 0 → 100 over 1m, hold 5m"
                />
                <Field
                  {...field('spawnRate')}
                  label="Spawn rate"
                  hint="users per second; empty: one"
                />
              </div>
            </Show>
          }
        >
          <PlanEditor
            points={fields.points}
            unit={isClosed() ? 'users' : 'arrivals'}
            onChange={(points) => set({ points })}
          />
          <Problems problems={field(isClosed() ? 'users' : 'arrivals').problems} />
        </Show>
        <div class="pair">
          <Show when={!isClosed()}>
            <Field
              {...field('usersMax')}
              label="Most users"
              hint="at the same time; empty: as many as needed"
            />
          </Show>
          <Show when={!fields.isDrawn}>
            <Field
              {...field('runTime')}
              label="Run time"
              hint="such as 30s or 10m; empty: until stopped"
            />
          </Show>
        </div>
      </Show>
    </>
  )
}

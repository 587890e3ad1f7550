/** The rules of the run: those of the script to read, and a list to write, each with what is wrong with it. */
import { For, Index, Show } from 'solid-js'
import { Field } from '../parts/field.tsx'
import type { FormState } from './new-run-form.ts'

export function ThresholdFields(props: { readonly form: FormState }) {
  const { fields, set, ruleProblems, facts } = props.form
  const rows = () => (fields.thresholds.length > 0 ? fields.thresholds : [''])
  const write = (index: number, rule: string): void =>
    set({ thresholds: rows().map((each, at) => (at === index ? rule : each)) })
  const remove = (index: number): void =>
    set({ thresholds: fields.thresholds.filter((_, at) => at !== index) })
  const add = (): void => {
    set({ thresholds: [...rows(), ''] })
    const last = `field-threshold-${rows().length - 1}`
    queueMicrotask(() => document.getElementById(last)?.focus())
  }
  return (
    <fieldset>
      <legend>Thresholds</legend>
      <Show when={(facts().rules ?? []).length > 0}>
        <p>
          Of the script:{' '}
          <For each={facts().rules ?? []}>{(rule) => <span class="chip">{rule}</span>}</For>
        </p>
      </Show>
      <Index each={rows()}>
        {(rule, index) => (
          <div class="row-field">
            <Field
              name={`threshold-${index}`}
              label={`Threshold ${index + 1}`}
              hint={index === 0 ? 'such as p95(http) < 300ms or errors < 1%' : ''}
              value={rule()}
              problems={ruleProblems(index)}
              onInput={(text) => write(index, text)}
            />
            <button
              type="button"
              class="quiet"
              aria-label={`Remove threshold ${index + 1}`}
              disabled={fields.thresholds.length === 0}
              onClick={() => remove(index)}
            >
              ×
            </button>
          </div>
        )}
      </Index>
      <button type="button" class="quiet" onClick={add}>
        + Add a threshold
      </button>
    </fieldset>
  )
}

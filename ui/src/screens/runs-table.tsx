/** The list of runs as a table: a line each, with what can be done with it. */
import { For, Show } from 'solid-js'
import { fileUrl, type RunGlance } from '../api/history.ts'
import type { RunRecord } from '../api/types.ts'
import { clock, duration, percent } from '../figures/format.ts'
import { tagsOf } from '../figures/run-filter.ts'
import { failureRatio } from '../figures/series-rows.ts'
import { Link } from '../parts/link.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Sparkline } from '../parts/sparkline.tsx'
import { Mark } from '../parts/verdict.tsx'
import { onKeys } from '../state/keys.ts'
import { runUrl } from '../state/location.ts'
import type { RunsState } from './runs-state.ts'

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export function RunsTable(props: { readonly state: RunsState }) {
  let body!: HTMLTableSectionElement
  const links = (): HTMLElement[] => [...body.querySelectorAll<HTMLElement>('th a')]
  const step = (by: number): void => {
    const all = links()
    const at = all.findIndex((link) => link.closest('tr')?.contains(document.activeElement))
    all[Math.min(all.length - 1, Math.max(0, at === -1 ? 0 : at + by))]?.focus()
  }
  onKeys({
    j: () => step(1),
    k: () => step(-1),
    x: () => document.activeElement?.closest('tr')?.querySelector<HTMLElement>('input')?.click(),
  })
  return (
    <Scroll class="card" label="Runs, newest first">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">chosen and starred</span>
            </th>
            <th scope="col">run</th>
            <th scope="col">started</th>
            <th scope="col">verdict</th>
            <th scope="col">load</th>
            <th scope="col" class="number">
              p95
            </th>
            <th scope="col" class="number">
              failures
            </th>
            <th scope="col" class="number">
              lasted
            </th>
            <th scope="col">git</th>
            <th scope="col">tags</th>
            <th scope="col">
              <span class="hidden">file and deletion</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {/* By id, so that a row stays, and keeps the focus, when its run has changed. */}
          <For each={props.state.shown().map(({ id }) => id)}>
            {(id) => (
              <Show when={props.state.shown().find((run) => run.id === id)}>
                {(run) => (
                  <Row run={run()} state={props.state} glance={props.state.glances().get(id)} />
                )}
              </Show>
            )}
          </For>
        </tbody>
      </table>
    </Scroll>
  )
}

function Row(props: {
  readonly run: RunRecord
  readonly state: RunsState
  readonly glance: RunGlance | undefined
}) {
  const { state } = props
  const run = () => props.run
  const called = () => `${run().name} ${run().id}`
  return (
    <tr>
      <td class="tight">
        <input
          type="checkbox"
          aria-label={`Choose ${called()}`}
          checked={state.chosen().includes(run().id)}
          onChange={(event) => state.choose(run().id, event.currentTarget.checked)}
        />
        <button
          type="button"
          class="quiet star"
          aria-label={`Baseline: ${called()}`}
          aria-pressed={run().isBaseline}
          onClick={() => void state.star(run(), !run().isBaseline)}
        >
          {run().isBaseline ? '★' : '☆'}
        </button>
      </td>
      <th scope="row" class="row-name">
        <Link to={runUrl(run().id)}>
          {run().name} <small>{run().id}</small>
        </Link>
      </th>
      <td>{WHEN.format(run().startedAtEpochMs)}</td>
      <td class="verdict-cell">
        <Show
          when={run().state === 'finished'}
          fallback={run().state === 'running' ? '● running' : '! cut off'}
        >
          <Mark passed={run().passed} />
          <Show when={run().passed === false && run().reason}>
            {' '}
            <small class="muted">{run().reason}</small>
          </Show>
        </Show>
      </td>
      <td class="load-cell">{props.glance?.load.join('; ') ?? ''}</td>
      <td class="number spark-cell">
        <Show when={props.glance?.p95Ms.length}>
          <Sparkline values={props.glance!.p95Ms} />
        </Show>
        {duration(run().p95Ms)}
      </td>
      <td class="number">{failuresText(run())}</td>
      <td class="number">{lastedText(run())}</td>
      <td class="git-cell">{gitText(run(), props.glance)}</td>
      <td class="tags-cell">
        <For each={tagsOf(run())}>{(tag) => <span class="chip">{tag}</span>}</For>
      </td>
      <td class="tight">
        <a href={fileUrl(run().id)} download="" aria-label={`File of ${run().id}`}>
          File
        </a>
        <button
          type="button"
          class="quiet"
          disabled={run().isBaseline || run().state === 'running'}
          aria-label={`Delete ${called()}`}
          onClick={() => state.drop([run().id])}
        >
          Delete
        </button>
      </td>
    </tr>
  )
}

const failuresText = ({ requests, failures }: RunRecord): string =>
  requests === null || failures === null ? '–' : percent(failureRatio({ requests, failures }))
const lastedText = ({ durationMs }: RunRecord): string =>
  durationMs === null ? '–' : clock(durationMs)

/** `main c0ffee12 *`: the star means that the tree was not as committed. */
function gitText({ commit }: RunRecord, glance: RunGlance | undefined): string {
  if (commit === null) return '–'
  return [glance?.branch ?? '', commit.slice(0, 8), glance?.isDirty ? '*' : ''].join(' ').trim()
}

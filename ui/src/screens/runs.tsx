/** Every run that is kept, newest first: found by words and tokens, starred, compared, deleted, taken elsewhere and brought back. */
import { createMemo, For, Show } from 'solid-js'
import { importRun } from '../api/history.ts'
import { count } from '../figures/format.ts'
import { isEmpty } from '../figures/run-filter.ts'
import { Link } from '../parts/link.tsx'
import { Problems } from '../parts/problems.tsx'
import { Undo } from '../parts/undo.tsx'
import { announce } from '../state/announce.ts'
import { onKeys } from '../state/keys.ts'
import { compareUrl, go, query, setQuery, trendUrl } from '../state/location.ts'
import { baseOf, countOf, createRunsState, RUNS_MAX, type RunsState } from './runs-state.ts'
import { RunsTable } from './runs-table.tsx'

/** Names that have a trend within reach. */
const NAMES = 6
/** Compared with a base on one screen. */
const COMPARED_MAX = 5

export function RunsScreen() {
  document.title = 'Runs · onrush'
  const state = createRunsState()
  return (
    <>
      <h1>Runs</h1>
      <Show when={state.failure()}>
        {(text) => (
          <p class="problems" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Problems problems={state.problems()} />
      <Show
        when={state.runs()}
        fallback={<p class="nothing">{state.failure() === undefined ? 'Loading …' : ''}</p>}
      >
        {(known) => (
          <>
            <Show when={known().length > 0 || !isEmpty(state.filter())}>
              <Tools state={state} />
            </Show>
            <List state={state} />
            <Import state={state} />
          </>
        )}
      </Show>
      <Show when={state.leaving().length > 0}>
        <Undo text={`${countOf(state.leaving())} deleted.`} onUndo={state.undo} />
      </Show>
    </>
  )
}

function Tools(props: { readonly state: RunsState }) {
  let field!: HTMLInputElement
  const { state } = props
  const names = createMemo(() => [...new Set(state.matching().map(({ name }) => name))])
  onKeys({ '/': () => field.focus(), c: () => compareChosen(state) })
  return (
    <>
      <div class="table-tools">
        <label>
          Filter{' '}
          <input
            ref={field}
            type="search"
            class="run-filter"
            value={query('q') ?? ''}
            placeholder="name: tag: verdict: git:"
            aria-describedby="filter-says"
            onInput={(event) => setQuery({ q: event.currentTarget.value }, 'replace')}
          />
        </label>
        <span id="filter-says" class="muted">
          {foundText(state)}
        </span>
        <nav aria-label="Trends" class="trends">
          Trend of{' '}
          <For each={names().slice(0, NAMES)}>
            {(name) => <Link to={trendUrl(name)}>{name}</Link>}
          </For>
        </nav>
      </div>
      <Chosen state={state} />
    </>
  )
}

/** What can be done with the runs that are chosen. */
function Chosen(props: { readonly state: RunsState }) {
  const { state } = props
  const chosen = () => chosenRuns(state)
  const isStuck = () => chosen().some((run) => run.isBaseline || run.state === 'running')
  return (
    <section class="table-tools" aria-label="Chosen runs">
      <span>
        {chosen().length === 0
          ? 'Choose two runs to compare them.'
          : `${countOf(chosen().map(({ id }) => id))} chosen`}
      </span>
      <button
        type="button"
        class="primary"
        disabled={chosen().length < 2 || chosen().length > COMPARED_MAX + 1}
        onClick={() => compareChosen(state)}
      >
        Compare
      </button>
      <button
        type="button"
        disabled={chosen().length === 0 || isStuck()}
        onClick={() => state.drop(chosen().map(({ id }) => id))}
      >
        Delete
      </button>
      <button type="button" class="quiet" disabled={chosen().length === 0} onClick={state.clear}>
        Choose none
      </button>
      <Show when={chosen().length > COMPARED_MAX + 1}>
        <span class="warn">! At most {COMPARED_MAX + 1} are compared at once.</span>
      </Show>
      <Show when={isStuck()}>
        <span class="muted">Baselines, and what goes on, cannot be deleted.</span>
      </Show>
      <span class="muted keys-hint">
        <kbd>j</kbd> <kbd>k</kbd> next and previous, <kbd>x</kbd> choose, <kbd>c</kbd> compare,{' '}
        <kbd>/</kbd> filter
      </span>
    </section>
  )
}

function List(props: { readonly state: RunsState }) {
  const { state } = props
  return (
    <Show
      when={state.shown().length > 0}
      fallback={
        <p class="nothing">
          <Show when={isEmpty(state.filter())} fallback="No run fits.">
            No runs yet. <Link to="/">Start one</Link>.
          </Show>
        </p>
      }
    >
      <RunsTable state={state} />
      <Show when={state.hasMore()}>
        <button type="button" onClick={state.more}>
          Show more
        </button>
      </Show>
    </Show>
  )
}

function Import(props: { readonly state: RunsState }) {
  const take = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? []
    if (file === undefined) return
    try {
      const answer = await importRun(file)
      if ('problems' in answer) props.state.setProblems(answer.problems)
      else {
        announce(`Run ${answer.value.id} is kept`)
        props.state.setProblems([])
      }
      await props.state.load()
    } catch (error) {
      props.state.fail(error)
    }
    input.value = ''
  }
  return (
    <p class="import">
      <label>
        Bring a run, or results of JMeter, k6 or Locust:{' '}
        <input type="file" onChange={(event) => void take(event.currentTarget)} />
      </label>
    </p>
  )
}

const chosenRuns = (state: RunsState) =>
  (state.runs() ?? []).filter(({ id }) => state.chosen().includes(id))

function compareChosen(state: RunsState): void {
  const runs = chosenRuns(state)
  if (runs.length < 2 || runs.length > COMPARED_MAX + 1) return
  const base = baseOf(runs)
  const others = runs.filter(({ id }) => id !== base.id).map(({ id }) => id)
  go(compareUrl(base.id, others))
}

function foundText(state: RunsState): string {
  const all = state.runs()?.length ?? 0
  if (isEmpty(state.filter())) return ''
  const of = all >= RUNS_MAX ? `the newest ${count(RUNS_MAX)}` : count(all)
  return `${count(state.matching().length)} of ${of} runs`
}

/**
 * Runs over each other: what differs and surely so, first in a word, then figure by figure, then as lines over time. The runs are in the
 * URL; the figures are those of `onrush compare`, which the server computes.
 */
import { createMemo, For, Show } from 'solid-js'
import { getRun } from '../api/client.ts'
import { compareRuns, type WrittenComparison } from '../api/history.ts'
import type { RunView } from '../api/types.ts'
import { ChartCard } from '../charts/chart-card.tsx'
import { compareCharts } from '../charts/compare-charts.ts'
import { CopyBlock, CopyButton } from '../parts/copy.tsx'
import { Link } from '../parts/link.tsx'
import { createAsked } from '../state/asked.ts'
import { onKeys } from '../state/keys.ts'
import { queries, query, range, setRange } from '../state/location.ts'
import { ComparedRuns } from './compare-runs.tsx'
import { Compared } from './compare-table.tsx'

const HEIGHT_PX = 210

export function CompareScreen() {
  document.title = 'Compare · onrush'
  const base = (): string => query('base') ?? ''
  const runs = createMemo(() => queries('run'), undefined, { equals: isEqual })
  const isAnyway = createMemo(() => query('anyway') === '1')
  const ids = createMemo(() => [base(), ...runs()], undefined, { equals: isEqual })
  const compared = createAsked(
    () => (runs().length === 0 ? undefined : { base: base(), runs: runs(), anyway: isAnyway() }),
    (asked) => compareRuns(asked.base, asked.runs, asked.anyway),
  )
  const views = createAsked(
    () => (runs().length === 0 ? undefined : ids()),
    (all) => Promise.all(all.map(getRun)),
  )
  onKeys({ Escape: () => setRange(undefined) })
  return (
    <>
      <h1>Compare</h1>
      <Show
        when={base() !== '' && runs().length > 0}
        fallback={
          <p class="nothing">
            Choose two runs or more in <Link to="/runs">Runs</Link>.
          </p>
        }
      >
        <Show when={views.value()}>
          {(known) => <ComparedRuns views={known()} base={base()} runs={runs()} />}
        </Show>
        <Show when={compared.failure() ?? views.failure()}>
          {(text) => (
            <p class="problems" role="alert">
              {text()}
            </p>
          )}
        </Show>
        <Show
          when={compared.value()}
          fallback={
            <p class="nothing">
              {compared.failure() === undefined ? 'Comparing … long runs take some seconds.' : ''}
            </p>
          }
        >
          {(found) => <Comparisons all={found()} />}
        </Show>
        <Show when={views.value()}>{(known) => <Charts views={known()} />}</Show>
      </Show>
    </>
  )
}

function Comparisons(props: { readonly all: readonly WrittenComparison[] }) {
  return (
    <For each={props.all}>
      {({ comparison, markdown }, index) => (
        <section class="card compared" aria-labelledby={`compared-${index()}`}>
          <Compared
            comparison={comparison}
            id={`compared-${index()}`}
            letter={letterOf(index() + 1)}
          />
          <CopyBlock
            text={`onrush compare ${comparison.a.id} ${comparison.b.id}`}
            what={`command line of ${letterOf(index() + 1)} against A`}
          />
          <p class="take-away">
            As Markdown:{' '}
            <CopyButton text={markdown} what={`${letterOf(index() + 1)} against A as Markdown`} />
          </p>
        </section>
      )}
    </For>
  )
}

function Charts(props: { readonly views: readonly RunView[] }) {
  const drawn = createMemo(() =>
    compareCharts(props.views.map(({ points }, index) => ({ label: letterOf(index), points }))),
  )
  const whole = () => {
    const last = drawn().points.at(-1)
    return { fromMs: 0, toMs: last === undefined ? 1_000 : last.atMs + last.spanMs }
  }
  return (
    <>
      <h2>
        Over time{' '}
        <small class="muted">aligned at the start; drag to look closer, Esc for all</small>
      </h2>
      <div class="charts">
        <For each={drawn().charts}>
          {(model) => (
            <ChartCard
              model={model}
              points={drawn().points}
              range={range() ?? whole()}
              marks={[]}
              height={HEIGHT_PX}
            />
          )}
        </For>
      </div>
    </>
  )
}

/** As everywhere: A is what the others are held against. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index)

const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index])

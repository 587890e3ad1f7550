/** One run against the base: the verdict in a word, what was not equal, and each figure with its noise band; in the words of `onrush compare`. */
import { createSignal, For, Show } from 'solid-js'
import type { MetricComparison } from '../../../src/contracts/compare.ts'
import {
  type CompareRow,
  chanceText,
  changeText,
  compareRows,
  methodText,
  verdictWord,
  verdictWords,
} from '../../../src/model/report/compare-words.ts'
import type { Comparison } from '../api/history.ts'
import { duration, figure, percent } from '../figures/format.ts'
import { Link } from '../parts/link.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { urlWith } from '../state/location.ts'

const ROWS = 30
const SIGNS = { worse: '✗', better: '✓', same: '=', undecided: '~', 'not-comparable': '!' } as const
const CLASSES = { worse: 'fail', better: 'ok', same: '', undecided: '', 'not-comparable': 'warn' }

export function Compared(props: {
  readonly comparison: Comparison
  readonly id: string
  /** Of the run that is held against A. */
  readonly letter: string
}) {
  const words = () => verdictWords(props.comparison)
  const verdict = () => props.comparison.verdict
  return (
    <>
      <h2 id={props.id} class="verdict-line">
        {props.letter} against A:{' '}
        <b class={CLASSES[verdict()]}>
          {SIGNS[verdict()]} {words().word}
        </b>
      </h2>
      <Show when={words().about}>
        <p class="about">{words().about}</p>
      </Show>
      <Show when={props.comparison.notComparable.length > 0}>
        <div class="problems">
          <For each={props.comparison.notComparable}>
            {(reason) => <p>Not comparable because {lettered(reason, props.letter)}.</p>}
          </For>
          <Show when={props.comparison.method === null}>
            <Link to={urlWith({ anyway: '1' })}>Compare anyway</Link>
          </Show>
        </div>
      </Show>
      <NotEqual comparison={props.comparison} letter={props.letter} />
      <Show when={props.comparison.method !== null}>
        <Table comparison={props.comparison} letter={props.letter} />
        <p class="muted take-away">{methodText(props.comparison)}.</p>
      </Show>
    </>
  )
}

/** A comparison calls its second run B; among several it has another letter here. */
const lettered = (reason: string, letter: string): string => reason.replaceAll(/\bB\b/g, letter)

function NotEqual(props: { readonly comparison: Comparison; readonly letter: string }) {
  const lists = () =>
    [
      ['only in A', props.comparison.onlyInA],
      [`only in ${props.letter}`, props.comparison.onlyInB],
    ] as const
  return (
    <Show
      when={
        props.comparison.notEqual.length +
          lists().reduce((sum, [, names]) => sum + names.length, 0) >
        0
      }
    >
      <dl class="not-equal" aria-label="Not equal">
        <For each={props.comparison.notEqual}>
          {({ what, a, b }) => (
            <div>
              <dt>{what}</dt>
              <dd>
                A {a}, {props.letter} {b}
              </dd>
            </div>
          )}
        </For>
        <For each={lists().filter(([, names]) => names.length > 0)}>
          {([where, names]) => (
            <div>
              <dt>{where}</dt>
              <dd>{names.join(', ')}</dd>
            </div>
          )}
        </For>
      </dl>
    </Show>
  )
}

function Table(props: { readonly comparison: Comparison; readonly letter: string }) {
  const [most, setMost] = createSignal(ROWS)
  const shown = () => compareRows(props.comparison, most())
  return (
    <>
      <Scroll label={`Figures of A and ${props.letter}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">requests</th>
              <th scope="col">figure</th>
              <th scope="col" class="number">
                A
              </th>
              <th scope="col" class="number">
                {props.letter}
              </th>
              <th scope="col" class="number">
                change
              </th>
              <th scope="col">surely within</th>
              <th scope="col">by chance</th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>
            <For each={shown().rows}>{(row) => <Row row={row} />}</For>
          </tbody>
        </table>
      </Scroll>
      <Show when={shown().missing > 0}>
        <button type="button" onClick={() => setMost((before) => before + 10 * ROWS)}>
          {shown().missing} more
        </button>
      </Show>
    </>
  )
}

function Row(props: { readonly row: CompareRow }) {
  const metric = () => props.row.metric
  return (
    <tr classList={{ total: props.row.series === 'all' }}>
      <th scope="row" class="row-name">
        {props.row.series}
      </th>
      <td>{metric().metric}</td>
      <td class="number">{figureOf(metric(), metric().a)}</td>
      <td class="number">{figureOf(metric(), metric().b)}</td>
      <td class="number">{changeText(metric(), metric().change)}</td>
      <td>
        {metric().low === null
          ? '–'
          : `${changeText(metric(), metric().low)} to ${changeText(metric(), metric().high)}`}
      </td>
      <td>{chanceText(metric())}</td>
      <td class="verdict-cell">
        <span class={CLASSES[metric().verdict]}>
          {SIGNS[metric().verdict]} {verdictWord(metric())}
        </span>
        <Show when={metric().why}>
          {' '}
          <small class="muted">{metric().why}</small>
        </Show>
      </td>
    </tr>
  )
}

function figureOf({ unit }: MetricComparison, value: number | null): string {
  if (unit === 'ms') return duration(value)
  return unit === 'ratio' ? percent(value) : `${figure(value)}/s`
}

/** Requests by name: sortable, filterable, with all there is to say about one of them on demand. Order and filter are in the URL. */
import { createMemo, createSignal, For, Index, Show } from 'solid-js'
import type { RangeView, SeriesResult } from '../api/types.ts'
import { bytes, count, figure, percent } from '../figures/format.ts'
import {
  failureRatio,
  nameOf,
  nextOrder,
  orderOf,
  rowsOf,
  type SortColumn,
} from '../figures/series-rows.ts'
import { Scroll } from '../parts/scroll.tsx'
import { query, setQuery } from '../state/location.ts'
import { RequestDetails } from './request-details.tsx'
import { RequestFilter } from './request-filter.tsx'

/** More rows on demand: each second every shown row is written anew. */
const ROWS_AT_ONCE = 100
const COLUMNS: readonly (readonly [column: SortColumn, label: string, unit: string])[] = [
  ['name', 'name', ''],
  ['requests', 'requests', ''],
  ['rate', 'rate', '/s'],
  ['p50', 'p50', 'ms'],
  ['p95', 'p95', 'ms'],
  ['p99', 'p99', 'ms'],
  ['max', 'max', 'ms'],
  ['failures', 'failures', ''],
  ['bytes', 'received', ''],
]

const SIGN = { ascending: ' ▴', descending: ' ▾', none: '' } as const

export function RequestsTab(props: { readonly figures: RangeView }) {
  const [open, setOpen] = createSignal<string>()
  const chosen = () => props.figures.series.find((row) => keyOf(row) === open())
  return (
    <>
      <RequestsTable figures={props.figures} onOpen={(row) => setOpen(keyOf(row))} />
      <Show when={chosen()}>
        {(row) => <RequestDetails row={row()} onClose={() => setOpen(undefined)} />}
      </Show>
      <Show when={props.figures.checks.length > 0}>
        <h2>Checks</h2>
        <ChecksTable checks={props.figures.checks} />
      </Show>
    </>
  )
}

const keyOf = ({ kind, method, name }: SeriesResult): string => JSON.stringify([kind, method, name])

export function RequestsTable(props: {
  readonly figures: RangeView
  readonly onOpen?: (row: SeriesResult) => void
  /** Shown at first. */
  readonly rows?: number
}) {
  const order = createMemo(() => orderOf(query('sort')))
  const filter = createMemo(() => query('filter') ?? '')
  const rows = createMemo(() => rowsOf(props.figures.series, filter(), order()))
  const [most, setMost] = createSignal(props.rows ?? ROWS_AT_ONCE)
  const sortOf = (column: SortColumn) => {
    const now = order()
    if (now?.column !== column) return undefined
    return now.isDescending ? 'descending' : 'ascending'
  }
  return (
    <section class="card" aria-label="Requests">
      <RequestFilter
        series={props.figures.series}
        found={rows().length}
        filter={filter()}
        isBesideCharts={props.onOpen === undefined}
      />
      <Scroll label="Table of requests">
        <table>
          <thead>
            <tr>
              <For each={COLUMNS}>
                {([column, label, unit]) => (
                  <th
                    scope="col"
                    class={column === 'name' ? '' : 'number'}
                    aria-sort={sortOf(column)}
                  >
                    <button
                      type="button"
                      class="sort"
                      onClick={() => setQuery({ sort: nextOrder(column, order()) })}
                    >
                      {label} <small>{unit}</small>
                      <span aria-hidden="true">{SIGN[sortOf(column) ?? 'none']}</span>
                    </button>
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <tr class="total">
              <Cells row={props.figures.totals} name={<b>all requests</b>} />
            </tr>
            <Index each={rows().slice(0, most())}>
              {(row) => (
                <tr>
                  <Cells
                    row={row()}
                    name={
                      <>
                        <Show when={props.onOpen} fallback={nameOf(row())}>
                          {(onOpen) => (
                            <button type="button" class="name" onClick={() => onOpen()(row())}>
                              {nameOf(row())}
                            </button>
                          )}
                        </Show>
                        <Show when={row().kind !== 'http'}>
                          {' '}
                          <span class="chip">{row().kind}</span>
                        </Show>
                      </>
                    }
                  />
                </tr>
              )}
            </Index>
          </tbody>
        </table>
      </Scroll>
      <Show when={rows().length > most()}>
        <button type="button" class="quiet" onClick={() => setMost(most() + ROWS_AT_ONCE)}>
          Show {Math.min(ROWS_AT_ONCE, rows().length - most())} more
        </button>
      </Show>
    </section>
  )
}

function Cells(props: {
  readonly row: SeriesResult
  readonly name: import('solid-js').JSX.Element
}) {
  const ms = () => props.row.responseMs
  return (
    <>
      <th scope="row" class="row-name">
        {props.name}
      </th>
      <td class="number">{count(props.row.requests)}</td>
      <td class="number">{figure(props.row.ratePerSec)}</td>
      <td class="number">{figure(ms().p50)}</td>
      <td class="number">{figure(ms().p95)}</td>
      <td class="number">{figure(ms().p99)}</td>
      <td class="number">{figure(ms().max)}</td>
      <td class="number" classList={{ fail: props.row.failures > 0 }}>
        {props.row.failures > 0
          ? `✗ ${count(props.row.failures)} · ${percent(failureRatio(props.row))}`
          : '0'}
      </td>
      <td class="number">{bytes(props.row.bytesIn)}</td>
    </>
  )
}

function ChecksTable(props: { readonly checks: RangeView['checks'] }) {
  return (
    <Scroll class="card" label="Table of checks">
      <table>
        <thead>
          <tr>
            <th scope="col">check</th>
            <th scope="col" class="number">
              held
            </th>
            <th scope="col" class="number">
              failed
            </th>
          </tr>
        </thead>
        <tbody>
          <Index each={props.checks}>
            {(check) => (
              <tr>
                <th scope="row">{check().name}</th>
                <td class="number">{count(check().passes)}</td>
                <td class="number" classList={{ fail: check().failures > 0 }}>
                  {count(check().failures)}
                </td>
              </tr>
            )}
          </Index>
        </tbody>
      </table>
    </Scroll>
  )
}

/** Searches for the limit that are kept: the list, or one of them. Searches are begun on the command line, and appear here when they are over. */
import { createResource, For, Show } from 'solid-js'
import { getSearches } from '../api/searches.ts'
import type { SearchRecord } from '../api/types.ts'
import { clock } from '../figures/format.ts'
import { Link } from '../parts/link.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Mark } from '../parts/verdict.tsx'
import { searchUrl } from '../state/location.ts'
import { SearchScreen } from './search.tsx'
import '../style/capacity.css'

export function CapacityScreen(props: { readonly id: string | undefined }) {
  return (
    <Show when={props.id} keyed fallback={<SearchList />}>
      {(id) => <SearchScreen id={id} />}
    </Show>
  )
}

function SearchList() {
  document.title = 'Capacity · onrush'
  const [searches] = createResource(getSearches)
  return (
    <>
      <h1>Capacity</h1>
      <Show
        when={searches.error === undefined}
        fallback={
          <p class="problems" role="alert">
            {`${searches.error}`}
          </p>
        }
      >
        <Show when={searches()} fallback={<p class="nothing">Loading …</p>}>
          {(known) => (
            <Show when={known().length > 0} fallback={<NoSearches />}>
              <SearchTable searches={known()} />
            </Show>
          )}
        </Show>
      </Show>
    </>
  )
}

function NoSearches() {
  return (
    <p class="nothing">
      No searches yet. <code>onrush capacity shop.ts --slo 'p95 &lt; 300ms'</code> finds the most
      load that holds, and it appears here when it is over.
    </p>
  )
}

function SearchTable(props: { readonly searches: readonly SearchRecord[] }) {
  return (
    <Scroll class="card" label="Searches, newest first">
      <table>
        <thead>
          <tr>
            <th scope="col">search</th>
            <th scope="col">started</th>
            <th scope="col">asked</th>
            <th scope="col">holds</th>
            <th scope="col">verdict</th>
            <th scope="col" class="number">
              lasted
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.searches}>
            {(each) => (
              <tr>
                <th scope="row">
                  <Link to={searchUrl(each.id)}>
                    {each.script} <small>{each.id}</small>
                  </Link>
                </th>
                <td>{new Date(each.startedAt).toLocaleString()}</td>
                <td>{each.asked.join(', ')}</td>
                <td>{holdsText(each)}</td>
                <td>
                  <Mark passed={each.passed} />
                  <Show when={each.reason !== ''}>
                    {' '}
                    <small class="muted">{each.reason}</small>
                  </Show>
                </td>
                <td class="number">{clock(each.durationMs)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Scroll>
  )
}

function holdsText({ kind, holds, isAtLeast, by }: SearchRecord): string {
  if (kind === 'spike') return '–'
  if (holds === null) return 'nothing'
  return `${isAtLeast ? 'at least ' : ''}${holds}${by === 'users' ? ' users' : '/s'}`
}

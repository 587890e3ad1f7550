/** Every run that is kept, newest first. */
import { createEffect, createSignal, For, Show } from 'solid-js'
import { getRuns } from '../api/client.ts'
import type { RunRecord } from '../api/types.ts'
import { clock, count, duration, figure, percent } from '../figures/format.ts'
import { failureRatio } from '../figures/series-rows.ts'
import { Link } from '../parts/link.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Mark } from '../parts/verdict.tsx'
import { runUrl } from '../state/location.ts'
import { runningId } from '../state/server.ts'

export function RunsScreen() {
  document.title = 'Runs · onrush'
  const [runs, setRuns] = createSignal<readonly RunRecord[]>()
  const [failure, setFailure] = createSignal<string>()
  // Again when a run has begun or ended.
  createEffect(() => {
    runningId()
    getRuns().then(setRuns, (error: unknown) => setFailure(`${error}`))
  })
  return (
    <>
      <h1>Runs</h1>
      <Show when={failure()}>
        {(text) => (
          <p class="problems" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Show
        when={runs()}
        fallback={<p class="nothing">{failure() === undefined ? 'Loading …' : ''}</p>}
      >
        {(known) => (
          <Show
            when={known().length > 0}
            fallback={
              <p class="nothing">
                No runs yet. <Link to="/">Start one</Link>.
              </p>
            }
          >
            <RunsTable runs={known()} />
          </Show>
        )}
      </Show>
    </>
  )
}

function RunsTable(props: { readonly runs: readonly RunRecord[] }) {
  return (
    <Scroll class="card" label="Runs, newest first">
      <table>
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">started</th>
            <th scope="col">script</th>
            <th scope="col">verdict</th>
            <th scope="col" class="number">
              lasted
            </th>
            <th scope="col" class="number">
              requests
            </th>
            <th scope="col" class="number">
              per second
            </th>
            <th scope="col" class="number">
              p95
            </th>
            <th scope="col" class="number">
              failures
            </th>
            <th scope="col">commit</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.runs}>
            {(run) => (
              <tr>
                <th scope="row">
                  <Link to={runUrl(run.id)}>
                    {run.name} <small>{run.id}</small>
                  </Link>
                  <Show when={run.isBaseline}>
                    {' '}
                    <span class="chip">baseline</span>
                  </Show>
                </th>
                <td>{new Date(run.startedAtEpochMs).toLocaleString()}</td>
                <td>{run.script}</td>
                <td>
                  <Show
                    when={run.state === 'finished'}
                    fallback={run.state === 'running' ? '● running' : '! cut off'}
                  >
                    <Mark passed={run.passed} />
                    <Show when={run.passed === false && run.reason}>
                      {' '}
                      <small class="muted">{run.reason}</small>
                    </Show>
                  </Show>
                </td>
                <td class="number">{run.durationMs === null ? '–' : clock(run.durationMs)}</td>
                <td class="number">{count(run.requests)}</td>
                <td class="number">{figure(run.ratePerSec)}</td>
                <td class="number">{duration(run.p95Ms)}</td>
                <td class="number">
                  {run.requests === null || run.failures === null
                    ? '–'
                    : percent(failureRatio({ requests: run.requests, failures: run.failures }))}
                </td>
                <td>{run.commit?.slice(0, 8) ?? '–'}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Scroll>
  )
}

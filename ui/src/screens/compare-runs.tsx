/** The runs that are compared, each with its letter and line, a way to it, and what can be changed about the choice. */
import { For, Show } from 'solid-js'
import type { RunView } from '../api/types.ts'
import { Swatch } from '../charts/chart-card.tsx'
import { clock } from '../figures/format.ts'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/verdict.tsx'
import { compareUrl, runUrl } from '../state/location.ts'
import { letterOf } from './compare.tsx'

export function ComparedRuns(props: {
  readonly views: readonly RunView[]
  readonly base: string
  readonly runs: readonly string[]
}) {
  return (
    <ul class="card compared-runs">
      <For each={props.views}>
        {({ result: { run, verdict }, load }, index) => (
          <li>
            <span class="letter">
              <Swatch index={index()} isFilled={false} /> <b>{letterOf(index())}</b>
            </span>
            <span>
              <Link to={runUrl(run.id)}>
                {run.name} <small>{run.id}</small>
              </Link>{' '}
              <Mark passed={verdict.passed} />{' '}
              <span class="muted">
                {new Date(run.startedAt).toLocaleString()} · {clock(run.durationMs)} ·{' '}
                {load.join('; ')}
                {run.git === null ? '' : ` · ${run.git.branch} ${run.git.commit.slice(0, 8)}`}
              </span>
            </span>
            <span class="choices">
              <Show when={index() > 0} fallback={<span class="chip">base</span>}>
                <Link to={withBase(run.id, props)}>Make it the base</Link>{' '}
                <Show when={props.runs.length > 1}>
                  <Link
                    to={compareUrl(
                      props.base,
                      props.runs.filter((id) => id !== run.id),
                    )}
                  >
                    Leave it out
                  </Link>
                </Show>
              </Show>
            </span>
          </li>
        )}
      </For>
    </ul>
  )
}

function withBase(
  id: string,
  { base, runs }: { readonly base: string; readonly runs: readonly string[] },
): string {
  return compareUrl(
    id,
    runs.map((each) => (each === id ? base : each)),
  )
}

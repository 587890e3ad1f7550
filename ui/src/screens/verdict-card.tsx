/** Passed or not and why; each rule with what was observed; whether the generator can be trusted. While a run goes on: as it would be now. */
import { For, Show } from 'solid-js'
import { hasEnded } from '../api/run-feed.ts'
import type { RunView, ThresholdResult } from '../api/types.ts'
import { clock, duration, figure } from '../figures/format.ts'
import { Mark } from '../parts/verdict.tsx'

/** So long a run may have nothing to show. */
const SILENT_MS = 5_000

export function VerdictCard(props: { readonly view: RunView }) {
  const result = () => props.view.result
  const isOver = () => hasEnded(props.view)
  return (
    <section class="card verdict" aria-label="Verdict">
      <p class="verdict-line">
        <Mark
          passed={result().verdict.passed}
          words={isOver() ? ['Passed', 'Failed', ''] : ['Passing so far', 'Failing so far', '']}
        />
        <span>{result().verdict.reason}</span>
      </p>
      <Show when={!isOver() && result().totals.requests === 0 && props.view.elapsedMs > SILENT_MS}>
        <p>
          <span class="warn">! The script runs and sends nothing</span>: no request has ended in{' '}
          {clock(props.view.elapsedMs)}. Look at one user with <code>onrush debug</code>.
        </p>
      </Show>
      <Show when={result().thresholds.length > 0}>
        <ul class="rules">
          <For each={result().thresholds}>
            {(each) => (
              <li>
                <Mark passed={each.passed} words={['', '', '']} />
                <code>{each.rule}</code> <span>{observed(each)}</span>
                <Show when={each.firstCrossedAtMs !== null}>
                  {' '}
                  <span class="muted">first crossed at {clock(each.firstCrossedAtMs ?? 0)}</span>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <p>
        <Mark
          passed={result().generator.trustworthy}
          words={['generator trustworthy', 'do not trust these figures', '']}
        />{' '}
        <span>{result().generator.reasons.join(' ')}</span>
      </p>
      <Show when={result().warmup}>
        {(warmup) => (
          <p class="muted">
            Warm-up up to {clock(warmup().endMs)}: {warmup().why}
          </p>
        )}
      </Show>
      <Show when={result().knee}>
        {(knee) => (
          <p class="muted">
            Response times begin to bend at about {knee().load}
            {knee().unit === 'users' ? ' users' : '/s'}, reached at {clock(knee().atMs)} (advice:
            two lines through p95 over the load).
          </p>
        )}
      </Show>
      <Show when={result().arrivals.dropped > 0}>
        <p>
          <span class="warn">! {result().arrivals.dropped} arrivals dropped</span>: no user was free
          for them.
        </p>
      </Show>
    </section>
  )
}

function observed({ observed, unit }: ThresholdResult): string {
  if (observed === null) return 'nothing measured'
  return unit === 'ms'
    ? duration(observed)
    : `${figure(observed)}${unit === '' ? '' : unit === '/s' ? '/s' : ` ${unit}`}`
}

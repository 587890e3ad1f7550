/** Every trial of a search, and every phase of a spike. */
import { For, Show } from 'solid-js'
import { VERDICTS } from '../../../src/model/view/capacity-drawing.ts'
import { loadText } from '../../../src/model/view/capacity-facts.ts'
import type { CapacityResult, SpikePhase, SpikeResult, TrialResult } from '../api/types.ts'
import { count, duration, figure, percent } from '../figures/format.ts'
import { failureRatio } from '../figures/series-rows.ts'
import { Scroll } from '../parts/scroll.tsx'

const PURPOSES: Readonly<Record<TrialResult['purpose'], string>> = {
  search: 'search',
  soak: 'soak',
  'baseline-again': 'lowest again',
  hold: 'at the limit',
}
const SIGNS = { pass: ['✓', 'ok'], fail: ['✗', 'fail'], void: ['!', 'muted'] } as const

export function TrialTable(props: {
  readonly trials: readonly TrialResult[]
  readonly by: CapacityResult['search']['by']
}) {
  return (
    <Scroll class="card found" label="Trials, in order">
      <table>
        <thead>
          <tr>
            <th scope="col">load</th>
            <th scope="col">for</th>
            <th scope="col">verdict</th>
            <For
              each={['p50', 'p95', 'p99', 'good/s', 'errors', 'in flight', 'seconds', 'requests']}
            >
              {(head) => (
                <th scope="col" class="number">
                  {head}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.trials}>
            {(trial) => (
              <tr>
                <th scope="row">{loadText(trial.load, props.by)}</th>
                <td>{PURPOSES[trial.purpose]}</td>
                <td>
                  <span class={SIGNS[trial.verdict][1]}>
                    {SIGNS[trial.verdict][0]} {VERDICTS[trial.verdict]}
                  </span>
                  <Show when={!trial.certain}>, not certain</Show>
                  <Show when={trial.why !== ''}>
                    {' '}
                    <small class="muted">{trial.why}</small>
                  </Show>
                </td>
                <td class="number">{duration(trial.p50Ms)}</td>
                <td class="number">{duration(trial.p95Ms)}</td>
                <td class="number">{duration(trial.p99Ms)}</td>
                <td class="number">{figure(trial.goodPerSec)}</td>
                <td class="number">{percent(failureRatio(trial))}</td>
                <td class="number">{figure(trial.inFlightMean)}</td>
                <td class="number">{trial.measuredSec}</td>
                <td class="number">{count(trial.requests)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Scroll>
  )
}

export function PhaseTable(props: { readonly found: SpikeResult }) {
  const rows = (): readonly (readonly [name: string, phase: SpikePhase])[] => {
    const { before, during, after, ramp } = props.found
    const spike = [
      ['before', before],
      ['spike', during],
      ['after', after],
    ] as const
    if (ramp === null) return spike
    const slow = [
      ['before the ramp', ramp.before],
      ['on the ramp', ramp.rise],
      ['peak of the ramp', ramp.during],
      ['after the ramp', ramp.after],
    ] as const
    return [...spike, ...slow]
  }
  return (
    <Scroll class="card found" label="Phases, in order">
      <table>
        <thead>
          <tr>
            <th scope="col">phase</th>
            <For each={['seconds', 'good/s', 'p50', 'p95', 'max', 'errors', 'not begun']}>
              {(head) => (
                <th scope="col" class="number">
                  {head}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {([name, phase]) => (
              <tr>
                <th scope="row">{name}</th>
                <td class="number">{phase.seconds}</td>
                <td class="number">{figure(phase.goodPerSec)}</td>
                <td class="number">{duration(phase.p50Ms)}</td>
                <td class="number">{duration(phase.p95Ms)}</td>
                <td class="number">{duration(phase.maxMs)}</td>
                <td class="number">{percent(failureRatio(phase))}</td>
                <td class="number">{count(phase.dropped)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Scroll>
  )
}

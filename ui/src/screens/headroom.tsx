/** How much room is there above today's peak? A slider and a field of the same number, which is in the address, too. */
import { Show } from 'solid-js'
import { loadText } from '../../../src/model/view/capacity-facts.ts'
import type { CapacityResult } from '../api/types.ts'
import { duration, figure } from '../figures/format.ts'
import { query, setQuery } from '../state/location.ts'

/** A peak far above what holds is no question of room. */
const MOST_RATIO = 1.5

export function HeadroomCard(props: { readonly holds: number; readonly found: CapacityResult }) {
  const { by } = props.found.search
  const most = Math.ceil(MOST_RATIO * props.holds)
  const peak = (): number => {
    const asked = Number(query('peak') ?? props.found.headroom?.expectedPeak ?? props.holds / 2)
    return Number.isFinite(asked) && asked > 0 ? Math.round(asked * 10) / 10 : 1
  }
  const choose = (event: { readonly currentTarget: HTMLInputElement }): void =>
    setQuery({ peak: event.currentTarget.value }, 'replace')
  const factor = (): number => props.holds / peak()
  return (
    <section class="card room" aria-label="Room above today’s peak">
      <label for="peak">Today’s peak, {by === 'users' ? 'users' : 'arrivals/s'}</label>
      <input
        type="range"
        aria-label="Today’s peak"
        min="1"
        max={most}
        step="1"
        value={peak()}
        onInput={choose}
      />
      <input id="peak" type="number" min="1" step="any" value={peak()} onChange={choose} />
      <output for="peak" classList={{ ok: factor() >= 1, fail: factor() < 1 }}>
        {factor() >= 1 ? '✓' : '✗'} {loadText(props.holds, by)} is {figure(factor())} × today’s peak
        <Show when={nearest(props.found, peak())}>
          {(trial) => (
            <small class="muted">
              {' '}
              · p95 was {duration(trial().p95Ms)} at {loadText(trial().load, by)}
            </small>
          )}
        </Show>
      </output>
    </section>
  )
}

/** The trial whose load is next to it. */
function nearest({ trials }: CapacityResult, peak: number) {
  return trials
    .filter(({ verdict, p95Ms }) => verdict !== 'void' && p95Ms !== null)
    .sort((a, b) => Math.abs(a.load - peak) - Math.abs(b.load - peak))[0]
}

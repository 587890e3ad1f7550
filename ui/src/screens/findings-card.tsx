/** What the run shows about its target, most serious first; a time opens its evidence: that part of the run, on the chart it is seen on. */
import { For, Show } from 'solid-js'
import type { Evidence, Finding, RunView, Severity } from '../api/types.ts'
import { clock, duration, figure } from '../figures/format.ts'
import { setQuery } from '../state/location.ts'

const SHOWN = 5
const SIGNS: Readonly<Record<Severity, readonly [sign: string, role: string]>> = {
  critical: ['✗', 'fail'],
  warning: ['!', 'warn'],
  info: ['i', 'muted'],
}

export function FindingsCard(props: { readonly view: RunView }) {
  const insights = () => props.view.result.insights
  const findings = () => props.view.result.findings
  const clear = (): number => {
    const found = new Set(findings().map(({ id }) => id))
    return (insights()?.evaluated ?? []).filter((id) => !found.has(id)).length
  }
  return (
    <Show when={insights()}>
      {(looked) => (
        <section class="card findings" aria-labelledby="findings">
          <h2 id="findings">Findings</h2>
          <Show when={findings().length > 0} fallback={<p>Nothing was found.</p>}>
            <ol>
              <For each={findings().slice(0, SHOWN)}>{(each) => <Item finding={each} />}</For>
            </ol>
          </Show>
          <Show when={findings().length > SHOWN}>
            <p class="muted">and {findings().length - SHOWN} more in the JSON</p>
          </Show>
          <details>
            <summary class="muted">
              {clear()} {clear() === 1 ? 'insight' : 'insights'} found nothing,{' '}
              {looked().notEvaluated.length} could not look
            </summary>
            <ul>
              <For each={looked().notEvaluated}>
                {({ id, why }) => (
                  <li>
                    <code>{id}</code> {why}
                  </li>
                )}
              </For>
            </ul>
          </details>
        </section>
      )}
    </Show>
  )
}

function Item(props: { readonly finding: Finding }) {
  const sign = () => SIGNS[props.finding.severity]
  return (
    <li classList={{ muted: props.finding.untrusted === true }}>
      <p>
        <span class={sign()[1]}>
          {sign()[0]} {props.finding.severity}
        </span>{' '}
        <b>{props.finding.title}</b>
        <Show when={props.finding.untrusted}>
          {' '}
          <em>not to be trusted: the load generator was a limit</em>
        </Show>
        <br />
        {props.finding.impact}
      </p>
      <details>
        <summary>
          Evidence and what to do, confidence {Math.round(props.finding.confidence * 100)} %
        </summary>
        <ul>
          <For each={props.finding.evidence}>{(each) => <EvidenceItem evidence={each} />}</For>
        </ul>
        <ul>
          <For each={props.finding.recommendation}>{(each) => <li>{each}</li>}</For>
        </ul>
        <p>
          Run again to see whether it helped: <code>{props.finding.howToVerify}</code>
        </p>
      </details>
    </li>
  )
}

function EvidenceItem(props: { readonly evidence: Evidence }) {
  const span = () => {
    const { fromMs, toMs } = props.evidence
    return fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs }
  }
  return (
    <li>
      {props.evidence.what}: <b>{textOf(props.evidence)}</b>
      <Show when={span()}>
        {(part) => (
          <>
            {' '}
            <button
              type="button"
              class="quiet"
              aria-label={`Show ${clock(part().fromMs)} to ${clock(part().toMs)}`}
              onClick={() => open(props.evidence, part())}
            >
              {clock(part().fromMs)}–{clock(part().toMs)}
            </button>
          </>
        )}
      </Show>
    </li>
  )
}

/** The part of the run in the URL; then the chart, which is there by now. */
function open({ chart }: Evidence, { fromMs, toMs }: { fromMs: number; toMs: number }): void {
  setQuery({ from: `${Math.round(fromMs)}`, to: `${Math.round(toMs)}` })
  const heading = `chart-${chart === 'target' ? 'target-0' : chart}`
  queueMicrotask(() => document.getElementById(heading)?.scrollIntoView({ block: 'center' }))
}

function textOf({ value, unit }: Evidence): string {
  if (unit === 'ms') return duration(value)
  return `${figure(value)}${unit === '' || unit === '/s' ? unit : ` ${unit}`}`
}

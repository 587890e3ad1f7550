/**
 * A drawing of a search for the limit, as SVG: few points, no time axis, so nothing of the charts of a run is needed. The geometry is that of
 * the HTML report; colours are those of the page, and verdicts differ by shape, too.
 */
import { For, Match, Show, Switch } from 'solid-js'
import type { Drawing } from '../../../src/model/view/capacity-drawing.ts'
import { Scroll } from '../parts/scroll.tsx'

export function Curve(props: { readonly title: string; readonly drawing: Drawing }) {
  const headingId = (): string => `curve-${props.title.replaceAll(' ', '-')}`
  return (
    <section class="card curve" aria-labelledby={headingId()}>
      <h2 id={headingId()}>{props.title}</h2>
      <p class="muted">{props.drawing.sentence}</p>
      <Scroll label={`${props.title}: the picture`}>
        <Picture drawing={props.drawing} />
      </Scroll>
    </section>
  )
}

function Picture(props: { readonly drawing: Drawing }) {
  const it = () => props.drawing
  return (
    <svg
      role="img"
      aria-label={it().sentence}
      viewBox={`0 0 ${it().width} ${it().height}`}
      width={it().width}
      height={it().height}
    >
      <For each={it().bands}>{(band) => <BandMark band={band} />}</For>
      <For each={it().yTicks}>
        {({ at, text }) => (
          <>
            <path class="grid" d={`M${it().left} ${at}H${it().right}`} />
            <text x={it().left - 6} y={at + 4} text-anchor="end">
              {text}
            </text>
          </>
        )}
      </For>
      <text x={it().left} y={it().top - 10}>
        {it().yName}
      </text>
      <text x={it().right} y={it().bottom + 36} text-anchor="end">
        {it().xName}
      </text>
      <For each={it().curves}>
        {({ d, isDashed }) => <path class="law" classList={{ dashed: isDashed }} d={d} />}
      </For>
      <For each={it().marks}>{(mark) => <TrialMark mark={mark} />}</For>
      <path class="axis" d={`M${it().left} ${it().bottom}H${it().right}`} />
      <For each={it().xTicks}>
        {({ at, text }) => (
          <>
            <path class="axis" d={`M${at} ${it().bottom}v4`} />
            <text x={at} y={it().bottom + 17} text-anchor="middle">
              {text}
            </text>
          </>
        )}
      </For>
    </svg>
  )
}

function BandMark(props: { readonly band: Drawing['bands'][number] }) {
  const { x, y, width, height, role, text } = props.band
  return (
    <>
      <rect class={role} x={x} y={y} width={width} height={height}>
        <title>{text}</title>
      </rect>
      <Show when={role === 'beyond'}>
        <path class="limit" d={`M${x} ${y + height}h${width}`} />
        <text class="limit-name" x={x + 6} y={y + height - 5}>
          {text}
        </text>
      </Show>
    </>
  )
}

function TrialMark(props: { readonly mark: Drawing['marks'][number] }) {
  const { x, y, role, text } = props.mark
  return (
    <Switch>
      <Match when={role === 'pass'}>
        <circle class="held" cx={x} cy={y} r="5">
          <title>{text}</title>
        </circle>
      </Match>
      <Match when={role === 'fail'}>
        <path class="broke" d={`M${x - 5} ${y - 5}l10 10m0-10l-10 10`}>
          <title>{text}</title>
        </path>
      </Match>
      <Match when={role === 'void'}>
        <path class="void" d={`M${x} ${y - 6}l6 11h-12z`}>
          <title>{text}</title>
        </path>
      </Match>
    </Switch>
  )
}

/**
 * Kept requests by when they ended and how long they took, on a logarithmic axis. Shape and colour say the same: a dot passed, a triangle was slow, a
 * cross failed. One path for each of the three, so thousands cost no more than three elements. Arrow keys go from one to the next.
 */
import { createMemo, createSignal, For, onCleanup, onMount } from 'solid-js'
import type { SampleLine } from '../api/types.ts'
import { clock, duration } from '../figures/format.ts'
import { kindOf, outcomeOf, type SampleKind, SIGNS } from '../figures/trace-text.ts'
import { announce } from '../state/announce.ts'

const HEIGHT = 240
const LEFT = 62
const RIGHT = 12
const TOP = 8
const BOTTOM = 24
const SIZE = 4
/** How far a click may be off. */
const NEAR_PX = 24
const KINDS: readonly SampleKind[] = ['passed', 'slow', 'failed']

export function Scatter(props: {
  /** In the order of their sending. */
  readonly samples: readonly SampleLine[]
  readonly slowMs: number
  readonly chosen: string | null
  readonly onChoose: (id: string) => void
}) {
  let frame!: HTMLDivElement
  const [width, setWidth] = createSignal(800)
  onMount(() => {
    const resized = new ResizeObserver(() => setWidth(Math.max(200, frame.clientWidth)))
    resized.observe(frame)
    onCleanup(() => resized.disconnect())
  })
  const scale = createMemo(() => scaleOf(props.samples, width()))
  const paths = createMemo(() => {
    const texts: Record<SampleKind, string> = { passed: '', slow: '', failed: '' }
    for (const each of props.samples) {
      const kind = kindOf(each, props.slowMs)
      texts[kind] += shapeOf(kind, scale().x(endOf(each)), scale().y(each.responseMs))
    }
    return texts
  })
  const chosen = createMemo(() => props.samples.find(({ id }) => id === props.chosen))
  const point = (event: MouseEvent): void => {
    const box = frame.getBoundingClientRect()
    const near = nearest(props.samples, scale(), event.clientX - box.left, event.clientY - box.top)
    if (near !== undefined) props.onChoose(near.id)
  }
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined || props.samples.length === 0) return
    event.preventDefault()
    const last = props.samples.length - 1
    const at = props.samples.findIndex(({ id }) => id === props.chosen)
    const next = props.samples[at === -1 ? last : Math.min(last, Math.max(0, at + step))]!
    props.onChoose(next.id)
    announce(`${next.method} ${next.name}, ${duration(next.responseMs)}, ${outcomeOf(next)}`)
  }
  return (
    <>
      <ul class="legend">
        <For each={KINDS}>
          {(kind) => (
            <li>
              <span class={`sample-${kind}`} aria-hidden="true">
                {SIGNS[kind]}
              </span>{' '}
              {kind}
            </li>
          )}
        </For>
      </ul>
      <div
        ref={frame}
        class="scatter"
        role="img"
        tabindex={0}
        aria-label={sentenceOf(props.samples, props.slowMs)}
        onClick={point}
        onKeyDown={walk}
      >
        <svg width={width()} height={HEIGHT} aria-hidden="true">
          <For each={scale().rows}>
            {(ms) => (
              <>
                <line
                  class="grid"
                  x1={LEFT}
                  x2={width() - RIGHT}
                  y1={scale().y(ms)}
                  y2={scale().y(ms)}
                />
                <text x={LEFT - 6} y={scale().y(ms) + 4} text-anchor="end">
                  {duration(ms)}
                </text>
              </>
            )}
          </For>
          <For each={scale().ends}>
            {(ms, at) => (
              <text x={scale().x(ms)} y={HEIGHT - 6} text-anchor={at() === 0 ? 'start' : 'end'}>
                {clock(ms)}
              </text>
            )}
          </For>
          <For each={KINDS}>{(kind) => <path class={`sample-${kind}`} d={paths()[kind]} />}</For>
          <For each={chosen() === undefined ? [] : [chosen()!]}>
            {(each) => (
              <circle
                class="chosen"
                r="9"
                cx={scale().x(endOf(each))}
                cy={scale().y(each.responseMs)}
              />
            )}
          </For>
        </svg>
      </div>
    </>
  )
}

interface Scale {
  x(ms: number): number
  y(ms: number): number
  readonly rows: readonly number[]
  readonly ends: readonly [number, number]
}

const endOf = ({ startMs, latencyMs }: SampleLine): number => startMs + latencyMs

function scaleOf(samples: readonly SampleLine[], width: number): Scale {
  const ends = samples.map(endOf)
  const fromMs =
    Math.floor(ends.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY) / 1_000) *
    1_000
  const first = Number.isFinite(fromMs) ? Math.max(0, fromMs) : 0
  const last = Math.max(
    first + 1_000,
    Math.ceil(ends.reduce((most, ms) => Math.max(most, ms), 0) / 1_000) * 1_000,
  )
  const times = samples.map(({ responseMs }) => Math.log10(Math.max(0.1, responseMs)))
  const low = Math.floor(
    times.reduce((least, each) => Math.min(least, each), times.length > 0 ? 9 : 0),
  )
  const high = Math.max(low + 1, Math.ceil(times.reduce((most, each) => Math.max(most, each), -1)))
  return {
    x: (ms) => LEFT + ((ms - first) / (last - first)) * (width - LEFT - RIGHT),
    y: (ms) =>
      TOP + (1 - (Math.log10(Math.max(0.1, ms)) - low) / (high - low)) * (HEIGHT - TOP - BOTTOM),
    rows: Array.from({ length: high - low + 1 }, (_, row) => 10 ** (low + row)),
    ends: [first, last],
  }
}

function shapeOf(kind: SampleKind, x: number, y: number): string {
  const [cx, cy] = [x.toFixed(1), y.toFixed(1)]
  const wide = 2 * SIZE
  if (kind === 'failed')
    return `M${cx} ${cy}m${-SIZE} ${-SIZE}l${wide} ${wide}m0 ${-wide}l${-wide} ${wide}`
  if (kind === 'slow') return `M${cx} ${cy}m${-SIZE} ${SIZE}h${wide}l${-SIZE} ${-wide}z`
  return `M${cx} ${cy}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`
}

function nearest(samples: readonly SampleLine[], scale: Scale, x: number, y: number) {
  let [best, distance] = [undefined as SampleLine | undefined, NEAR_PX]
  for (const each of samples) {
    const away = Math.hypot(scale.x(endOf(each)) - x, scale.y(each.responseMs) - y)
    if (away < distance) [best, distance] = [each, away]
  }
  return best
}

function sentenceOf(samples: readonly SampleLine[], slowMs: number): string {
  const failed = samples.filter(({ error }) => error !== null).length
  const slowest = samples.reduce((most, each) => Math.max(most, each.responseMs), 0)
  const slow = samples.filter((each) => kindOf(each, slowMs) === 'slow').length
  return `Kept requests by time and duration: ${samples.length}, of them ${failed} failed and ${slow} slow; the slowest took ${duration(slowest)}. Arrow keys choose one.`
}

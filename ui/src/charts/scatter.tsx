/**
 * Kept requests by when they ended and how long they took, on a logarithmic axis. Shape and colour say the same: a dot passed, a triangle was slow, a
 * cross failed. One path for each of the three, so thousands cost no more than three elements. Arrow keys go from one to the next.
 */
import { createMemo, createSignal, For, onCleanup, onMount } from 'solid-js'
import type { SampleLine } from '../api/types.ts'
import { clock, duration } from '../figures/format.ts'
import { kindOf, outcomeOf, type SampleKind, SIGNS } from '../figures/trace-text.ts'
import { announce } from '../state/announce.ts'
import { endOf, HEIGHT, LEFT, nearest, RIGHT, scaleOf, shapeOf } from './scatter-scale.ts'

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

function sentenceOf(samples: readonly SampleLine[], slowMs: number): string {
  const failed = samples.filter(({ error }) => error !== null).length
  const slowest = samples.reduce((most, each) => Math.max(most, each.responseMs), 0)
  const slow = samples.filter((each) => kindOf(each, slowMs) === 'slow').length
  return `Kept requests by time and duration: ${samples.length}, of them ${failed} failed and ${slow} slow; the slowest took ${duration(slowest)}. Arrow keys choose one.`
}

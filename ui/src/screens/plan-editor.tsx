/**
 * A load over time, drawn: points are dragged, added by a click and taken away, all of it also with keys and in a table beside it. Both
 * show the same points; what they mean is one line of the command line.
 */
import { createSignal, For, onCleanup, onMount } from 'solid-js'
import { durationText } from '../figures/duration-text.ts'
import { figure } from '../figures/format.ts'
import {
  moved,
  type PlanPoint,
  type PlanUnit,
  tidied,
  withoutPoint,
  withPointAfter,
  withPointAt,
} from '../figures/plan-points.ts'
import { announce } from '../state/announce.ts'
import { PointTable } from './plan-point-table.tsx'

const [HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [200, 56, 12, 16, 26]
const WIDTH_AT_FIRST = 640
const [LEVEL_STEP, SECONDS_STEP] = [0.05, 5]

interface Scale {
  readonly seconds: number
  readonly level: number
}

export function PlanEditor(props: {
  readonly points: readonly PlanPoint[]
  readonly unit: PlanUnit
  readonly onChange: (points: PlanPoint[]) => void
}) {
  let drawing!: SVGSVGElement
  /** A unit is a pixel, so that text is as large as elsewhere. */
  const [width, setWidth] = createSignal(WIDTH_AT_FIRST)
  onMount(() => {
    const resized = new ResizeObserver(() => setWidth(drawing.clientWidth || WIDTH_AT_FIRST))
    resized.observe(drawing)
    onCleanup(() => resized.disconnect())
  })
  /** Stands still while something is dragged. */
  const [held, setHeld] = createSignal<Scale>()
  const [dragged, setDragged] = createSignal<number>()
  const scale = (): Scale => held() ?? scaleOf(props.points)
  const x = (atS: number): number => LEFT + (atS / scale().seconds) * (width() - LEFT - RIGHT)
  const y = (level: number): number =>
    HEIGHT - BOTTOM - (level / scale().level) * (HEIGHT - TOP - BOTTOM)
  const word = (): string => (props.unit === 'users' ? 'users' : 'per second')
  const change = (points: readonly PlanPoint[]): void => props.onChange(tidied(points, props.unit))

  const placeOf = (event: PointerEvent | MouseEvent): PlanPoint => {
    const box = drawing.getBoundingClientRect()
    const [px, py] = [event.clientX - box.left, event.clientY - box.top]
    const share = (value: number): number => Math.min(1, Math.max(0, value))
    return {
      atS: share((px - LEFT) / (width() - LEFT - RIGHT)) * scale().seconds,
      level: share((HEIGHT - BOTTOM - py) / (HEIGHT - TOP - BOTTOM)) * scale().level,
    }
  }
  const take = (index: number) => (event: PointerEvent) => {
    event.stopPropagation()
    setHeld(scaleOf(props.points))
    setDragged(index)
    drawing.setPointerCapture(event.pointerId)
  }
  const drag = (event: PointerEvent): void => {
    const index = dragged()
    if (index !== undefined) change(moved(props.points, index, placeOf(event)))
  }
  const drop = (): void => {
    setDragged(undefined)
    setHeld(undefined)
  }
  const add = (event: MouseEvent): void => {
    if (event.target === drawing) change(withPointAt(props.points, placeOf(event)))
  }
  const walk = (index: number) => (event: KeyboardEvent) => {
    const point = props.points[index]!
    const coarse = event.shiftKey ? 5 : 1
    const step = Math.max(1, Math.round(scale().level * LEVEL_STEP)) * coarse
    const to: Readonly<Record<string, () => readonly PlanPoint[]>> = {
      ArrowUp: () => moved(props.points, index, { ...point, level: point.level + step }),
      ArrowDown: () => moved(props.points, index, { ...point, level: point.level - step }),
      ArrowRight: () =>
        moved(props.points, index, { ...point, atS: point.atS + SECONDS_STEP * coarse }),
      ArrowLeft: () =>
        moved(props.points, index, { ...point, atS: point.atS - SECONDS_STEP * coarse }),
      Insert: () => withPointAfter(props.points, index),
      '+': () => withPointAfter(props.points, index),
      Delete: () => withoutPoint(props.points, index),
    }
    const act = to[event.key]
    if (act === undefined) return
    event.preventDefault()
    event.stopPropagation()
    change(act())
    const now = props.points[index]
    if (now !== undefined) announce(spoken(now, word()))
  }
  return (
    <div class="plan-editor">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset */}
      <svg
        ref={drawing}
        viewBox={`0 0 ${width()} ${HEIGHT}`}
        height={HEIGHT}
        role="group"
        aria-label="Load over time. Points move with the arrow keys; plus adds one, Delete takes one away."
        onPointerMove={drag}
        onPointerUp={drop}
        onPointerCancel={drop}
        onDblClick={add}
      >
        <For each={[0, 0.5, 1]}>
          {(share) => (
            <>
              <line
                class="grid"
                x1={LEFT}
                x2={width() - RIGHT}
                y1={y(scale().level * share)}
                y2={y(scale().level * share)}
              />
              <text x={LEFT - 6} y={y(scale().level * share) + 4} text-anchor="end">
                {figure(scale().level * share)}
              </text>
              <text
                x={x(scale().seconds * share)}
                y={HEIGHT - 8}
                text-anchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
              >
                {durationText(Math.round(scale().seconds * share) * 1_000)}
              </text>
            </>
          )}
        </For>
        <polyline
          class="course"
          points={props.points.map(({ atS, level }) => `${x(atS)},${y(level)}`).join(' ')}
        />
        <For each={props.points.map((_, index) => index)}>
          {(index) => (
            <circle
              class="point"
              r="8"
              cx={x(props.points[index]?.atS ?? 0)}
              cy={y(props.points[index]?.level ?? 0)}
              tabindex={0}
              role="slider"
              aria-label={`Point ${index + 1}`}
              aria-valuemin={0}
              aria-valuenow={props.points[index]?.level ?? 0}
              aria-valuetext={spoken(props.points[index], word())}
              onPointerDown={take(index)}
              onKeyDown={walk(index)}
            />
          )}
        </For>
      </svg>
      <PointTable points={props.points} unit={props.unit} onChange={change} />
    </div>
  )
}

/** With room to drag into. */
function scaleOf(points: readonly PlanPoint[]): Scale {
  const level = Math.max(...points.map((point) => point.level))
  return {
    seconds: Math.max(60, (points.at(-1)?.atS ?? 0) * 1.15),
    level: rounded(Math.max(10, level * 1.25)),
  }
}

/** Up to two digits. */
function rounded(value: number): number {
  const size = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.ceil(value / size) * size
}

const spoken = (point: PlanPoint | undefined, word: string): string =>
  point === undefined ? '' : `${durationText(point.atS * 1_000)}, ${point.level} ${word}`

/** Where kept requests stand on their chart, what they look like there, and which one is meant by a click. Pure. */
import type { SampleLine } from '../api/types.ts'
import type { SampleKind } from '../figures/trace-text.ts'

export const HEIGHT = 240
export const LEFT = 62
export const RIGHT = 12
const TOP = 8
const BOTTOM = 24
const SIZE = 4
/** How far a click may be off. */
const NEAR_PX = 24

export interface Scale {
  x(ms: number): number
  y(ms: number): number
  readonly rows: readonly number[]
  readonly ends: readonly [number, number]
}

export const endOf = ({ startMs, latencyMs }: SampleLine): number => startMs + latencyMs

/** `samples` may be empty. `width` px. */
export function scaleOf(samples: readonly SampleLine[], width: number): Scale {
  const ends = samples.map(endOf)
  const first = samples.length === 0 ? 0 : Math.max(0, Math.floor(leastOf(ends) / 1_000) * 1_000)
  const last = Math.max(first + 1_000, Math.ceil(mostOf(ends) / 1_000) * 1_000)
  const decades = samples.map(({ responseMs }) => decadeOf(responseMs))
  const low = samples.length === 0 ? 0 : Math.floor(leastOf(decades))
  const high = Math.max(low + 1, Math.ceil(mostOf(decades)))
  const across = width - LEFT - RIGHT
  const down = HEIGHT - TOP - BOTTOM
  return {
    x: (ms) => LEFT + ((ms - first) / (last - first)) * across,
    y: (ms) => TOP + (1 - (decadeOf(ms) - low) / (high - low)) * down,
    rows: Array.from({ length: high - low + 1 }, (_, row) => 10 ** (low + row)),
    ends: [first, last],
  }
}

const SHORTEST_MS = 0.1
const decadeOf = (ms: number): number => Math.log10(Math.max(SHORTEST_MS, ms))
// Not by spread arguments: there may be more than a call takes.
const leastOf = (values: readonly number[]): number =>
  values.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY)
const mostOf = (values: readonly number[]): number =>
  values.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY)

/** A path of its own size around a place. */
export function shapeOf(kind: SampleKind, x: number, y: number): string {
  const [cx, cy] = [x.toFixed(1), y.toFixed(1)]
  const wide = 2 * SIZE
  if (kind === 'failed')
    return `M${cx} ${cy}m${-SIZE} ${-SIZE}l${wide} ${wide}m0 ${-wide}l${-wide} ${wide}`
  if (kind === 'slow') return `M${cx} ${cy}m${-SIZE} ${SIZE}h${wide}l${-SIZE} ${-wide}z`
  return `M${cx} ${cy}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`
}

/** Undefined where nothing is near. */
export function nearest(samples: readonly SampleLine[], scale: Scale, x: number, y: number) {
  let [best, distance] = [undefined as SampleLine | undefined, NEAR_PX]
  for (const each of samples) {
    const away = Math.hypot(scale.x(endOf(each)) - x, scale.y(each.responseMs) - y)
    if (away < distance) [best, distance] = [each, away]
  }
  return best
}

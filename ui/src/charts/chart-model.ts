/**
 * What a chart shows, as data: the same model is drawn, read out as a sentence and shown as a table. Every value has the one unit of
 * its chart; there is never a second axis. `atMs` is the middle of a stretch, and `null` where nothing was measured.
 */
import type { ViewPoint } from '../api/types.ts'

export type Values = readonly (number | null)[]

export interface Line {
  readonly label: string
  readonly values: Values
  /** Of a stacked chart: what stands on what is below; found from `values` when absent. */
  readonly sums?: Values
  /** `area` and `bars` stand on what is below them when the chart is stacked. */
  readonly style: 'line' | 'step' | 'area' | 'bars'
  /** Index into the palette; its own place when absent. */
  readonly color?: number
}

export interface ChartModel {
  readonly id: string
  readonly title: string
  /** What somebody looks here for. */
  readonly question: string
  readonly lines: readonly Line[]
  /** Middles of the stretches that the values are of; found from the points when absent. */
  readonly seconds?: readonly number[]
  readonly isStacked: boolean
  readonly isLog: boolean
  /** Of the axis of a heat map; found from the points when absent. */
  readonly yRange?: [number, number]
  /** Value with its unit. */
  readonly format: (value: number | null | undefined) => string
  /** What is to be seen, for those who do not see it. */
  readonly sentence: string
  /** Instead of a chart without content. */
  readonly nothing?: string
}

/** Points with an empty place wherever a stretch is missing between two of them. */
export function withGaps(points: readonly ViewPoint[]): readonly (ViewPoint | undefined)[] {
  const places: (ViewPoint | undefined)[] = []
  let endMs = points[0]?.atMs ?? 0
  for (const point of points) {
    if (point.atMs > endMs) places.push(undefined)
    places.push(point)
    endMs = point.atMs + point.spanMs
  }
  return places
}

/** Middles of the places, seconds: what charts have as x. */
export function secondsOf(places: readonly (ViewPoint | undefined)[]): number[] {
  let endMs = 0
  return places.map((place) => {
    if (place === undefined) return endMs / 1_000
    endMs = place.atMs + place.spanMs
    return (place.atMs + place.spanMs / 2) / 1_000
  })
}

/** Sums from the first line upwards, for charts that are stacked. */
export function stack(lines: readonly Line[]): Values[] {
  let below: Values | undefined
  return lines.map(({ values }) => {
    const under = below
    below = under === undefined ? values : values.map((value, at) => plus(value, under[at] ?? null))
    return below
  })
}

const plus = (a: number | null, b: number | null): number | null =>
  a === null && b === null ? null : (a ?? 0) + (b ?? 0)

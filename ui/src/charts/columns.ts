/**
 * Points of a run as columns of numbers that grow: an update costs what is new, not what is there. The rule that everything behind it
 * relies on: while an array stays the same one, all but its last value stay as they are. When older points change (a long run is
 * told in coarser steps), all columns begin anew as other arrays.
 */
import type { ViewPoint } from '../api/types.ts'

export type Read = (point: ViewPoint) => number | null

export interface Column {
  /** `null`: nothing was measured, or a stretch is missing. */
  readonly values: readonly (number | null)[]
  /** Points with the lowest and the highest value, the first of equals, and the last one that has any. */
  readonly low: ViewPoint | undefined
  readonly high: ViewPoint | undefined
  readonly last: ViewPoint | undefined
}

type Growing = { -readonly [Key in keyof Column]: Column[Key] } & {
  values: (number | null)[]
  readonly read: Read
}

interface Tally {
  readonly totals: Map<string, number>
  readonly read: (point: ViewPoint) => readonly (readonly [kind: string, times: number])[]
}

export class Columns {
  /** Middles of the stretches, seconds: what charts have as x. An end where a stretch is missing. */
  seconds: number[] = []
  #points: readonly ViewPoint[] = []
  #places: (ViewPoint | undefined)[] = []
  readonly #columns = new Map<string, Growing>()
  readonly #tallies = new Map<string, Tally>()

  /** In order of time. Cheap when it continues what it was given last. */
  take(points: readonly ViewPoint[]): this {
    const before = this.#points
    if (points === before) return this
    const kept = continued(before, points)
    this.#points = points
    if (kept === undefined) {
      this.#columns.clear()
      this.#tallies.clear()
      this.#places = []
      this.seconds = []
      this.#add(points, 0)
      return this
    }
    if (kept < before.length) this.#dropLast(before[kept]!)
    this.#add(points, kept)
    return this
  }

  /** `name` stands for `read`: it is asked for each point once. */
  of(name: string, read: Read): Column {
    let column = this.#columns.get(name)
    if (column === undefined) {
      column = { values: [], low: undefined, high: undefined, last: undefined, read }
      for (const place of this.#places) push(column, place)
      this.#columns.set(name, column)
    }
    return column
  }

  /** How often each kind was told, over all points. */
  tally(name: string, read: Tally['read']): ReadonlyMap<string, number> {
    let tally = this.#tallies.get(name)
    if (tally === undefined) {
      tally = { totals: new Map(), read }
      for (const point of this.#points) count(tally, point, 1)
      this.#tallies.set(name, tally)
    }
    return tally.totals
  }

  #add(points: readonly ViewPoint[], from: number): void {
    for (let index = from; index < points.length; index++) {
      const point = points[index]!
      const before = points[index - 1]
      if (before !== undefined && point.atMs > endOf(before)) this.#place(undefined, endOf(before))
      this.#place(point, point.atMs + point.spanMs / 2)
    }
  }

  #place(point: ViewPoint | undefined, ms: number): void {
    this.#places.push(point)
    this.seconds.push(ms / 1_000)
    for (const column of this.#columns.values()) push(column, point)
    if (point !== undefined) for (const tally of this.#tallies.values()) count(tally, point, 1)
  }

  /** The last point is told anew, and with it a gap before it. */
  #dropLast(point: ViewPoint): void {
    const dropped = this.#places.at(-2) === undefined && this.#places.length > 1 ? 2 : 1
    const length = this.#places.length - dropped
    this.#places.length = length
    this.seconds.length = length
    for (const column of this.#columns.values()) {
      column.values.length = length
      if (column.low === point || column.high === point) findExtremes(column, this.#places)
      else if (column.last === point) column.last = lastOf(column, this.#places)
    }
    for (const tally of this.#tallies.values()) count(tally, point, -1)
  }
}

/** How many points at the beginning are still the same ones, if that is all but the last; undefined: more has changed. */
export function continued(
  before: readonly ViewPoint[],
  points: readonly ViewPoint[],
): number | undefined {
  const { length } = before
  if (length === 0 || points.length < length || points[0] !== before[0]) return undefined
  if (points[length - 1] === before[length - 1]) return length
  const isLastOnly = length > 1 && points[length - 2] === before[length - 2]
  return isLastOnly && points[length - 1]!.atMs === before[length - 1]!.atMs
    ? length - 1
    : undefined
}

function findExtremes(column: Growing, places: readonly (ViewPoint | undefined)[]): void {
  column.low = undefined
  column.high = undefined
  column.last = undefined
  for (const place of places) note(column, place)
}

const lastOf = ({ read }: Growing, places: readonly (ViewPoint | undefined)[]) =>
  places.findLast((place) => place !== undefined && read(place) !== null)

function push(column: Growing, point: ViewPoint | undefined): void {
  column.values.push(note(column, point))
}

/** Its value, which may be a new extreme. */
function note(column: Growing, point: ViewPoint | undefined): number | null {
  const value = point === undefined ? null : column.read(point)
  if (value === null || point === undefined) return null
  column.last = point
  if (column.low === undefined || value < column.read(column.low)!) column.low = point
  if (column.high === undefined || value > column.read(column.high)!) column.high = point
  return value
}

function count({ totals, read }: Tally, point: ViewPoint, sign: 1 | -1): void {
  for (const [kind, times] of read(point)) totals.set(kind, (totals.get(kind) ?? 0) + sign * times)
}

const endOf = ({ atMs, spanMs }: ViewPoint): number => atMs + spanMs

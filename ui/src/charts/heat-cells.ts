/** Cells and rows of the heat map, for pointing at them, walking through them and for its axis. Pure. */
import { HEAT_ROWS_MS } from '../../../src/model/view/heat.ts'
import type { ViewPoint } from '../api/types.ts'

/** The last row has everything slower. */
const BEYOND_MS = 1e9

export interface HeatCell {
  readonly fromMs: number
  readonly toMs: number
  readonly lowMs: number
  readonly highMs: number
  readonly count: number
}

/** The cell with something in it at this time, nearest to `ms` of response time; undefined where nothing was measured. */
export function cellAt(
  points: readonly ViewPoint[],
  atMs: number,
  ms: number,
): HeatCell | undefined {
  const point = points.find((each) => atMs >= each.atMs && atMs < each.atMs + each.spanMs)
  const middle = (row: number): number => Math.log(HEAT_ROWS_MS[row]!) + 0.14
  const away = (row: number): number => Math.abs(middle(row) - Math.log(Math.max(0.01, ms)))
  const [nearest] = [...(point?.heat ?? [])].sort(([a], [b]) => away(a) - away(b))
  return point === undefined || nearest === undefined ? undefined : cellOf(point, nearest)
}

/** The next one up (`1`) or down (`-1`) in the same stretch; the slowest when there was none. */
export function neighbourOf(
  points: readonly ViewPoint[],
  atMs: number,
  cell: HeatCell | undefined,
  step: number,
): HeatCell | undefined {
  const point = points.find((each) => atMs >= each.atMs && atMs < each.atMs + each.spanMs)
  if (point === undefined) return undefined
  const rows = [...point.heat]
  const at = cell?.fromMs === point.atMs ? rows.findIndex(([row]) => lowOf(row) === cell.lowMs) : -1
  const next = at === -1 ? rows.at(-1) : rows[Math.min(rows.length - 1, Math.max(0, at + step))]
  return next === undefined ? undefined : cellOf(point, next)
}

function cellOf({ atMs, spanMs }: ViewPoint, [row, count]: readonly [number, number]): HeatCell {
  const highMs = HEAT_ROWS_MS[row + 1] ?? BEYOND_MS
  return { fromMs: atMs, toMs: atMs + spanMs, lowMs: lowOf(row), highMs, count }
}

/** The first row has everything faster. */
const lowOf = (row: number): number => (row === 0 ? 0 : HEAT_ROWS_MS[row]!)

/** Rows that hold something, as ms: what the axis must show. */
export function heatRange(points: readonly ViewPoint[]): [number, number] {
  let [low, high] = [HEAT_ROWS_MS.length, -1]
  for (const { heat } of points) {
    low = Math.min(low, heat[0]?.[0] ?? low)
    high = Math.max(high, heat.at(-1)?.[0] ?? high)
  }
  return rowsRange(low, high)
}

/** With a row of room at both ends; `high` is −1 when there are none. */
export function rowsRange(low: number, high: number): [number, number] {
  if (high < 0) return [1, 1_000]
  return [HEAT_ROWS_MS[Math.max(0, low - 1)]!, upperMs(high + 1)]
}

/** Where a row ends. */
export function upperMs(row: number): number {
  const last = HEAT_ROWS_MS.length - 1
  return row + 1 <= last ? HEAT_ROWS_MS[row + 1]! : HEAT_ROWS_MS[last]! * 1.334
}

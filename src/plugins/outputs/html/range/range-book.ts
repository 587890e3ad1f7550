/**
 * Keeps a run in at most `HTML_SLICES_MAX` slices while it goes on: one per second at first, and each time there would be too many, neighbours
 * become one, as in `Timeline`. What was added cannot be taken out, so the newest windows are held back until no late version of
 * them can come. Memory: ten bytes per bucket that has any, some 20 MB for an hour of 50 busy names; series beyond
 * `HTML_ROWS_MAX` are one.
 */
import type { ErrorResult, RunResult, SeriesResult } from '../../../../contracts/result.ts'
import type { Window } from '../../../../contracts/window.ts'
import { HTML_ROWS_MAX, HTML_SLICES_MAX, WINDOWS_REOPEN_MAX } from '../../../../kernel/limits.ts'
import { isOfRequests, isOfScript } from '../../../../model/metrics/series-totals.ts'
import { toErrorResult } from '../../../../model/metrics/summary.ts'
import { tagsKey } from '../../../../model/metrics/tags.ts'
import { WINDOW_MS } from '../../../../model/metrics/window.ts'
import { type Cell, cellOf, mergeCells } from './cell.ts'
import { ALL_REQUESTS, type RangeData, type RowIndex } from './range-data.ts'

interface BookSlice {
  readonly cells: Map<number, Cell>
  readonly errors: Map<number, number>
  readonly checks: Map<number, readonly [passes: number, failures: number]>
  usersMax: number
  due: number
  dropped: number
}

const REST = 'rest'

export class RangeBook {
  readonly #held = new Map<number, Window>()
  readonly #slices: BookSlice[] = []
  readonly #series = new Map<string, number>()
  readonly #requests: number[] = []
  readonly #errors = new Map<string, number>()
  readonly #checks = new Map<string, number>()
  /** Windows per slice. */
  #size = 1
  #nextToSettle = 0

  add(window: Window): void {
    // So late that the result alone has it.
    if (window.window < this.#nextToSettle) return
    this.#held.set(window.window, window)
    this.#settleBelow(window.window - WINDOWS_REOPEN_MAX + 1)
  }

  /** Everything; nothing can be added afterwards. */
  finish(result: RunResult): RangeData {
    this.#settleBelow(Math.max(-1, ...this.#held.keys()) + 1)
    const slices = this.#slices
    const spanMs = this.#size * WINDOW_MS
    const rows = <T>(
      index: ReadonlyMap<string, number>,
      read: (slice: BookSlice, row: number) => T,
    ) => Array.from({ length: index.size }, (_, row) => slices.map((slice) => read(slice, row)))
    return {
      spanMs,
      slices: slices.map(({ usersMax, due, dropped }, index) => {
        const activeMs = activeMsOf(result, index * spanMs, (index + 1) * spanMs)
        return { activeMs, usersMax, due, dropped }
      }),
      requests: this.#requests,
      cells: rows(this.#series, ({ cells }, row) => cells.get(row)),
      errors: rows(this.#errors, ({ errors }, row) => errors.get(row) ?? 0),
      checks: rows(this.#checks, ({ checks }, row) => checks.get(row) ?? ([0, 0] as const)),
    }
  }

  /** Of the rows of a report about `result`. */
  indexOf(result: RunResult): RowIndex {
    return {
      series: (series) =>
        series === result.totals ? ALL_REQUESTS : this.#series.get(seriesKey(series)),
      error: (error) => this.#errors.get(errorKey(error)),
      check: (name) => this.#checks.get(name),
    }
  }

  #settleBelow(end: number): void {
    for (; this.#nextToSettle < end; this.#nextToSettle++) {
      const window = this.#held.get(this.#nextToSettle)
      this.#held.delete(this.#nextToSettle)
      while (Math.floor(this.#nextToSettle / this.#size) >= HTML_SLICES_MAX) this.#halve()
      const slice = this.#sliceOf(Math.floor(this.#nextToSettle / this.#size))
      if (window !== undefined) this.#settle(window, slice)
    }
  }

  #sliceOf(index: number): BookSlice {
    let slice = this.#slices[index]
    if (slice === undefined) {
      slice = {
        cells: new Map(),
        errors: new Map(),
        checks: new Map(),
        usersMax: 0,
        due: 0,
        dropped: 0,
      }
      this.#slices[index] = slice
    }
    return slice
  }

  #settle(window: Window, slice: BookSlice): void {
    for (const series of window.series) {
      // Told among the errors.
      if (isOfScript(series)) continue
      const index = this.#seriesIndex(series)
      if (index !== undefined) addCell(slice.cells, index, cellOf(series))
    }
    for (const error of window.errors) {
      const index = indexIn(this.#errors, errorKey(toErrorResult(error)))
      if (index !== undefined) slice.errors.set(index, (slice.errors.get(index) ?? 0) + error.count)
    }
    for (const { name, passes, failures } of window.checks) {
      const index = indexIn(this.#checks, name)
      const [held, not] = slice.checks.get(index ?? -1) ?? [0, 0]
      if (index !== undefined) slice.checks.set(index, [held + passes, not + failures])
    }
    slice.usersMax = Math.max(slice.usersMax, window.users.active)
    slice.due += window.arrivals.due
    slice.dropped += window.arrivals.dropped
  }

  /** Requests beyond the bound count under all; others are left out. */
  #seriesIndex(series: Window['series'][number]): number | undefined {
    const isRequest = isOfRequests(series)
    const known = this.#series.size
    const index = indexIn(this.#series, seriesKey(series), isRequest ? REST : undefined)
    if (this.#series.size > known && isRequest) this.#requests.push(index!)
    return index
  }

  #halve(): void {
    const before = this.#slices.splice(0)
    for (let at = 0; at < before.length; at += 2) {
      const [first, second] = [before[at]!, before[at + 1]]
      if (second !== undefined) mergeInto(first, second)
      this.#slices.push(first)
    }
    this.#size *= 2
  }
}

/** Index of `key`, new ones in order; beyond the bound that of `rest`, if there is one. */
function indexIn(index: Map<string, number>, key: string, rest?: string): number | undefined {
  const known = index.get(key)
  if (known !== undefined) return known
  const name = index.size < HTML_ROWS_MAX ? key : rest
  if (name === undefined) return undefined
  if (!index.has(name)) index.set(name, index.size)
  return index.get(name)
}

function mergeInto(into: BookSlice, other: BookSlice): void {
  for (const [index, cell] of other.cells) addCell(into.cells, index, cell)
  for (const [index, count] of other.errors) {
    into.errors.set(index, (into.errors.get(index) ?? 0) + count)
  }
  for (const [index, [passes, failures]] of other.checks) {
    const [held, not] = into.checks.get(index) ?? [0, 0]
    into.checks.set(index, [held + passes, not + failures])
  }
  into.usersMax = Math.max(into.usersMax, other.usersMax)
  into.due += other.due
  into.dropped += other.dropped
}

function addCell(cells: Map<number, Cell>, index: number, cell: Cell): void {
  const known = cells.get(index)
  cells.set(index, known === undefined ? cell : mergeCells(known, cell))
}

const seriesKey = ({
  kind,
  method,
  name,
  tags,
}: Pick<SeriesResult, 'kind' | 'method' | 'name' | 'tags'>): string =>
  [kind, method, name, tagsKey(tags)].join('\0')

const errorKey = ({ series, kind, message }: ErrorResult): string =>
  [series, kind, message].join('\0')

/** Of a stretch: without what lies beyond the end, and without the seconds in which the run stood still. */
function activeMsOf({ run, windows }: RunResult, fromMs: number, toMs: number): number {
  const spanMs = Math.max(1, Math.min(toMs, run.durationMs) - fromMs)
  const within = windows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
  const paused = within.filter((window) => window.paused === true).length
  return Math.round(spanMs * (paused === 0 ? 1 : 1 - paused / within.length))
}

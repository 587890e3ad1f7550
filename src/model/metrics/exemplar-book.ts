/**
 * The requests one worker keeps of a window: per series the slowest, per series and error the first. Asked once per request, so what
 * is not kept costs a comparison with `floorsUs`; what is kept stays as it is until `flush`, where text is made of as many as a
 * snapshot may carry. New heights of a series go first, so that no busy series keeps the others out.
 *
 *     floorsUs[series]     slow[series] = its slowest so far, EXEMPLARS_PER_SERIES at most
 */
import type {
  Exemplar,
  ExemplarSink,
  ExemplarSource,
  ShowOptions,
} from '../../contracts/exemplar.ts'
import type { ErrorId, SeriesId, Tags } from '../../contracts/measure.ts'
import {
  EXEMPLAR_CHARS_PER_SNAPSHOT_MAX,
  EXEMPLAR_FAILURES_HELD_MAX,
  EXEMPLARS_PER_ERROR,
  EXEMPLARS_PER_SERIES,
  EXEMPLARS_PER_SNAPSHOT_MAX,
} from '../../kernel/limits.ts'
import { charsOf } from './exemplar-size.ts'

/** More than a recorder has series, those for folded names included. */
const SERIES_ROWS = 1_024
const ERROR_SPAN = 2 ** 20
/** Below any response time. */
const NO_FLOOR = -1

interface Slow {
  readonly responseUs: number
  readonly source: ExemplarSource
}
interface Failed {
  readonly series: SeriesId
  readonly error: ErrorId
  readonly source: ExemplarSource
}
/** What the recorder knows of its series and errors, by id. */
export interface ExemplarNames {
  readonly series: readonly {
    readonly kind: string
    readonly method: string
    readonly name: string
    readonly tags?: Tags
  }[]
  readonly errors: readonly { readonly kind: string; readonly message: string }[]
}

export class ExemplarBook implements ExemplarSink {
  readonly floorsUs = new Float64Array(SERIES_ROWS).fill(NO_FLOOR)
  readonly _worker: number
  readonly _how: ShowOptions
  /** Slowest of the run so far, by series. */
  readonly _recordsUs = new Float64Array(SERIES_ROWS)
  readonly _slow = new Map<SeriesId, Slow[]>()
  /** How many of a pair of series and error were kept in this window. */
  readonly _failures = new Map<number, number>()
  _failed: Failed[] = []
  _number = 0
  _leftOut = 0

  constructor(worker: number, how: ShowOptions) {
    this._worker = worker
    this._how = how
  }

  slow(series: SeriesId, responseUs: number, source: ExemplarSource): void {
    let held = this._slow.get(series)
    if (held === undefined) {
      held = []
      this._slow.set(series, held)
    }
    held.push({ responseUs, source })
    held.sort((a, b) => b.responseUs - a.responseUs)
    held.length = Math.min(held.length, EXEMPLARS_PER_SERIES)
    if (held.length === EXEMPLARS_PER_SERIES) this.floorsUs[series] = held.at(-1)!.responseUs
  }

  wantsFailure(series: SeriesId, error: ErrorId): boolean {
    if (this._failed.length === EXEMPLAR_FAILURES_HELD_MAX) return false
    return (this._failures.get(series * ERROR_SPAN + error) ?? 0) < EXEMPLARS_PER_ERROR
  }

  failed(series: SeriesId, error: ErrorId, source: ExemplarSource): void {
    const pair = series * ERROR_SPAN + error
    this._failures.set(pair, (this._failures.get(pair) ?? 0) + 1)
    this._failed.push({ series, error, source })
  }

  /** Those of the window that ends, in the order of their sending; the next one begins empty. */
  flush(names: ExemplarNames): Exemplar[] {
    const shown: Exemplar[] = []
    let chars = 0
    for (const { matters, show } of this._byWorth(names)) {
      const isFull =
        shown.length === EXEMPLARS_PER_SNAPSHOT_MAX || chars >= EXEMPLAR_CHARS_PER_SNAPSHOT_MAX
      if (isFull && matters) this._leftOut++
      if (isFull) continue
      const exemplar = show()
      chars += charsOf(exemplar)
      shown.push(exemplar)
    }
    this._forget()
    return shown.sort((a, b) => a.startMs - b.startMs)
  }

  /** Bounds hit since the last call. */
  takeLimits(): (readonly [string, number])[] {
    const leftOut = this._leftOut
    this._leftOut = 0
    return leftOut === 0 ? [] : [['samples-left-out', leftOut]]
  }

  /** Failures, new heights of each series, all others; each to be shown or not. The others are not missed. */
  _byWorth(names: ExemplarNames): { readonly matters: boolean; show(): Exemplar }[] {
    const failed = this._failed.map(({ series, error, source }) => ({
      matters: true,
      show: () => this._shown(names, series, source, error),
    }))
    const slow = [...this._slow].flatMap(([series, held]) =>
      held.map(({ responseUs, source }, place) => ({
        responseUs,
        matters: place === 0 && responseUs > this._recordsUs[series]!,
        show: () => this._shown(names, series, source, undefined),
      })),
    )
    slow.sort((a, b) => Number(b.matters) - Number(a.matters) || b.responseUs - a.responseUs)
    return [...failed, ...slow]
  }

  _shown(
    names: ExemplarNames,
    series: SeriesId,
    source: ExemplarSource,
    error: ErrorId | undefined,
  ): Exemplar {
    const { kind, method, name, tags } = names.series[series]!
    return {
      id: `${this._worker}-${this._number++}`,
      why: error === undefined ? 'slow' : 'error',
      kind,
      method,
      name,
      ...(tags !== undefined && { tags }),
      worker: this._worker,
      error: error === undefined ? null : errorOf(names.errors[error]!),
      ...source.show(this._how),
    }
  }

  _forget(): void {
    for (const [series, [slowest]] of this._slow) {
      this._recordsUs[series] = Math.max(this._recordsUs[series]!, slowest?.responseUs ?? 0)
      this.floorsUs[series] = NO_FLOOR
    }
    this._slow.clear()
    this._failures.clear()
    this._failed = []
  }
}

const errorOf = ({ kind, message }: ExemplarNames['errors'][number]): Exemplar['error'] => ({
  kind,
  message,
})

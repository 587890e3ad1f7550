/**
 * Errors of one worker: a bounded dictionary of (kind, message), and per window how often each befell each series.
 * A message past the bound of its kind becomes "(other errors)"; a pair of series and error past its bound is counted without
 * its series. Nothing is lost from the totals. About 40 ns a failure.
 */
import type { ErrorId, FailureKind } from '../../contracts/measure.ts'
import type { ErrorDelta } from '../../contracts/snapshot.ts'
import {
  ERROR_PAIRS_MAX,
  ERRORS_PER_KIND_MAX,
  NAME_CHARS_MAX,
  SAMPLE_CHARS_MAX,
} from '../../kernel/limits.ts'

export const OTHER_ERRORS = '(other errors)'
const NO_SERIES = -1
const PAIR_SPAN = 2 ** 20

interface Entry {
  readonly kind: FailureKind
  readonly message: string
  sample: string
}
interface Pair {
  readonly series: number
  readonly error: number
  count: number
  firstAtMs: number
  lastAtMs: number
}

export class ErrorBook {
  readonly _ids = new Map<FailureKind, Map<string, ErrorId>>()
  readonly _entries: Entry[] = []
  readonly _pairs = new Map<number, Pair>()
  _touched: Pair[] = []
  _messagesFolded = 0
  _pairsFolded = 0

  /** By id. */
  get entries(): readonly { readonly kind: FailureKind; readonly message: string }[] {
    return this._entries
  }

  id(kind: FailureKind, message: string): ErrorId {
    const text = message.length > NAME_CHARS_MAX ? message.slice(0, NAME_CHARS_MAX) : message
    let ofKind = this._ids.get(kind)
    if (ofKind === undefined) {
      ofKind = new Map()
      this._ids.set(kind, ofKind)
    }
    const known = ofKind.get(text)
    if (known !== undefined) return known
    if (ofKind.size >= ERRORS_PER_KIND_MAX && text !== OTHER_ERRORS) {
      this._messagesFolded++
      return this.id(kind, OTHER_ERRORS)
    }
    const id = this._entries.length
    this._entries.push({ kind, message: text, sample: '' })
    ofKind.set(text, id)
    return id
  }

  count(series: number, error: ErrorId, atMs: number): void {
    let pair = this._pairs.get((series + 1) * PAIR_SPAN + error)
    if (pair === undefined) pair = this._newPair(series, error)
    if (pair.count++ === 0) {
      this._touched.push(pair)
      pair.firstAtMs = atMs
    }
    pair.lastAtMs = atMs
  }

  /** Kept once per error: the first text wins. */
  sample(error: ErrorId, text: string): void {
    const entry = this._entries[error]
    if (entry !== undefined && entry.sample === '') entry.sample = text.slice(0, SAMPLE_CHARS_MAX)
  }

  flush(names: readonly { method: string; name: string }[]): ErrorDelta[] {
    const deltas = this._touched.map((pair): ErrorDelta => {
      const { kind, message, sample } = this._entries[pair.error]!
      const { method, name } = names[pair.series] ?? { method: '', name: '(other)' }
      const { count, firstAtMs, lastAtMs } = pair
      return { method, name, kind, message, count, firstAtMs, lastAtMs, sample }
    })
    for (const pair of this._touched) pair.count = 0
    this._touched = []
    return deltas
  }

  /** Bounds hit since the last call. */
  takeLimits(): (readonly [string, number])[] {
    const limits: (readonly [string, number])[] = []
    if (this._messagesFolded > 0) limits.push(['errors-folded', this._messagesFolded])
    if (this._pairsFolded > 0) limits.push(['error-series-folded', this._pairsFolded])
    this._messagesFolded = 0
    this._pairsFolded = 0
    return limits
  }

  _newPair(series: number, error: ErrorId): Pair {
    let owner = series
    if (this._pairs.size >= ERROR_PAIRS_MAX && series !== NO_SERIES) {
      this._pairsFolded++
      owner = NO_SERIES
    }
    const key = (owner + 1) * PAIR_SPAN + error
    const known = this._pairs.get(key)
    if (known !== undefined) return known
    const pair: Pair = { series: owner, error, count: 0, firstAtMs: 0.5, lastAtMs: 0.5 }
    this._pairs.set(key, pair)
    return pair
  }
}

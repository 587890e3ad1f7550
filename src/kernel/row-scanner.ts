/**
 * Finds where rows begin and end in bytes that come in pieces, so that a file of any size passes through a small
 * buffer. A line end inside quotes belongs to its row (CSV); without a delimiter every line is a row (JSON lines).
 * Blank lines are skipped. Works on bytes, because offsets are what an index needs: line ends, quotes and
 * delimiters are single bytes that never occur inside a longer UTF-8 character. About 5 ns a byte for CSV with quotes.
 */
import { ROW_BYTES_MAX } from './limits.ts'

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const QUOTE = 34

const FIELD_START = 0
const PLAIN = 1
const QUOTED = 2
/** After a quote inside a quoted field: the field's end, or the first half of a doubled quote. */
const QUOTE_SEEN = 3

/** `bytes` is a view, valid during the call; `offset` from the first byte ever pushed; `line` counts from 1. */
export type OnRow = (bytes: Buffer, offset: number, line: number) => void

export class RowScanner {
  readonly #delimiter: number
  readonly #onRow: OnRow
  #state = FIELD_START
  #rest: Buffer = Buffer.alloc(0)
  #restOffset = 0
  #line = 1
  #rowLine = 1

  /** `delimiter`: the one of CSV; undefined: lines are rows and quotes mean nothing. */
  constructor(delimiter: string | undefined, onRow: OnRow) {
    this.#delimiter = delimiter === undefined ? -1 : delimiter.charCodeAt(0)
    this.#onRow = onRow
  }

  /** Line at which the row that is not complete yet began. */
  get line(): number {
    return this.#rowLine
  }

  /** False when a row grew beyond `ROW_BYTES_MAX`: a quote that is never closed would swallow the file. */
  push(chunk: Buffer): boolean {
    if (chunk.length === 0) return true
    const scanned = this.#rest.length
    const bytes = scanned === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const start = this.#hasOnlyLines(bytes, scanned)
      ? this.#lines(bytes, scanned)
      : this.#rows(bytes, scanned)
    this.#restOffset += start
    // A copy: the caller may fill its chunk again.
    this.#rest = Buffer.from(bytes.subarray(start))
    return this.#rest.length <= ROW_BYTES_MAX
  }

  /** The last row needs no line end. */
  end(): void {
    this.#emit(this.#rest, 0, this.#rest.length)
    this.#rest = Buffer.alloc(0)
  }

  /** Without a quote in sight, CSV is lines as well, and those are found ten times faster. */
  #hasOnlyLines(bytes: Buffer, from: number): boolean {
    if (this.#delimiter < 0) return true
    const isOutside = this.#state === FIELD_START || this.#state === PLAIN
    return isOutside && bytes.indexOf(QUOTE, from) < 0
  }

  /** This and `#rows` return where the unfinished row begins. */
  #lines(bytes: Buffer, from: number): number {
    const last = bytes[bytes.length - 1]
    this.#state = last === LINE_FEED || last === this.#delimiter ? FIELD_START : PLAIN
    let start = 0
    let end = bytes.indexOf(LINE_FEED, from)
    while (end >= 0) {
      this.#line++
      this.#emit(bytes, start, end)
      start = end + 1
      end = bytes.indexOf(LINE_FEED, start)
    }
    return start
  }

  #rows(bytes: Buffer, from: number): number {
    const delimiter = this.#delimiter
    let state = this.#state
    let start = 0
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!
      if (byte === LINE_FEED) this.#line++
      if (state === QUOTED) {
        if (byte === QUOTE) state = QUOTE_SEEN
      } else if (byte === QUOTE && state !== PLAIN) state = QUOTED
      else if (byte === LINE_FEED) {
        this.#emit(bytes, start, at)
        start = at + 1
        state = FIELD_START
      } else state = byte === delimiter ? FIELD_START : PLAIN
    }
    this.#state = state
    return start
  }

  #emit(bytes: Buffer, start: number, lineEnd: number): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd
    if (end > start) {
      this.#onRow(bytes.subarray(start, end), this.#restOffset + start, this.#rowLine)
    }
    this.#rowLine = this.#line
  }
}

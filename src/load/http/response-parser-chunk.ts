// HOT: once per chunk; a plain `1f40 CRLF` costs some ns per byte, no allocation.
/**
 * Reads a chunk-size line: hex digits, optional white space, extensions. Extensions are checked against their
 * grammar and dropped, since two readers who disagree on where a line ends disagree on where a chunk begins. Only
 * CRLF ends the line. Every byte is judged as it comes, so splits do not matter and nothing is carried.
 */
import { FAILED, NEED_MORE, TOKEN } from './response-parser-scanner.ts'

const FIRST_DIGIT = 0
const DIGITS = 1
/** White space behind the size or a value, or the end of a quoted string: `;` or the end follows. */
const GAP = 2
const NAME_FIRST = 3
const NAME = 4
const NAME_GAP = 5
const VALUE_FIRST = 6
const VALUE = 7
const QUOTED = 8
const ESCAPED = 9
const CR_SEEN = 10

const HTAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const QUOTE = 0x22
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const DELETE = 0x7f
/** Beyond this another digit would pass 2^53 − 1. */
const SIZE_BEFORE_LAST_DIGIT = 2 ** 49

export class ChunkLine {
  /** Bytes of data that follow; 0 is the last chunk. */
  size: number
  failureKind: 'malformed' | 'too-large'
  failureMessage: string
  private readonly _maxBytes: number
  private _state: number
  private _length: number

  constructor(maxBytes: number) {
    this.size = 0
    this.failureKind = 'malformed'
    this.failureMessage = ''
    this._maxBytes = maxBytes
    this._state = FIRST_DIGIT
    this._length = 0
  }

  begin(): void {
    this.size = 0
    this._state = FIRST_DIGIT
    this._length = 0
  }

  /** The index behind the line's LF, `NEED_MORE` when all bytes are taken in, or `FAILED`. */
  read(bytes: Uint8Array, start: number, end: number): number {
    let state = this._state
    for (let at = start; at < end; at++) {
      if (++this._length > this._maxBytes) {
        this.failureKind = 'too-large'
        this.failureMessage = 'chunk line longer than the limit'
        return FAILED
      }
      const code = bytes[at]!
      if (state === CR_SEEN) {
        return code === LF ? at + 1 : this._malformed('CR without LF')
      }
      if (state <= DIGITS) {
        const digit = hexDigit(code)
        if (digit >= 0) {
          if (this.size >= SIZE_BEFORE_LAST_DIGIT) return this._malformed('chunk size too large')
          this.size = this.size * 16 + digit
          state = DIGITS
          continue
        }
        if (state === FIRST_DIGIT) return this._malformed('not a chunk size')
      }
      if (code === CR && endsLine(state)) state = CR_SEEN
      else state = afterSize(state, code)
      if (state === FAILED) return this._malformed('not a chunk size or extension')
    }
    this._state = state
    return NEED_MORE
  }

  private _malformed(message: string): number {
    this.failureKind = 'malformed'
    this.failureMessage = message
    return FAILED
  }
}

function endsLine(state: number): boolean {
  return (
    state === DIGITS || state === GAP || state === NAME || state === NAME_GAP || state === VALUE
  )
}

/** The next state behind the digits: `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`. */
function afterSize(state: number, code: number): number {
  const space = code === SP || code === HTAB
  switch (state) {
    case DIGITS:
    case GAP:
      if (code === SEMICOLON) return NAME_FIRST
      return space ? GAP : FAILED
    case NAME_FIRST:
      if (space) return NAME_FIRST
      return TOKEN[code] === 1 ? NAME : FAILED
    case NAME:
    case NAME_GAP:
      if (code === SEMICOLON) return NAME_FIRST
      if (code === EQUALS) return VALUE_FIRST
      if (space) return NAME_GAP
      return state === NAME && TOKEN[code] === 1 ? NAME : FAILED
    case VALUE_FIRST:
      if (space) return VALUE_FIRST
      if (code === QUOTE) return QUOTED
      return TOKEN[code] === 1 ? VALUE : FAILED
    case VALUE:
      if (code === SEMICOLON) return NAME_FIRST
      if (space) return GAP
      return TOKEN[code] === 1 ? VALUE : FAILED
    case QUOTED:
      if (code === QUOTE) return GAP
      if (code === BACKSLASH) return ESCAPED
      return isQuotable(code) ? QUOTED : FAILED
    default:
      return isQuotable(code) ? QUOTED : FAILED
  }
}

function isQuotable(code: number): boolean {
  return code === HTAB || (code >= SP && code !== DELETE)
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

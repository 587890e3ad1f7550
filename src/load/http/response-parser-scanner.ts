// HOT: reads every byte of a new head once, about 2 ns each, of a repeated one about 0.7 ns; no allocation while a head arrives whole.
/**
 * Reads one head (status line and fields) or one trailer section, byte by byte, judging each byte as it comes.
 * A head cut by a read is copied into a carry of its own and continued there at the byte where it stopped, so
 * any split gives the same result as none and nothing keeps a view into the read buffer. Field values are not
 * copied or interpreted here: each finished field goes to `FramingFields` as a range.
 *
 * Servers answer the same request with the same head for a second, until the date changes. So the last head is kept, and one
 * that repeats it byte for byte is not read again: what was concluded from it stands, `Head` included.
 *
 * | state     | waits for                                   | then              |
 * |-----------|---------------------------------------------|-------------------|
 * | STATUS    | `HTTP/1.x ddd`, fixed width                 | REASON or LINE    |
 * | REASON    | line end                                    | LINE              |
 * | LINE      | name, fold, or the empty line               | NAME, VALUE, done |
 * | NAME      | `:`                                         | VALUE             |
 * | VALUE     | line end                                    | LINE              |
 * | *_CR      | the LF that must follow a CR                | LINE, or done     |
 */
import { Buffer } from 'node:buffer'
import type { ParserLimits, ParseStage } from './response-parser.ts'
import { FramingFields } from './response-parser-framing.ts'
import { Head, latin1 } from './response-parser-head.ts'

/** Results of a read that are no index. */
export const NEED_MORE = -1
export const FAILED = -2

const STATUS = 0
const REASON = 1
const REASON_CR = 2
const LINE = 3
const NAME = 4
const VALUE = 5
const VALUE_CR = 6
const END_CR = 7

const NUL = 0x00
const HTAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const COLON = 0x3a
const NOTHING = Buffer.alloc(0)
const NO_WORDS = new Int32Array(0)
const VERSION = Buffer.from('HTTP/1.', 'latin1')

const MEMO_BYTES_MAX = 4_096
const MEMO_MISSES_MAX = 16
const MEMO_RETRY = 256

/** 1 for the characters of a token (RFC 9110 §5.6.2). */
export const TOKEN = new Uint8Array(256)
for (const code of Buffer.from(
  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
)) {
  TOKEN[code] = 1
}

export class HeadScanner {
  status: number
  httpMinor: number
  fieldCount: number
  readonly framing: FramingFields
  /** Why the last read failed. */
  failureKind: 'malformed' | 'too-large'
  failureStage: ParseStage
  failureMessage: string
  private readonly _limits: ParserLimits
  private _trailers: boolean
  private _state: number
  /** The finished head, until `release`: `[_headStart, _headEnd)` of the read buffer or of the carry. */
  private _head: Uint8Array
  private _headStart: number
  private _headEnd: number
  private _carry: Buffer
  private _carried: number
  /** Offsets of the field under way, counted from the head's first byte; `_field` is −1 when there is none. */
  private _field: number
  private _colon: number
  private _valueEnd: number
  private _folded: boolean
  /** The last head that arrived whole; 0 bytes when its conclusions no longer stand in `framing`. */
  private _memo: Buffer
  private _memoWords: Int32Array
  private _memoLength: number
  private _memoFields: number
  private _memoHead: Head | undefined
  private _repeated: boolean
  /** Heads in a row that differed from the one before. */
  private _misses: number
  private _words: Int32Array | undefined
  private _wordsFrom: Uint8Array | undefined

  constructor(limits: ParserLimits) {
    this.status = 0
    this.httpMinor = 0
    this.fieldCount = 0
    this.framing = new FramingFields()
    this.failureKind = 'malformed'
    this.failureStage = 'status-line'
    this.failureMessage = ''
    this._limits = limits
    this._trailers = false
    this._state = STATUS
    this._head = NOTHING
    this._headStart = 0
    this._headEnd = 0
    this._carry = NOTHING
    this._carried = 0
    this._field = -1
    this._colon = 0
    this._valueEnd = 0
    this._folded = false
    this._memo = NOTHING
    this._memoWords = NO_WORDS
    this._memoLength = 0
    this._memoFields = 0
    this._memoHead = undefined
    this._repeated = false
    this._misses = 0
    this._words = undefined
    this._wordsFrom = undefined
  }

  /** Arms for a head, or for trailers: no status line, CRLF only, and nothing in them reaches `framing`. */
  begin(trailers: boolean): void {
    this._trailers = trailers
    this._state = trailers ? LINE : STATUS
    this.fieldCount = 0
    this._field = -1
    this._carried = 0
    this._repeated = false
  }

  get stage(): ParseStage {
    if (this._trailers) return 'trailer'
    return this._state <= REASON_CR ? 'status-line' : 'header'
  }

  /** The index behind the head, `NEED_MORE` when all bytes are taken in, or `FAILED`. */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (this._carried > 0) return this._readOn(bytes, start, end)
    if (!this._trailers) {
      if (this._repeats(bytes, start, end)) {
        this._repeated = true
        this.fieldCount = this._memoFields
        return this._done(bytes, start, start + this._memoLength)
      }
      this._memoLength = 0
      this._misses++
      this.framing.reset()
    }
    const behind = this._scan(bytes, start, start, end)
    if (behind === NEED_MORE) this._append(bytes, start, end)
    else if (behind >= 0 && !this._trailers) this._remember(bytes, start, behind)
    return behind
  }

  /** The finished head as text; good from the read that finished it until `release`. */
  head(): Head {
    if (!this._repeated) return new Head(this._text(), !this._trailers)
    this._memoHead ??= new Head(this._text(), true)
    return this._memoHead
  }

  private _text(): string {
    return latin1(this._head, this._headStart, this._headEnd)
  }

  private _repeats(bytes: Uint8Array, start: number, end: number): boolean {
    const length = this._memoLength
    if (length === 0 || end - start < length) return false
    const memo = this._memo
    let at = 0
    // Nearly always the response begins the read, and then both are aligned: four bytes at a time.
    if (start === 0 && bytes.byteOffset % 4 === 0) {
      const words = this._wordsOf(bytes)
      const memoWords = this._memoWords
      const whole = length >> 2
      for (let word = 0; word < whole; word++) if (words[word] !== memoWords[word]) return false
      at = whole << 2
    }
    for (; at < length; at++) if (bytes[start + at] !== memo[at]) return false
    this._misses = 0
    return true
  }

  /** The read buffer as words; it is the same one at nearly every call. */
  private _wordsOf(bytes: Uint8Array): Int32Array {
    if (this._words === undefined || this._wordsFrom !== bytes) {
      this._words = asWords(bytes)
      this._wordsFrom = bytes
    }
    return this._words
  }

  /** Where heads never repeat, remembering them would be wasted: then only one in `MEMO_RETRY` is tried. */
  private _remember(bytes: Uint8Array, start: number, end: number): void {
    if (this._misses > MEMO_MISSES_MAX && this._misses % MEMO_RETRY !== 0) return
    const length = end - start
    if (length > MEMO_BYTES_MAX) return
    if (this._memo.length < length) {
      this._memo = Buffer.allocUnsafeSlow(Math.max(256, length * 2))
      this._memoWords = asWords(this._memo)
    }
    this._memo.set(bytes.subarray(start, end))
    this._memoLength = length
    this._memoFields = this.fieldCount
    this._memoHead = undefined
  }

  /** Lets go of the read buffer and of the carry. */
  release(): void {
    this._head = NOTHING
    this._carry = NOTHING
    this._carried = 0
  }

  private _readOn(bytes: Uint8Array, start: number, end: number): number {
    const before = this._carried
    // One byte more than the limit is enough to see that it is exceeded.
    const stop = Math.min(end, start + this._limits.maxHeadBytes + 1 - before)
    this._append(bytes, start, stop)
    const behind = this._scan(this._carry, 0, before, this._carried)
    return behind < 0 ? behind : start + behind - before
  }

  private _append(bytes: Uint8Array, start: number, end: number): void {
    const size = this._carried + end - start
    if (size > this._carry.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(512, size * 2))
      larger.set(this._carry.subarray(0, this._carried))
      this._carry = larger
    }
    this._carry.set(bytes.subarray(start, end), this._carried)
    this._carried = size
  }

  /** Goes on at `from` with a head whose first byte is at `base`. */
  private _scan(bytes: Uint8Array, base: number, from: number, end: number): number {
    const limit = Math.min(end, base + this._limits.maxHeadBytes)
    const fourBefore = limit - 3
    let at = from
    let state = this._state
    let field = this._field < 0 ? -1 : base + this._field
    let colon = base + this._colon
    let valueEnd = base + this._valueEnd
    while (at < limit) {
      switch (state) {
        case STATUS:
          at = this._statusLine(bytes, base, at, limit)
          if (at === FAILED) return FAILED
          state = this._state
          break
        case REASON: {
          while (at < limit && isText(bytes[at]!)) at++
          if (at === limit) break
          const code = bytes[at++]!
          if (code === NUL) return this._malformed('status-line', 'NUL in the reason phrase')
          state = code === LF ? LINE : REASON_CR
          break
        }
        case REASON_CR:
          if (bytes[at++] !== LF) return this._malformed('status-line', 'CR without LF')
          state = LINE
          break
        case LINE: {
          const code = bytes[at]!
          if (code === SP || code === HTAB) {
            if (field < 0) return this._malformed('header', 'white space before the first field')
            this._folded = true
            state = VALUE
            break
          }
          if (field >= 0 && !this._trailers) {
            this.framing.take(bytes, field, colon, valueEnd, this._folded)
          }
          field = -1
          if (code === CR) {
            at++
            state = END_CR
          } else if (code === LF) {
            if (this._trailers) return this._malformed('trailer', 'LF without CR')
            return this._done(bytes, base, at + 1)
          } else {
            if (++this.fieldCount > this._limits.maxHeaderFields) {
              return this._tooLarge('header', 'more header fields than the limit')
            }
            field = at
            this._folded = false
            state = NAME
          }
          break
        }
        case NAME:
          while (at < limit && TOKEN[bytes[at]!] === 1) at++
          if (at === limit) break
          if (bytes[at] !== COLON) return this._malformed('header', 'not a field name')
          if (at === field) return this._malformed('header', 'empty field name')
          colon = at++
          state = VALUE
          break
        case VALUE: {
          // Four at a time while nothing is below SP: values are where the bytes are.
          while (
            at < fourBefore &&
            bytes[at]! > CR &&
            bytes[at + 1]! > CR &&
            bytes[at + 2]! > CR &&
            bytes[at + 3]! > CR
          ) {
            at += 4
          }
          while (at < limit && isText(bytes[at]!)) at++
          if (at === limit) break
          const code = bytes[at]!
          if (code === NUL) return this._malformed('header', 'NUL in a field value')
          if (code === LF && this._trailers) return this._malformed('trailer', 'LF without CR')
          valueEnd = at++
          if (code === LF) state = LINE
          else if (at < limit && bytes[at] === LF) {
            at++
            state = LINE
          } else state = VALUE_CR
          break
        }
        case VALUE_CR:
          if (bytes[at++] !== LF) return this._malformed('header', 'CR without LF')
          state = LINE
          break
        default:
          if (bytes[at++] !== LF) return this._malformed('header', 'CR without LF')
          return this._done(bytes, base, at)
      }
    }
    this._state = state
    this._field = field < 0 ? -1 : field - base
    this._colon = colon - base
    this._valueEnd = valueEnd - base
    if (end > limit) return this._tooLarge('head', 'head larger than the limit')
    return NEED_MORE
  }

  /** Everything up to the byte behind the status code stands at a fixed offset. Sets `_state` when through. */
  private _statusLine(bytes: Uint8Array, base: number, from: number, limit: number): number {
    for (let at = from; at < limit; at++) {
      const offset = at - base
      const code = bytes[at]!
      if (offset < 7) {
        if (code !== VERSION[offset])
          return this._malformed('status-line', 'not an HTTP/1 response')
      } else if (offset === 7) {
        if (!isDigit(code)) return this._malformed('status-line', 'not an HTTP/1 version')
        this.httpMinor = code === 0x30 ? 0 : 1
      } else if (offset === 8) {
        if (code !== SP) return this._malformed('status-line', 'no space behind the version')
        this.status = 0
      } else if (offset < 12) {
        if (!isDigit(code) || (offset === 9 && code === 0x30)) {
          return this._malformed('status-line', 'not a status code')
        }
        this.status = this.status * 10 + code - 0x30
      } else {
        if (code === SP) this._state = REASON
        else if (code === CR) this._state = REASON_CR
        else if (code === LF) this._state = LINE
        else return this._malformed('status-line', 'not a status code')
        return at + 1
      }
    }
    return limit
  }

  private _done(bytes: Uint8Array, start: number, end: number): number {
    this._head = bytes
    this._headStart = start
    this._headEnd = end
    return end
  }

  private _malformed(stage: ParseStage, message: string): number {
    return this._fail('malformed', stage, message)
  }

  private _tooLarge(stage: ParseStage, message: string): number {
    return this._fail('too-large', stage, message)
  }

  private _fail(kind: 'malformed' | 'too-large', stage: ParseStage, message: string): number {
    this.failureKind = kind
    this.failureStage = this._trailers ? 'trailer' : stage
    this.failureMessage = message
    this.release()
    return FAILED
  }
}

/** Anything but NUL, LF and CR. */
function isText(code: number): boolean {
  return code > CR || (code !== CR && code !== LF && code !== NUL)
}

function asWords(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

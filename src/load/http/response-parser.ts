// HOT: once per read and response; ≤ 600 ns for a head of eight fields with a short body, no allocation.
/**
 * Sans-I/O HTTP/1.1 response parser: bytes in, calls to a `ResponseSink` out. It decides where a response ends
 * (RFC 9112 §6.3, strict wherever two readers could disagree) and whether the connection may be used again; it
 * never decodes content, follows redirects or looks at a clock. Body bytes are reported as ranges of the buffer
 * that was fed, and nothing of that buffer is kept when `execute` returns. Longer than usual, since one state machine
 * taken apart is harder to check than one read from top to bottom.
 *
 * | state       | waits for                     | then                                   |
 * |-------------|-------------------------------|----------------------------------------|
 * | IDLE        | `begin`                       | LEAD                                   |
 * | LEAD        | at most one empty line        | HEAD                                   |
 * | HEAD        | the empty line behind it      | LEAD after a 1xx, a body state, IDLE   |
 * | LENGTH      | `contentLength` bytes         | IDLE                                   |
 * | UNTIL_CLOSE | FIN                           | IDLE                                   |
 * | CHUNK_*     | size line, data, CRLF         | CHUNK_LINE; TRAILER behind size 0      |
 * | TRAILER     | the empty line                | IDLE                                   |
 */
import type { FailureKind } from '../../contracts/measure.ts'
import { assert } from '../../kernel/assert.ts'
import { ChunkLine } from './response-parser-chunk.ts'
import { ABSENT, type FramingFields, INVALID, readCodings } from './response-parser-framing.ts'
import type { Head } from './response-parser-head.ts'
import { FAILED, HeadScanner, NEED_MORE } from './response-parser-scanner.ts'

/** Where in a response something happened; part of every failure. */
export type ParseStage =
  | 'before-response'
  | 'status-line'
  | 'header'
  | 'head'
  | 'informational'
  | 'content-length'
  | 'transfer-encoding'
  | 'body'
  | 'chunk-size'
  | 'chunk-data'
  | 'trailer'

export interface ParserLimits {
  /** From the first byte of the status line to the LF of the empty line; the same for trailers. */
  readonly maxHeadBytes: number
  readonly maxHeaderFields: number
  /** 1xx before one final response. */
  readonly maxInformational: number
  readonly maxChunkLineBytes: number
  /** Without transfer coding, before content decoding. */
  readonly maxBodyBytes: number
}

/** Told of what the parser found. Use one class for all connections, so that call sites stay monomorphic. */
export interface ResponseSink {
  /** A 1xx other than an awaited 101. `parser.status` and `parser.copyHead()` are good until it returns. */
  onInformational(parser: ResponseParser): void
  /** The final head. All fields of the parser are set; `parser.copyHead()` is good until it returns. */
  onHead(parser: ResponseParser): void
  /** Body bytes without transfer coding, never empty. The range is good until it returns. */
  onBody(bytes: Uint8Array, start: number, end: number): void
  /** The message is complete; `begin` may be called from here. */
  onComplete(parser: ResponseParser): void
  /** Nothing follows until the next `begin`. Messages come from a short fixed list. */
  onError(kind: FailureKind, when: ParseStage, message: string): void
}

const IDLE = 0
const LEAD = 1
const LEAD_CR = 2
const HEAD = 3
const LENGTH = 4
const UNTIL_CLOSE = 5
const CHUNK_LINE = 6
const CHUNK_DATA = 7
const CHUNK_CR = 8
const CHUNK_LF = 9
const TRAILER = 10

const LF = 0x0a
const CR = 0x0d

export class ResponseParser {
  status: number
  /** 0 or 1. */
  httpMinor: number
  /** May the connection be used again, by the message, its request and its framing? Valid from `onHead` on. */
  keepAlive: boolean
  /** Bytes of body reported so far. */
  bodyLength: number
  /** 101 awaited, or 2xx to CONNECT: what `execute` leaves over belongs to the tunnel. */
  upgraded: boolean
  informationalCount: number
  /** Set before `onComplete` when there were any. */
  trailers: Head | undefined
  private _sink: ResponseSink
  private readonly _limits: ParserLimits
  private readonly _scanner: HeadScanner
  private readonly _framing: FramingFields
  private readonly _chunk: ChunkLine
  private _state: number
  /** Changes when a response begins or ends: how `execute` sees what a callback did. */
  private _turn: number
  private _isHead: boolean
  private _isConnect: boolean
  private _expectsUpgrade: boolean
  private _closes: boolean
  /** An empty line is no longer tolerated. */
  private _leadSeen: boolean
  private _inHeadCallback: boolean
  private _remaining: number

  constructor(sink: ResponseSink, limits: ParserLimits) {
    this.status = 0
    this.httpMinor = 0
    this.keepAlive = false
    this.bodyLength = 0
    this.upgraded = false
    this.informationalCount = 0
    this.trailers = undefined
    this._sink = sink
    this._limits = limits
    this._scanner = new HeadScanner(limits)
    this._framing = this._scanner.framing
    this._chunk = new ChunkLine(limits.maxChunkLineBytes)
    this._state = IDLE
    this._turn = 0
    this._isHead = false
    this._isConnect = false
    this._expectsUpgrade = false
    this._closes = false
    this._leadSeen = false
    this._inHeadCallback = false
    this._remaining = 0
  }

  /** From the next `begin` on. */
  reportTo(sink: ResponseSink): void {
    this._sink = sink
  }

  /** Bytes as declared, −1 when absent, −2 when unreadable (possible only where no body may follow). */
  get contentLength(): number {
    return this._framing.contentLength
  }
  get hasSetCookie(): boolean {
    return this._framing.hasSetCookie
  }
  get hasLocation(): boolean {
    return this._framing.hasLocation
  }
  get hasContentEncoding(): boolean {
    return this._framing.hasContentEncoding
  }
  get hasWwwAuthenticate(): boolean {
    return this._framing.hasWwwAuthenticate
  }
  /** `Keep-Alive: timeout=n`; NaN when absent or unreadable. */
  get keepAliveTimeoutSec(): number {
    return this._framing.keepAliveTimeoutSec
  }
  /** `Keep-Alive: max=n`; NaN when absent or unreadable. */
  get keepAliveMax(): number {
    return this._framing.keepAliveMax
  }
  /** Is a response awaited or under way? */
  get busy(): boolean {
    return this._state !== IDLE
  }

  /** Where it waits: for timeouts, resets and reports. */
  get stage(): ParseStage {
    switch (this._state) {
      case LENGTH:
      case UNTIL_CLOSE:
        return 'body'
      case CHUNK_LINE:
        return 'chunk-size'
      case CHUNK_DATA:
      case CHUNK_CR:
      case CHUNK_LF:
        return 'chunk-data'
      case HEAD:
      case TRAILER:
        return this._scanner.stage
      case LEAD:
        return this._leadSeen ? 'status-line' : 'before-response'
      case LEAD_CR:
        return 'status-line'
      default:
        return 'before-response'
    }
  }

  /**
   * Arms for the response to one request. `expectsUpgrade`: it carries Upgrade, so a 101 is welcome; `closes`: it
   * said `Connection: close`. Whatever was under way is forgotten.
   */
  begin(method: string, expectsUpgrade: boolean, closes: boolean): void {
    this._turn++
    this._state = LEAD
    this._isHead = method === 'HEAD'
    this._isConnect = method === 'CONNECT'
    this._expectsUpgrade = expectsUpgrade
    this._closes = closes
    this.keepAlive = false
    this._leadSeen = false
    this.status = 0
    this.bodyLength = 0
    this.upgraded = false
    this.informationalCount = 0
    this.trailers = undefined
  }

  /**
   * Takes in bytes `[start, end)` and returns the index of the first one it did not consume. Stops right behind the
   * end of the message: what is left is unexpected, or belongs to the tunnel. When idle it consumes nothing.
   */
  execute(bytes: Uint8Array, start: number, end: number): number {
    const turn = this._turn
    let at = start
    while (at < end && this._state !== IDLE) {
      at = this._step(bytes, at, end)
      if (this._turn !== turn) break
    }
    return at
  }

  /** The server's FIN: the end of a body without length, an error inside anything else, nothing when idle. */
  finish(): void {
    if (this._state === IDLE) return
    if (this._state === UNTIL_CLOSE) this._complete()
    else if (this.stage === 'before-response') {
      this._fail('closed', 'before-response', 'connection closed before a response came')
    } else this._fail('truncated', this.stage, 'connection closed inside the response')
  }

  /** Forgets the response under way without a word to the sink; may be called from a callback. */
  abort(): void {
    this._turn++
    this._state = IDLE
    this._scanner.release()
  }

  /** The head just read, as text of its own. Only inside `onInformational` and `onHead`. */
  copyHead(): Head {
    assert(this._inHeadCallback, 'copyHead is for onInformational and onHead')
    return this._scanner.head()
  }

  private _step(bytes: Uint8Array, at: number, end: number): number {
    switch (this._state) {
      case LEAD:
        return this._lead(bytes, at)
      case LEAD_CR:
        if (bytes[at] !== LF) return this._fail('malformed', 'status-line', 'CR without LF', at)
        this._leadSeen = true
        this._state = LEAD
        return at + 1
      case HEAD:
        return this._readHead(bytes, at, end)
      case LENGTH:
        return this._body(bytes, at, end)
      case UNTIL_CLOSE:
        return this._bodyUntilClose(bytes, at, end)
      case CHUNK_LINE:
        return this._chunkLine(bytes, at, end)
      case CHUNK_DATA:
        return this._body(bytes, at, end)
      case CHUNK_CR:
        if (bytes[at] !== CR) return this._fail('malformed', 'chunk-data', NO_CHUNK_END, at)
        this._state = CHUNK_LF
        return at + 1
      case CHUNK_LF:
        if (bytes[at] !== LF) return this._fail('malformed', 'chunk-data', NO_CHUNK_END, at)
        this._chunk.begin()
        this._state = CHUNK_LINE
        return at + 1
      default:
        return this._readTrailers(bytes, at, end)
    }
  }

  private _lead(bytes: Uint8Array, at: number): number {
    const code = bytes[at]
    if (!this._leadSeen && (code === CR || code === LF)) {
      if (code === CR) this._state = LEAD_CR
      else this._leadSeen = true
      return at + 1
    }
    this._scanner.begin(false)
    this._state = HEAD
    return at
  }

  private _readHead(bytes: Uint8Array, at: number, end: number): number {
    const behind = this._scanner.read(bytes, at, end)
    if (behind === NEED_MORE) return end
    if (behind === FAILED) return this._scanFailed(at)
    const status = this._scanner.status
    this.status = status
    this.httpMinor = this._scanner.httpMinor
    if (status < 200 && !(status === 101 && this._expectsUpgrade)) this._informational(status)
    else this._final(status)
    this._scanner.release()
    return behind
  }

  private _informational(status: number): void {
    if (status === 101) {
      this._fail('unexpected-upgrade', 'head', '101 to a request without Upgrade')
    } else if (++this.informationalCount > this._limits.maxInformational) {
      this._fail('too-large', 'informational', 'more 1xx responses than the limit')
    } else {
      this._leadSeen = true
      this._state = LEAD
      this._inHeadCallback = true
      this._sink.onInformational(this)
      this._inHeadCallback = false
    }
  }

  private _final(status: number): void {
    if (status === 101 || (this._isConnect && status < 300)) {
      this.upgraded = true
      this.keepAlive = false
      this._state = IDLE
    } else {
      this.keepAlive = this._persists()
      if (this._isHead || status === 204 || status === 304) this._withoutBody()
      else if (!this._frame()) return
    }
    const turn = this._turn
    this._inHeadCallback = true
    this._sink.onHead(this)
    this._inHeadCallback = false
    if (this._turn === turn && this._state === IDLE) this._complete()
  }

  private _persists(): boolean {
    const framing = this._framing
    if (this._closes || framing.saysClose) return false
    if (this.httpMinor === 0 && !framing.saysKeepAlive) return false
    return framing.keepAliveTimeoutSec !== 0 && framing.keepAliveMax !== 0
  }

  /** Fields that would be refused before a body do no harm without one, but their sender is not trusted again. */
  private _withoutBody(): void {
    const length = this._framing.contentLength
    const coding = this._framing.transferEncoding
    const doubtful =
      coding === undefined
        ? length === INVALID
        : length !== ABSENT || readCodings(coding) === 'malformed'
    if (doubtful) this.keepAlive = false
    this._state = IDLE
  }

  /** Where the message ends (RFC 9112 §6.3); false when that cannot be known, and then the error is reported. */
  private _frame(): boolean {
    const length = this._framing.contentLength
    const coding = this._framing.transferEncoding
    if (length === INVALID) {
      this._fail('malformed', 'content-length', 'unreadable or contradictory Content-Length')
      return false
    }
    if (coding !== undefined) return this._frameByCoding(coding, length)
    if (length === ABSENT) {
      this.keepAlive = false
      this._state = UNTIL_CLOSE
    } else if (length > this._limits.maxBodyBytes) {
      this._fail('too-large', 'body', BODY_TOO_LARGE)
      return false
    } else {
      this._remaining = length
      this._state = length === 0 ? IDLE : LENGTH
    }
    return true
  }

  private _frameByCoding(value: string, length: number): boolean {
    const coding = readCodings(value)
    if (coding === 'chunked') {
      // Length and chunked together is how responses are smuggled: read it, do not go on.
      if (length !== ABSENT || this.httpMinor === 0) this.keepAlive = false
      this._chunk.begin()
      this._state = CHUNK_LINE
      return true
    }
    if (coding === 'identity' && length === ABSENT) {
      this.keepAlive = false
      this._state = UNTIL_CLOSE
      return true
    }
    if (coding === 'unsupported') {
      this._fail('unsupported', 'transfer-encoding', 'a transfer coding nobody asked for')
    } else {
      this._fail('malformed', 'transfer-encoding', 'unreadable or contradictory Transfer-Encoding')
    }
    return false
  }

  /** LENGTH and CHUNK_DATA: `_remaining` bytes. */
  private _body(bytes: Uint8Array, at: number, end: number): number {
    const stop = end - at < this._remaining ? end : at + this._remaining
    const turn = this._turn
    this._remaining -= stop - at
    this.bodyLength += stop - at
    this._sink.onBody(bytes, at, stop)
    if (this._turn === turn && this._remaining === 0) {
      if (this._state === LENGTH) this._complete()
      else this._state = CHUNK_CR
    }
    return stop
  }

  private _bodyUntilClose(bytes: Uint8Array, at: number, end: number): number {
    const stop = Math.min(end, at + this._limits.maxBodyBytes - this.bodyLength)
    const turn = this._turn
    this.bodyLength += stop - at
    if (stop > at) this._sink.onBody(bytes, at, stop)
    if (this._turn === turn && stop < end)
      return this._fail('too-large', 'body', BODY_TOO_LARGE, stop)
    return stop
  }

  private _chunkLine(bytes: Uint8Array, at: number, end: number): number {
    const behind = this._chunk.read(bytes, at, end)
    if (behind === NEED_MORE) return end
    if (behind === FAILED) {
      return this._fail(this._chunk.failureKind, 'chunk-size', this._chunk.failureMessage, at)
    }
    const size = this._chunk.size
    if (size === 0) {
      this._scanner.begin(true)
      this._state = TRAILER
    } else if (size > this._limits.maxBodyBytes - this.bodyLength) {
      return this._fail('too-large', 'body', BODY_TOO_LARGE, behind)
    } else {
      this._remaining = size
      this._state = CHUNK_DATA
    }
    return behind
  }

  private _readTrailers(bytes: Uint8Array, at: number, end: number): number {
    const behind = this._scanner.read(bytes, at, end)
    if (behind === NEED_MORE) return end
    if (behind === FAILED) return this._scanFailed(at)
    if (this._scanner.fieldCount > 0) this.trailers = this._scanner.head()
    this._scanner.release()
    this._complete()
    return behind
  }

  private _complete(): void {
    this._turn++
    this._state = IDLE
    this._sink.onComplete(this)
  }

  private _scanFailed(at: number): number {
    const { failureKind, failureStage, failureMessage } = this._scanner
    return this._fail(failureKind, failureStage, failureMessage, at)
  }

  private _fail(kind: FailureKind, when: ParseStage, message: string, at = 0): number {
    this._turn++
    this._state = IDLE
    this._scanner.release()
    this._sink.onError(kind, when, message)
    return at
  }
}

const NO_CHUNK_END = 'chunk data not followed by CRLF'
const BODY_TOO_LARGE =
  'the body is larger than the limit: raise `maxBodyBytes` in `http` of the user'

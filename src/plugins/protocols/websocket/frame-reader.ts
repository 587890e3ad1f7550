// HOT: once per chunk read; a text message that came in one piece costs its string, a binary one its copy.
/**
 * What a server sends, from bytes in any pieces to whole messages (RFC 6455 §5). Sans I/O: bytes in, calls out, in order; after
 * `onProblem` or `onClose` nothing more is read. No extension is ever agreed on, so reserved bits are an error. Memory is bounded by
 * `maxMessageBytes`: a longer message is refused by its header, before its payload is kept.
 *
 *     head ─► payload ─┬─ control ────────────► onPing, onPong, onClose
 *       ▲              └─ data, last fragment ─► onMessage
 *       └──────────────── data, more to come: kept
 */
import { Buffer, isUtf8 } from 'node:buffer'
import type { FailureKind } from '../../../contracts/measure.ts'
import { INVALID_DATA, isSendable, NO_CODE, PROTOCOL_ERROR, TOO_LARGE } from './close-codes.ts'
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from './frame-writer.ts'

export interface FrameSink {
  /** `wireBytes`: of all its frames, heads included. Bytes are a copy, the receiver's own. */
  onMessage(message: string | Uint8Array, wireBytes: number): void
  /** The payload is a view, good during the call. */
  onPing(payload: Uint8Array): void
  onPong(payload: Uint8Array): void
  /** The server said Close; `code` is 1005 when it gave none. */
  onClose(code: number, reason: string): void
  /** The server broke the protocol or a limit: tell it `closeCode` and leave. */
  onProblem(kind: FailureKind, closeCode: number, message: string): void
}

const HEAD_BYTES_MAX = 10
const CONTROL_BYTES_MAX = 125

export class FrameReader {
  readonly #sink: FrameSink
  readonly #maxMessageBytes: number
  #over = false
  // The head under way; server frames are not masked, so ten bytes are the most.
  readonly #head = new Uint8Array(HEAD_BYTES_MAX)
  #headCount = 0
  #headNeeded = 2
  #inPayload = false
  // The frame under way.
  #last = false
  #opcode = 0
  #payloadLeft = 0
  // Of the message under way: `#message` is CONTINUATION between messages.
  #message = CONTINUATION
  readonly #data = new Kept()
  #wireBytes = 0
  // A control frame may stand between the fragments of a message.
  readonly #control = new Kept()

  constructor(sink: FrameSink, maxMessageBytes: number) {
    this.#sink = sink
    this.#maxMessageBytes = maxMessageBytes
  }

  /** `bytes` are read during the call only. */
  push(bytes: Uint8Array): void {
    let at = 0
    while (!this.#over) {
      if (!this.#inPayload) {
        while (this.#headCount < this.#headNeeded && at < bytes.length) {
          this.#head[this.#headCount++] = bytes[at++]!
          if (this.#headCount === 2) this.#headNeeded = headLength(this.#head[1]!)
        }
        if (this.#headCount < this.#headNeeded) return
        this.#readHead()
        continue
      }
      const end = Math.min(bytes.length, at + this.#payloadLeft)
      this.#payloadLeft -= end - at
      const kept = this.#opcode >= CLOSE ? this.#control : this.#data
      const inOnePiece = this.#payloadLeft === 0 && this.#last && kept.length === 0
      if (!inOnePiece) kept.add(bytes, at, end)
      if (this.#payloadLeft > 0) return
      this.#inPayload = false
      if (this.#opcode < CLOSE && this.#message === CONTINUATION) this.#message = this.#opcode
      if (this.#last) this.#end(inOnePiece ? bytes.subarray(at, end) : kept.take())
      at = end
    }
  }

  #readHead(): void {
    const first = this.#head[0]!
    const second = this.#head[1]!
    this.#last = (first & 0x80) !== 0
    this.#opcode = first & 0x0f
    const length = payloadLength(this.#head)
    if ((first & 0x70) !== 0)
      this.#fail('a frame has reserved bits set, and no extension was agreed on')
    else if ((second & 0x80) !== 0) this.#fail('a frame of the server is masked')
    else if (this.#opcode >= CLOSE) this.#judgeControl(length)
    else this.#judgeData(length)
    if (this.#opcode < CLOSE) this.#wireBytes += this.#headNeeded + length
    this.#headCount = 0
    this.#headNeeded = 2
    this.#payloadLeft = length
    this.#inPayload = true
  }

  #judgeControl(length: number): void {
    if (this.#opcode > PONG) this.#fail(`a frame has the unknown opcode ${this.#opcode}`)
    else if (!this.#last) this.#fail('a control frame is fragmented')
    else if (length > CONTROL_BYTES_MAX)
      this.#fail(`a control frame is longer than ${CONTROL_BYTES_MAX} bytes`)
  }

  #judgeData(length: number): void {
    if (this.#opcode > BINARY) this.#fail(`a frame has the unknown opcode ${this.#opcode}`)
    else if (this.#opcode === CONTINUATION && this.#message === CONTINUATION)
      this.#fail('a message is continued that never began')
    else if (this.#opcode !== CONTINUATION && this.#message !== CONTINUATION)
      this.#fail('a message begins before the one before it has ended')
    else if (this.#data.length + length > this.#maxMessageBytes) {
      this.#over = true
      const limit = `a message is longer than maxMessageBytes, ${this.#maxMessageBytes}`
      this.#sink.onProblem('too-large', TOO_LARGE, limit)
    }
  }

  /** The payload of a control frame, or of a whole message; a view. */
  #end(payload: Uint8Array): void {
    if (this.#opcode === PING) this.#sink.onPing(payload)
    else if (this.#opcode === PONG) this.#sink.onPong(payload)
    else if (this.#opcode === CLOSE) this.#endClose(viewOf(payload))
    else this.#endMessage(payload)
  }

  #endClose(payload: Buffer): void {
    if (payload.length === 0) {
      this.#over = true
      this.#sink.onClose(NO_CODE, '')
      return
    }
    const code = payload.length === 1 ? 0 : payload.readUInt16BE(0)
    const reason = payload.subarray(2)
    if (!isSendable(code)) this.#fail('a Close frame has no code that may be sent')
    else if (!isUtf8(reason)) this.#fail('the reason of a Close frame is not UTF-8', INVALID_DATA)
    else {
      this.#over = true
      this.#sink.onClose(code, reason.toString('utf8'))
    }
  }

  #endMessage(payload: Uint8Array): void {
    const wireBytes = this.#wireBytes
    const isText = this.#message === TEXT
    this.#wireBytes = 0
    this.#message = CONTINUATION
    if (!isText) this.#sink.onMessage(new Uint8Array(payload), wireBytes)
    else if (isUtf8(payload)) this.#sink.onMessage(viewOf(payload).toString('utf8'), wireBytes)
    else this.#fail('a text message is not UTF-8', INVALID_DATA)
  }

  #fail(message: string, closeCode = PROTOCOL_ERROR): void {
    this.#over = true
    this.#sink.onProblem('malformed', closeCode, message)
  }
}

function headLength(second: number): number {
  const length = second & 0x7f
  return length === 127 ? 10 : length === 126 ? 4 : 2
}

/** Beyond 2^53 it is only "too large", whatever it is exactly. */
function payloadLength(head: Uint8Array): number {
  const length = head[1]! & 0x7f
  if (length < 126) return length
  const size = length === 126 ? 2 : 8
  let value = 0
  for (let i = 2; i < 2 + size; i++) value = value * 256 + head[i]!
  return value
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Bytes gathered in a block that doubles: linear in time, whatever the pieces, and at most twice the bytes. */
class Kept {
  length = 0
  #block = NOTHING

  add(bytes: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start
    if (length > this.#block.length) {
      const larger = new Uint8Array(Math.max(length, this.#block.length * 2, KEPT_BYTES_MIN))
      larger.set(this.#block.subarray(0, this.length))
      this.#block = larger
    }
    this.#block.set(bytes.subarray(start, end), this.length)
    this.length = length
  }

  /** All of them; the next begin anew. */
  take(): Uint8Array {
    const all = this.#block.subarray(0, this.length)
    this.#block = NOTHING
    this.length = 0
    return all
  }
}

const KEPT_BYTES_MIN = 256
const NOTHING = new Uint8Array(0)

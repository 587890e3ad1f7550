/**
 * One request in flight on one connection: the seam between the session above and the sockets below.
 *
 * The session extends `Exchange` once, so that every call from below meets one class, and fills the first block; the
 * connection fills the numbers and calls back. Exactly one of `onComplete` and `onFailure` ends an exchange, as the last call
 * of all, and from inside a socket's callback or a timer, never from inside `dispatch`. Then it may be re-armed and used again.
 */
import type { FailureKind } from '../../contracts/measure.ts'
import type { ResponseParser } from './response-parser.ts'

/** Milliseconds; 0 = no limit. Precise to a few milliseconds, never early. */
export interface PhaseTimeouts {
  /** DNS, TCP, proxy and TLS together; also the wait for a free connection. */
  readonly connectMs: number
  /** From the last byte of the request sent to the end of the final response's head; 1xx do not extend it. */
  readonly headMs: number
  /** Longest silence while a body is sent or received. */
  readonly bodyMs: number
  /** From `startedMs` to the last byte. */
  readonly totalMs: number
}

/** A string holds one byte per character (latin1): text beyond ASCII comes as bytes. A stream is read once, while it is sent. */
export type RequestBody = undefined | string | Uint8Array | AsyncIterable<Uint8Array>

/** `bodyLength` of a stream whose length is not known: it is sent in chunks, framed by the connection. */
export const CHUNKED = -1

export abstract class Exchange {
  // Filled by the session.
  method = 'GET'
  /** The complete head including the empty line, latin1. */
  head = ''
  body: RequestBody = undefined
  /** Only read for streams: what Content-Length promised, or `CHUNKED`. */
  bodyLength = 0
  /** The body waits this long for `100 Continue`; 0 = it is sent at once. */
  expectContinueMs = 0
  /** The head carries `Upgrade`: a 101 hands over the socket. */
  expectsUpgrade = false
  /** The head carries `Connection: close`. */
  closeAfter = false
  timeouts: PhaseTimeouts = NO_TIMEOUTS
  /** When the script asked, on the network's clock; set before `dispatch`. */
  startedMs = 0.5

  // Filled by the connection: durations of this exchange's own dialling, 0.0 on a reused connection …
  dnsMs = 0.5
  connectMs = 0.5
  tlsMs = 0.5
  /** … and instants on the network's clock, NaN until they happen: the first byte was about to be written … */
  writtenMs = 0.5
  /** … the last byte was handed to the kernel … */
  sentMs = 0.5
  firstByteMs = 0.5
  /** … and the last byte was read, or the failure was known. */
  endMs = 0.5
  /** Bytes of plain HTTP, heads and framing included, before TLS. Of this response: 0 with `reused` and `closed` or `reset` means it may be retried. */
  bytesIn = 0
  bytesOut = 0
  /** The connection had carried a request before. */
  reused = false
  /** What message and request say about persistence, judged at the last byte. */
  keepAlive = false
  /** Bytes that followed the complete response; the connection was closed for them. */
  unexpectedBytes = 0
  /** False between `dispatch` and the last call. */
  ended = true

  /** Forgets the last use; called by the pool when it takes the exchange over. */
  begin(): void {
    this.dnsMs = 0
    this.connectMs = 0
    this.tlsMs = 0
    this.writtenMs = Number.NaN
    this.sentMs = Number.NaN
    this.firstByteMs = Number.NaN
    this.endMs = Number.NaN
    this.bytesIn = 0
    this.bytesOut = 0
    this.reused = false
    this.keepAlive = false
    this.unexpectedBytes = 0
    this.ended = false
  }

  /** A 1xx; `parser.status` and `parser.copyHead()` are good until it returns. */
  abstract onInformational(parser: ResponseParser): void
  /** The final head is complete; status and framing are on `parser` until the exchange ends, `copyHead()` only during the call. */
  abstract onHead(parser: ResponseParser): void
  /** Payload bytes, transfer coding removed. The buffer is overwritten after the call. */
  abstract onBody(bytes: Uint8Array, start: number, end: number): void
  /** `parser` still knows the trailers, until this exchange or another is dispatched: read it first. */
  abstract onComplete(parser: ResponseParser): void
  /** `when` as in the corpus: `connect`, `sending`, `before-response`, `head`, `body` … */
  abstract onFailure(kind: FailureKind, when: string, message: string): void
  /** Instead of `onComplete` after a 101 or a 2xx to CONNECT: the socket is the caller's, `rest` was already read. */
  abstract onTunnel(parser: ResponseParser, tunnel: Tunnel): void
}

/** A connection that stopped speaking HTTP. Whoever takes it must close it. */
export interface Tunnel {
  readonly rest: Uint8Array
  /** From now on bytes go to `onBytes` (a view, valid during the call); `onClose` comes once, with what went wrong if anything did. */
  start(
    onBytes: (bytes: Uint8Array) => void,
    onClose: (error: NodeJS.ErrnoException | undefined) => void,
  ): void
  /** `onSent`: the kernel took it; in order, and never once the connection is lost. */
  write(bytes: Uint8Array | string, onSent?: () => void): void
  destroy(): void
}

export const NO_TIMEOUTS: PhaseTimeouts = { connectMs: 0, headMs: 0, bodyMs: 0, totalMs: 0 }

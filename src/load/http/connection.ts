// HOT: one write and one read per request; no allocation of ours, three reads of the clock, ≤ 1 µs without kernel and parser.
/**
 * One HTTP/1.1 connection: carries one exchange at a time, from its first byte written to its last byte read, and says what
 * became of it. It never repeats a request, never half-closes, and is reused only if both sides have said all and nothing else.
 *
 *     dialling ─► busy ─► idle ─► busy …      busy ─► tunnel (101, CONNECT)      any ─► closed
 *
 * Time limits cost no timer per request: `_deadlineMs` is a number, and one timer of the clock, usually set long ago, looks at
 * it and sets itself anew. They are kept to the millisecond, never early.
 *
 * Longer than most files here: sending, reading, ending and time limits share one state, and a second object per connection
 * would cost memory and a hop on the hot path.
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { FailureKind } from '../../contracts/measure.ts'
import { BodySender, type SenderListener } from './body-sender.ts'
import { Dial, type DialListener } from './dialer.ts'
import type { Exchange } from './exchange.ts'
import type { Network } from './network.ts'
import type { Origin } from './origin.ts'
import { type OwnedSocket, readToOwner, type SocketOwner, write } from './owned-socket.ts'
import type { ResponseParser, ResponseSink } from './response-parser.ts'
import { streamFailure } from './socket-errors.ts'
import { SocketTunnel } from './tunnel.ts'

/** What a connection needs of the pool that made it. */
export interface ConnectionOwner {
  readonly network: Network
  readonly origin: Origin
  session: Buffer | undefined
  /** It can take the next exchange. */
  onIdle(connection: Connection): void
  /** It will not take any more. Comes once. */
  onClosed(connection: Connection): void
  /** The exchange has been told; whoever waits for the connection may have it. */
  onSettled(connection: Connection): void
}

const DIALLING = 0
const BUSY = 1
const IDLE = 2
const CLOSED = 3
const TUNNEL = 4
type State = typeof DIALLING | typeof BUSY | typeof IDLE | typeof CLOSED | typeof TUNNEL

// How far the request has come.
const AWAITS_CONTINUE = 0
const SENDING = 1
const SENT = 2
type Sending = typeof AWAITS_CONTINUE | typeof SENDING | typeof SENT

/** Up to here a body travels in one write with its head. */
const JOINED_BYTES_MAX = 16_384
/** Of a Keep-Alive timeout at most this much is left unused, lest request and FIN cross. */
const KEEP_ALIVE_MARGIN_MS = 500
const NEVER = Number.POSITIVE_INFINITY

export class Connection implements SocketOwner, DialListener, ResponseSink, SenderListener {
  readonly _owner: ConnectionOwner
  readonly _network: Network
  /** Borrowed from the network while an exchange is under way: an idle connection needs none. */
  _parser: ResponseParser | undefined = undefined
  _state: State = DIALLING
  _socket: OwnedSocket | undefined = undefined
  _dial: Dial | undefined = undefined
  _exchange: Exchange | undefined = undefined
  _sender: BodySender | undefined = undefined
  _sending: Sending = SENT
  /** The parser has finished the response, or given it up. */
  _complete = false
  _headDone = false
  _failure: FailureKind | undefined = undefined
  _failureWhen = ''
  _failureMessage = ''
  _carried = 0
  /** From `Keep-Alive: max` and `timeout`. */
  _requestsLeft = NEVER
  _reusableUntilMs = NEVER
  _deadlineMs = NEVER
  _timerAtMs = NEVER
  _timer: TimerHandle = -1

  constructor(owner: ConnectionOwner) {
    this._owner = owner
    this._network = owner.network
  }

  /** Opens the connection for its first exchange. */
  dial(exchange: Exchange, nowMs: number): void {
    const { timeouts } = exchange
    const connectByMs = timeouts.connectMs > 0 ? nowMs + timeouts.connectMs : NEVER
    this._exchange = exchange
    this._dial = new Dial(
      this._network,
      this._owner.origin,
      { streams: false, alpn: undefined, session: this._owner.session },
      this,
    )
    this._dial.start(connectByMs)
    if (timeouts.totalMs > 0) this._limit(exchange.startedMs + timeouts.totalMs)
  }

  /** Takes over a socket that somebody else has dialled as a stream; it is idle then. */
  adopt(socket: OwnedSocket): void {
    socket.owner = this
    this._socket = socket
    this._state = IDLE
    readToOwner(socket)
  }

  /** May it carry another exchange at `nowMs`? */
  isReusable(nowMs: number): boolean {
    return this._state === IDLE && nowMs < this._reusableUntilMs && this._requestsLeft > 0
  }

  carries(exchange: Exchange): boolean {
    return this._exchange === exchange
  }

  /** Only while idle. Writes at once; calls back later. */
  dispatch(exchange: Exchange, nowMs: number): void {
    this._state = BUSY
    this._exchange = exchange
    exchange.reused = this._carried > 0
    this._carried++
    this._requestsLeft--
    this._complete = false
    this._headDone = false
    this._failure = undefined
    this._parser ??= this._network.takeParser(this)
    this._parser.begin(exchange.method, exchange.expectsUpgrade, exchange.closeAfter)
    exchange.writtenMs = nowMs
    const { head, body } = exchange
    const socket = this._socket!
    if (body === undefined) {
      exchange.bytesOut = head.length
      write(socket, head, onWritten)
      this._sent(exchange)
    } else if (exchange.expectContinueMs > 0) {
      exchange.bytesOut = head.length
      write(socket, head, onWritten)
      this._sending = AWAITS_CONTINUE
      this._limitPhase(this._network.clock.nowMs() + exchange.expectContinueMs)
    } else if (typeof body === 'string' && body.length <= JOINED_BYTES_MAX) {
      exchange.bytesOut = head.length + body.length
      write(socket, head + body, onWritten)
      this._sent(exchange)
    } else if (body instanceof Uint8Array && body.length <= JOINED_BYTES_MAX) {
      exchange.bytesOut = head.length + body.length
      write(socket, joined(head, body), onWritten)
      this._sent(exchange)
    } else {
      this._sendHeadThenBody(exchange)
    }
  }

  /** Ends what is under way with this failure, if anything is, and closes the socket. Idempotent. */
  destroy(kind: FailureKind, when: string, message: string): void {
    this._end(kind, when, message)
  }

  // Sending

  _sent(exchange: Exchange): void {
    this._sending = SENT
    const nowMs = this._network.clock.nowMs()
    exchange.sentMs = nowMs
    if (this._headDone) return
    const { headMs } = exchange.timeouts
    this._limitPhase(headMs > 0 ? nowMs + headMs : NEVER)
  }

  _sendHeadThenBody(exchange: Exchange): void {
    this._sending = SENDING
    const sender = new BodySender(this._socket!, this)
    this._sender = sender
    this._limitSilence()
    write(this._socket!, exchange.head, (error) => {
      if (error || this._sender !== sender) return
      this.onSendProgress(exchange.head.length)
      sender.start(exchange)
    })
  }

  _sendBody(exchange: Exchange): void {
    this._sending = SENDING
    this._sender = new BodySender(this._socket!, this)
    this._limitSilence()
    this._sender.start(exchange)
  }

  onSendProgress(bytes: number): void {
    if (this._exchange === undefined) return
    this._exchange.bytesOut += bytes
    this._limitSilence()
  }

  onSent(): void {
    this._sender = undefined
    if (this._exchange !== undefined) this._sent(this._exchange)
  }

  onSendFailed(message: string): void {
    this._end('script', 'sending', message)
  }

  _stopSending(): void {
    this._sender?.stop()
    this._sender = undefined
  }

  // Reading

  onSocketRead(bytes: Uint8Array, count: number): void {
    const exchange = this._exchange
    if (exchange === undefined || this._state !== BUSY) {
      // An idle connection that speaks has nothing to say to anybody.
      this._close()
      return
    }
    const nowMs = this._network.clock.nowMs()
    if (Number.isNaN(exchange.firstByteMs)) exchange.firstByteMs = nowMs
    exchange.bytesIn += count
    const end = this._parser!.execute(bytes, 0, count)
    if (this._exchange !== exchange) return
    if (this._complete) {
      exchange.bytesIn -= count - end
      this._finish(exchange, bytes, end, count, nowMs)
    } else if (this._failure !== undefined) {
      this._end(this._failure, this._failureWhen, this._failureMessage)
    } else if (this._headDone) {
      const { bodyMs } = exchange.timeouts
      this._limitPhase(bodyMs > 0 ? nowMs + bodyMs : NEVER)
    }
  }

  onInformational(parser: ResponseParser): void {
    const exchange = this._exchange!
    exchange.onInformational(parser)
    if (parser.status === 100 && this._sending === AWAITS_CONTINUE) this._sendBody(exchange)
  }

  onHead(parser: ResponseParser): void {
    this._headDone = true
    if (this._sending !== SENT && parser.status >= 400) this._stopSending()
    this._exchange!.onHead(parser)
  }

  onBody(bytes: Uint8Array, start: number, end: number): void {
    this._exchange?.onBody(bytes, start, end)
  }

  onComplete(): void {
    this._complete = true
  }

  onError(kind: FailureKind, when: string, message: string): void {
    this._failure = kind
    this._failureWhen = when
    this._failureMessage = message
  }

  _finish(exchange: Exchange, bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    const parser = this._parser!
    exchange.endMs = nowMs
    exchange.ended = true
    this._exchange = undefined
    this._deadlineMs = NEVER
    if (this._sender !== undefined) this._stopSending()
    if (parser.upgraded) {
      this._state = TUNNEL
      this._release()
      exchange.onTunnel(
        parser,
        new SocketTunnel(this._socket!, bytes.slice(start, end), this._network),
      )
      return
    }
    exchange.keepAlive = parser.keepAlive && this._sending === SENT && !exchange.closeAfter
    exchange.unexpectedBytes = end - start
    if (exchange.keepAlive && end === start && this._state === BUSY) {
      this._state = IDLE
      this._noteKeepAlive(nowMs)
      this._owner.onIdle(this)
    } else {
      this._close()
    }
    exchange.onComplete(parser)
    // A redirect may have made it busy again, and then the parser is in use.
    if (this._state === IDLE) {
      this._parser = undefined
      this._network.giveBackParser(parser)
    }
    this._owner.onSettled(this)
  }

  _noteKeepAlive(nowMs: number): void {
    const { keepAliveTimeoutSec, keepAliveMax } = this._parser!
    if (!Number.isNaN(keepAliveMax)) this._requestsLeft = keepAliveMax
    if (!Number.isNaN(keepAliveTimeoutSec)) {
      const timeoutMs = keepAliveTimeoutSec * 1000
      this._reusableUntilMs = nowMs + timeoutMs - Math.min(KEEP_ALIVE_MARGIN_MS, timeoutMs / 2)
    }
  }

  // The socket's life

  onDialed(dial: Dial, socket: OwnedSocket): void {
    const exchange = this._exchange!
    this._dial = undefined
    socket.owner = this
    this._socket = socket
    // Over a tunnel, TLS reads as a stream.
    if (this._owner.origin.secure && this._network.proxyFor(this._owner.origin) !== undefined)
      readToOwner(socket)
    exchange.dnsMs = dial.dnsMs
    exchange.connectMs = dial.connectMs
    exchange.tlsMs = dial.tlsMs
    this.dispatch(exchange, this._network.clock.nowMs())
  }

  onDialFailed(dial: Dial, kind: FailureKind, message: string): void {
    const exchange = this._exchange
    this._dial = undefined
    if (exchange !== undefined) {
      exchange.dnsMs = dial.dnsMs
      exchange.connectMs = dial.connectMs
    }
    this._end(kind, 'connect', message)
  }

  onDialSession(session: Buffer): void {
    this.onSocketSession(session)
  }

  onSocketSession(session: Buffer): void {
    if (this._network.tls.resumes) this._owner.session = session
  }

  onSocketConnect(): void {}
  onSocketSecure(): void {}

  onSocketEnd(): void {
    const exchange = this._exchange
    if (exchange === undefined) {
      this._close()
      return
    }
    if (exchange.bytesIn === 0) {
      this._end('closed', 'before-response', 'the server closed the connection without an answer')
      return
    }
    const parser = this._parser!
    parser.finish()
    if (this._complete) this._finish(exchange, NOTHING, 0, 0, this._network.clock.nowMs())
    else if (this._failure !== undefined)
      this._end(this._failure, this._failureWhen, this._failureMessage)
    else
      this._end('truncated', parser.stage, 'the server closed the connection inside the response')
  }

  onSocketError(error: NodeJS.ErrnoException): void {
    if (this._exchange === undefined) {
      this._close()
      return
    }
    const { kind, message } = streamFailure(error)
    this._end(kind, this._where(), message)
  }

  onSocketClose(): void {
    this._network.openSockets--
    // Nothing but an end or an error should come first; should it not, the exchange must still end.
    if (this._state !== CLOSED && this._state !== TUNNEL)
      this._end('closed', this._where(), 'the connection was closed')
  }

  _end(kind: FailureKind, when: string, message: string): void {
    const exchange = this._exchange
    this._exchange = undefined
    this._stopSending()
    // Not given back: it may be in the middle of a call.
    this._parser?.abort()
    this._close()
    if (exchange === undefined) return
    exchange.endMs = this._network.clock.nowMs()
    exchange.ended = true
    exchange.onFailure(kind, when, message)
    this._owner.onSettled(this)
  }

  _close(): void {
    if (this._state === CLOSED) return
    this._state = CLOSED
    this._dial?.cancel()
    this._dial = undefined
    this._release()
    this._socket?.destroy()
  }

  /** The pool forgets this connection. */
  _release(): void {
    if (this._timer !== -1) this._network.clock.cancel(this._timer)
    this._timer = -1
    this._timerAtMs = NEVER
    this._owner.onClosed(this)
  }

  // Time limits

  /** The next thing must happen by `phaseMs`, and the whole within its own limit. */
  _limitPhase(phaseMs: number): void {
    const exchange = this._exchange!
    const { totalMs } = exchange.timeouts
    const totalAtMs = totalMs > 0 ? exchange.startedMs + totalMs : NEVER
    this._limit(Math.min(phaseMs, totalAtMs))
  }

  _limitSilence(): void {
    const { bodyMs } = this._exchange!.timeouts
    this._limitPhase(bodyMs > 0 ? this._network.clock.nowMs() + bodyMs : NEVER)
  }

  _limit(deadlineMs: number): void {
    this._deadlineMs = deadlineMs
    if (deadlineMs >= this._timerAtMs) return
    const { clock } = this._network
    if (this._timer !== -1) clock.cancel(this._timer)
    this._timer = clock.at(deadlineMs, onDeadline, this)
    this._timerAtMs = deadlineMs
  }

  /** Called by the timer. */
  _onDeadline(): void {
    this._timer = -1
    this._timerAtMs = NEVER
    const exchange = this._exchange
    if (exchange === undefined || this._deadlineMs === NEVER) return
    const nowMs = this._network.clock.nowMs()
    if (nowMs < this._deadlineMs) {
      this._limit(this._deadlineMs)
      return
    }
    const { totalMs } = exchange.timeouts
    const isTotal = totalMs > 0 && nowMs >= exchange.startedMs + totalMs
    if (this._sending === AWAITS_CONTINUE && !isTotal && !this._headDone) {
      this._sendBody(exchange)
      return
    }
    const where = this._where()
    this._end('timeout', where, isTotal ? `total timeout, ${where}` : `timeout, ${where}`)
  }

  _where(): string {
    if (this._state === DIALLING) return 'connect'
    if (this._headDone) return 'body'
    if (this._sending !== SENT) return 'sending'
    return this._parser?.stage ?? 'before-response'
  }
}

const NOTHING = new Uint8Array(0)

function onDeadline(connection: Connection): void {
  connection._onDeadline()
}

/** A write that failed says less than the read that follows, and the read always follows. */
function onWritten(): void {}

function joined(head: string, body: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(head.length + body.length)
  bytes.write(head, 0, 'latin1')
  bytes.set(body, head.length)
  return bytes
}

// HOT: per message received what its reader or listener gets; for messages sent see `outbox.ts`.
/**
 * One WebSocket of a user: what the script holds. It brings messages to who waits for them and sees to an orderly end. Nothing here
 * throws for what a server does. How bytes become messages is in `frame-reader.ts`, what is on its way in `outbox.ts`, who opens
 * sockets in `websocket-client.ts`.
 *
 *     OPEN ─ close(), or the server's Close, or a broken protocol ─► CLOSING ─► CLOSED
 *       └───────────── the connection is lost, or the user ends ────────────────►┘
 */
import type { TimerHandle } from '../../../contracts/clock.ts'
import type { FailureKind, SeriesId } from '../../../contracts/measure.ts'
import type { ClientContext } from '../../../contracts/user.ts'
import { WEBSOCKET_UNREAD_MAX } from '../../../kernel/limits.ts'
import type { Tunnel } from '../../../load/http/exchange.ts'
import type { HttpResponse } from '../../../load/http/response.ts'
import { streamFailure } from '../../../load/http/socket-errors.ts'
import type { Answer, Message, SocketError } from './answer.ts'
import { ABNORMAL, GOING_AWAY, isOrderly, isSendable, NO_CODE, NORMAL } from './close-codes.ts'
import { FrameReader } from './frame-reader.ts'
import { encodeClose, encodeFrame, PONG } from './frame-writer.ts'
import { type Listener, Listeners } from './listeners.ts'
import { nextMask } from './masks.ts'
import { countsOf, type MessageCounts } from './message-counts.ts'
import { Outbox } from './outbox.ts'
import { Unread } from './unread.ts'
import type { AskOptions, SendOptions, SocketSettings } from './websocket-options.ts'

const OPEN = 0
const CLOSING = 1
const CLOSED = 2

/** How long the other side may take to end a connection after Close was said. */
const CLOSE_WAIT_MS = 2_000

export interface CloseEvent {
  /** 1005: Close without a code; 1006: the connection ended without Close. */
  readonly code: number
  readonly reason: string
}

/** The client that opened it. */
export interface SocketOwner {
  /** The user has ended, or its iteration was cut: nothing is sent. */
  readonly closed: boolean
  /** How calls end while nothing is sent. */
  _refuse(): Promise<never>
  /** The socket is closed: nobody has to close it any more. */
  _gone(socket: UserSocket): void
}

export class UserSocket implements AsyncIterable<Message> {
  /** `ws://…` or `wss://…`. */
  readonly url: string
  /** Under which its messages are measured unless they have names of their own. */
  readonly name: string
  /** The subprotocol the server chose; '' for none. */
  readonly protocol: string
  /** The answer to the opening handshake. */
  readonly response: HttpResponse
  /** Why it did not open; `undefined` when it did. */
  readonly error: SocketError | undefined
  readonly #context: ClientContext
  readonly #counts: MessageCounts
  readonly #tunnel: Tunnel | undefined
  readonly #owner: SocketOwner
  readonly #receiveSeries: SeriesId
  readonly #reader: FrameReader
  readonly #listeners: Listeners
  readonly #unread = new Unread(WEBSOCKET_UNREAD_MAX)
  readonly #outbox: Outbox
  #state: typeof OPEN | typeof CLOSING | typeof CLOSED
  #closeEvent: CloseEvent | undefined = undefined
  #closeTimer: TimerHandle = -1
  #closeWaiters: (() => void)[] = []

  /** Made by `WebSocketClient.connect`. Without a tunnel it is closed from the beginning. */
  constructor(
    context: ClientContext,
    settings: SocketSettings,
    response: HttpResponse,
    error: SocketError | undefined,
    owner: SocketOwner,
  ) {
    this.url = response.url.replace(/^http/, 'ws')
    this.name = response.name
    this.protocol = response.headers.get('sec-websocket-protocol') ?? ''
    this.response = response
    this.error = error
    this.#context = context
    this.#counts = countsOf(context.worker)
    this.#tunnel = error === undefined ? response.tunnel : undefined
    this.#owner = owner
    this.#receiveSeries = this.#counts.series('RECEIVE', this.name)
    this.#reader = new FrameReader(this, settings.maxMessageBytes)
    this.#listeners = new Listeners(context, this.name)
    this.#state = this.#tunnel === undefined ? CLOSED : OPEN
    if (this.#tunnel === undefined) this.#unread.end()
    this.#outbox = new Outbox(this, context, settings)
  }

  /** The handshake succeeded. Says nothing about now: see `isOpen`. */
  get ok(): boolean {
    return this.error === undefined
  }
  get isOpen(): boolean {
    return this.#state === OPEN
  }
  /** Code and reason once Close was received or the connection lost. */
  get closed(): CloseEvent | undefined {
    return this.#closeEvent
  }
  /** Messages nobody read that made room for newer ones. */
  get dropped(): number {
    return this.#unread.dropped
  }

  /** Resolves when the kernel took it. A user that sends faster than the server reads should wait for it. */
  send(message: Message, options: SendOptions = NO_OPTIONS): Promise<Answer> {
    return this.#owner.closed ? this.#owner._refuse() : this.#outbox.give('SEND', message, options)
  }

  /** Sends, and resolves with the first later message that is the answer; that message goes nowhere else. */
  request(message: Message, options: AskOptions = NO_OPTIONS): Promise<Answer> {
    return this.#owner.closed
      ? this.#owner._refuse()
      : this.#outbox.give('REQUEST', message, options)
  }

  /** `message`: those no request took. `close`: once. A listener that throws counts as an error of the script. */
  on(event: 'message', listener: (message: Message) => unknown): this
  on(event: 'close', listener: (event: CloseEvent) => unknown): this
  on(event: 'message' | 'close', listener: Listener): this {
    this.#listeners.add(event, listener)
    // What came before anybody could listen, such as a greeting sent with the answer to the handshake.
    if (event === 'message')
      for (const message of this.#unread.takeAll()) this.#listeners.tell(event, message)
    return this
  }
  off(event: 'message' | 'close', listener: Listener): this {
    this.#listeners.remove(event, listener)
    return this
  }

  /** Messages no request and no listener took, until the socket closes. Several loops share them. */
  [Symbol.asyncIterator](): AsyncIterator<Message> {
    return { next: () => this.#unread.next() }
  }

  /** Says Close and waits for the other side's, at most two seconds. Idempotent; requests without an answer are cancelled. */
  close(code: number = NORMAL, reason = ''): Promise<void> {
    if (code !== NORMAL && !(isSendable(code) && code >= 3000))
      return Promise.reject(
        new TypeError(`close code ${code} is not for applications: use 1000 or 3000 to 4999`),
      )
    if (this.#state === OPEN) {
      this.#sayClose(code, reason)
      this.#outbox.failAll('cancelled', 'the script closed the socket')
    }
    if (this.#state === CLOSED) return Promise.resolve()
    return new Promise((resolve) => {
      this.#closeWaiters.push(resolve)
    })
  }

  /** The user has ended, or what `message` says: says that it goes away and cuts the connection, now. */
  _leave(kind: FailureKind = 'cancelled', message = 'the user has ended'): void {
    if (this.#state === CLOSED) return
    if (this.#state === OPEN) this.#tunnel!.write(encodeClose(GOING_AWAY, '', nextMask()))
    this.#outbox.failAll(kind, message)
    this.#end({ code: GOING_AWAY, reason: message })
  }

  _write(frame: Uint8Array, onSent: () => void): void {
    this.#tunnel!.write(frame, onSent)
  }

  /** Begins to read; apart from the constructor, since messages may be there already. */
  _open(): void {
    const tunnel = this.#tunnel
    if (tunnel === undefined) return
    if (tunnel.rest.length > 0) this.#reader.push(tunnel.rest)
    tunnel.start(
      (bytes) => this.#reader.push(bytes),
      (error) => this.#lost(error),
    )
  }

  // What the reader calls; not part of what scripts see.

  /** @internal */
  onMessage(message: Message, wireBytes: number): void {
    if (this.#state === CLOSED) return
    if (this.#outbox.answer(message, wireBytes)) return
    this.#counts.received(this.#receiveSeries, wireBytes)
    const heard = this.#listeners.tell('message', message)
    if (heard && !this.#unread.hasReader) return
    if (!this.#unread.add(message) && this.#unread.wasRead && this.#unread.dropped === 1)
      this.#context.worker.log(
        'warn',
        `a reader of ${this.name} is slower than its messages: beyond ${WEBSOCKET_UNREAD_MAX} unread ones the oldest are dropped`,
      )
  }

  /** @internal */
  onPing(payload: Uint8Array): void {
    if (this.#state === OPEN) this.#tunnel!.write(encodeFrame(PONG, payload, nextMask()))
  }
  /** @internal */
  onPong(): void {}

  /** @internal */
  onClose(code: number, reason: string): void {
    if (this.#state === CLOSED) return
    this.#closeEvent = { code, reason }
    // Nothing comes after Close; readers need not wait for the connection to end.
    this.#unread.end()
    if (this.#state === OPEN) {
      this.#sayClose(code === NO_CODE ? NORMAL : code, '')
      const message =
        code === NO_CODE
          ? 'the server closed the socket'
          : `the server closed the socket with code ${code}`
      this.#fall('closed', message, reason, !isOrderly(code))
    }
  }

  /** @internal */
  onProblem(kind: FailureKind, closeCode: number, message: string): void {
    if (this.#state === CLOSED) return
    if (this.#state === OPEN) this.#tunnel!.write(encodeClose(closeCode, message, nextMask()))
    this.#fall(kind, message, '', true)
    this.#end({ code: ABNORMAL, reason: message })
  }

  #lost(error: NodeJS.ErrnoException | undefined): void {
    if (this.#state === OPEN) {
      const { kind, message } =
        error === undefined
          ? { kind: 'closed' as const, message: 'the connection ended without a Close frame' }
          : streamFailure(error)
      this.#fall(kind, message, '', true)
    }
    this.#end({ code: ABNORMAL, reason: '' })
  }

  #sayClose(code: number, reason: string): void {
    const { clock } = this.#context.worker
    this.#tunnel!.write(encodeClose(code, reason, nextMask()))
    this.#state = CLOSING
    // Whoever ends a TCP connection first keeps its port busy for a minute: that is the server's part, if it does it in time.
    this.#closeTimer = clock.at(clock.nowMs() + CLOSE_WAIT_MS, onCloseLate, this)
  }

  _closeLate(): void {
    this.#closeTimer = -1
    this.#end({ code: ABNORMAL, reason: 'the server did not end the connection after Close' })
  }

  /** The socket ends by the other side's doing. What waits for an answer says so, or else `RECEIVE` does when it should not have ended. */
  #fall(kind: FailureKind, message: string, reason: string, isFailure: boolean): void {
    const waited = this.#outbox.failAll(kind, message)
    if (!isFailure || waited) return
    const sample = `RECEIVE ${this.name} on ${this.url}: ${message}${reason === '' ? '' : ` (${reason})`}`
    this.#counts.broken(this.#receiveSeries, kind, message, sample)
  }

  /** `otherwise`: unless the server said Close. */
  #end(otherwise: CloseEvent): void {
    if (this.#state === CLOSED) return
    this.#state = CLOSED
    this.#closeEvent ??= otherwise
    if (this.#closeTimer !== -1) this.#context.worker.clock.cancel(this.#closeTimer)
    this.#tunnel!.destroy()
    this.#unread.end()
    this.#owner._gone(this)
    this.#listeners.tell('close', this.#closeEvent)
    const waiters = this.#closeWaiters
    this.#closeWaiters = []
    for (const resolve of waiters) resolve()
  }
}

const NO_OPTIONS: AskOptions = {}

function onCloseLate(socket: UserSocket): void {
  socket._closeLate()
}

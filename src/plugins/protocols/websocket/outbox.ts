// HOT: per message one frame, one `Outgoing`, one promise and one `Answer`.
/**
 * The messages of one socket that are on their way: written and not yet taken by the kernel, or asked and not yet answered. Times and
 * counts them; knows nothing of frames that come, of closing or of who listens.
 *
 * Invariant: every message given to it is counted once and settled once; `failAll` leaves nothing behind.
 */
import type { FailureKind } from '../../../contracts/measure.ts'
import type { ClientContext } from '../../../contracts/user.ts'
import { WEBSOCKET_UNANSWERED_MAX, WEBSOCKET_UNSENT_BYTES_MAX } from '../../../kernel/limits.ts'
import { Answer, type Message, type SocketError } from './answer.ts'
import { BINARY, encodeFrame, TEXT } from './frame-writer.ts'
import { nextMask } from './masks.ts'
import { countsOf, KIND, type MessageCounts } from './message-counts.ts'
import { Outgoing } from './outgoing.ts'
import { type AskOptions, type SocketSettings, timeoutMs } from './websocket-options.ts'

/** What it needs of its socket. */
export interface OutboxSocket {
  readonly url: string
  readonly name: string
  readonly isOpen: boolean
  _write(frame: Uint8Array, onSent: () => void): void
}

export class Outbox {
  readonly #socket: OutboxSocket
  readonly #context: ClientContext
  readonly #settings: SocketSettings
  readonly #counts: MessageCounts
  /** Written, not yet taken by the kernel; oldest first. */
  #unsent: Outgoing[] = []
  #unsentBytes = 0
  /** Requests that wait for their answer; oldest first. */
  #unanswered: Outgoing[] = []

  constructor(socket: OutboxSocket, context: ClientContext, settings: SocketSettings) {
    this.#socket = socket
    this.#context = context
    this.#settings = settings
    this.#counts = countsOf(context.worker)
  }

  /** Sends, and resolves when it is sent or answered. What the script got wrong rejects. */
  give(method: 'SEND' | 'REQUEST', message: Message, options: AskOptions): Promise<Answer> {
    // What throws in here rejects.
    return new Promise((resolve) => {
      if (typeof message !== 'string' && !(message instanceof Uint8Array))
        throw new TypeError('a message is a string or a Uint8Array: use JSON.stringify for objects')
      const limitMs =
        options.timeout === undefined ? this.#settings.requestTimeoutMs : timeoutMs(options.timeout)
      const { clock } = this.#context.worker
      const name = options.name ?? this.#socket.name
      const startMs = clock.nowMs()
      const { lateUs } = this.#context
      this.#context.lateUs = 0
      const outgoing = new Outgoing(
        this,
        method,
        name,
        this.#counts.series(method, name),
        startMs,
        lateUs,
        options.match,
        resolve,
      )
      if (method === 'REQUEST') this.#counts.recorder.begin(startMs)
      outgoing.failure = this.#obstacle()
      if (outgoing.failure !== undefined) {
        // From the clock: a loop of messages that cannot be sent must not starve everything else.
        outgoing.timer = clock.at(startMs, onTimer, outgoing)
        return
      }
      if (method === 'REQUEST') {
        this.#unanswered.push(outgoing)
        if (limitMs > 0) outgoing.timer = clock.at(startMs + limitMs, onTimer, outgoing)
      }
      this.#write(outgoing, message)
    })
  }

  /** Gives the message to the request it answers; false when there is none. */
  answer(message: Message, wireBytes: number): boolean {
    const asked = this.#takeAsked(message)
    if (asked === undefined) return false
    this.#settle(asked, undefined, message, wireBytes)
    return true
  }

  /** Fails all that is not sent or not answered. False when there was nothing. */
  failAll(kind: FailureKind, message: string): boolean {
    const waiting = [...this.#unanswered, ...this.#unsent]
    this.#unanswered = []
    this.#unsent = []
    this.#unsentBytes = 0
    for (const outgoing of waiting) this.#settle(outgoing, { kind, message }, undefined, 0)
    return waiting.length > 0
  }

  /** Why nothing can be sent now. */
  #obstacle(): SocketError | undefined {
    if (!this.#socket.isOpen) return { kind: 'closed', message: 'the socket is not open' }
    if (this.#unsentBytes > WEBSOCKET_UNSENT_BYTES_MAX)
      return {
        kind: 'resources',
        message: `${WEBSOCKET_UNSENT_BYTES_MAX} bytes wait for the server to read: send slower, or wait for \`send\``,
      }
    if (this.#unanswered.length >= WEBSOCKET_UNANSWERED_MAX)
      return {
        kind: 'resources',
        message: `${WEBSOCKET_UNANSWERED_MAX} requests of this socket wait for an answer`,
      }
    return undefined
  }

  #write(outgoing: Outgoing, message: Message): void {
    const frame = encodeFrame(typeof message === 'string' ? TEXT : BINARY, message, nextMask())
    outgoing.bytesOut = frame.length
    this.#unsent.push(outgoing)
    this.#unsentBytes += frame.length
    this.#socket._write(frame, () => this.#sent())
  }

  /** The kernel took the oldest. */
  #sent(): void {
    const outgoing = this.#unsent.shift()
    if (outgoing === undefined) return
    this.#unsentBytes -= outgoing.bytesOut
    outgoing.sentMs = this.#context.worker.clock.nowMs()
    if (outgoing.method === 'SEND') this.#settle(outgoing, undefined, undefined, 0)
  }

  /** The request that this message answers; it waits no longer. */
  #takeAsked(message: Message): Outgoing | undefined {
    const waiting = this.#unanswered
    for (let i = 0; i < waiting.length; i++) {
      const outgoing = waiting[i]!
      if (outgoing.match === undefined) {
        waiting.splice(i, 1)
        return outgoing
      }
      let isAnswer: boolean
      try {
        isAnswer = outgoing.match(message)
      } catch (thrown) {
        const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
        waiting.splice(i--, 1)
        this.#settle(outgoing, { kind: 'script', message: `match threw ${text}` }, undefined, 0)
        continue
      }
      if (isAnswer) {
        waiting.splice(i, 1)
        return outgoing
      }
    }
    return undefined
  }

  /** Its time is up, or it could not be tried. */
  _onTimer(outgoing: Outgoing): void {
    outgoing.timer = -1
    const at = this.#unanswered.indexOf(outgoing)
    if (at >= 0) this.#unanswered.splice(at, 1)
    this.#settle(
      outgoing,
      outgoing.failure ?? { kind: 'timeout', message: 'no answer came in time' },
      undefined,
      0,
    )
  }

  /** Counted, measured and told: the end of a message. */
  #settle(
    outgoing: Outgoing,
    error: SocketError | undefined,
    message: Message | undefined,
    bytesIn: number,
  ): void {
    if (outgoing.ended) return
    outgoing.ended = true
    const { recorder } = this.#counts
    const { clock } = this.#context.worker
    const { series, startMs, lateUs, bytesOut } = outgoing
    if (outgoing.timer !== -1) clock.cancel(outgoing.timer)
    const endMs = clock.nowMs()
    const latencyUs = (endMs - startMs) * 1000
    const wire = bytesOut > 0 ? 1 : 0
    if (outgoing.method === 'REQUEST') recorder.end(endMs)
    if (error === undefined) recorder.record(series, latencyUs, lateUs, 0, bytesIn, bytesOut, wire)
    else {
      const sample = `${outgoing.method} ${outgoing.name} on ${this.#socket.url}: ${error.message}`
      const id = this.#counts.error(error.kind, error.message, sample)
      recorder.fail(series, latencyUs, lateUs, 0, bytesIn, bytesOut, wire, id)
    }
    const sendUs = Number.isNaN(outgoing.sentMs) ? 0 : (outgoing.sentMs - startMs) * 1000
    recorder.phases(series, 0, 0, 0, sendUs, Math.max(0, latencyUs - sendUs), 0)
    const answer = new Answer(error, message, latencyUs / 1000)
    this.#context.onRequest?.({
      kind: KIND,
      method: outgoing.method,
      name: outgoing.name,
      url: this.#socket.url,
      startMs,
      latencyMs: latencyUs / 1000,
      responseMs: (latencyUs + lateUs) / 1000,
      status: 0,
      bytesIn,
      bytesOut,
      error: error?.message,
      response: answer,
    })
    outgoing.resolve(answer)
  }
}

function onTimer(outgoing: Outgoing): void {
  outgoing.outbox._onTimer(outgoing)
}

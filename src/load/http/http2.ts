/**
 * HTTP/2 to one site for one user: one connection by `node:http2`, requests as streams. TLS asks by ALPN; a server that chooses
 * HTTP/1.1 gets it, over the same socket. Sits where `OriginPool` sits: takes a flight, fills its numbers, ends it once.
 *
 * Node keeps heads and bodies as objects and buffers of its own, so this costs several times an HTTP/1.1 request. Bytes are
 * those of the socket, attributed to the request under way: exact in the sum, shared where streams overlap. Proxies are not
 * asked here beyond what the dial does.
 */
import type { Buffer } from 'node:buffer'
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2'
import type { TimerHandle } from '../../contracts/clock.ts'
import type { FailureKind } from '../../contracts/measure.ts'
import { Dial, type DialListener } from './dialer.ts'
import type { Flight } from './flight.ts'
import { http2 as nodeHttp2 } from './on-demand.ts'
import { disown, type OwnedSocket } from './owned-socket.ts'
import { http2Fields } from './request-writer.ts'
import { Head } from './response-parser-head.ts'
import type { HttpSession } from './session.ts'
import type { Site } from './target.ts'

/** Error codes of RFC 9113 §7. */
const NO_ERROR = 0
const CANCEL = 8

type State = 'closed' | 'dialling' | 'http2' | 'http1'

export class Http2Origin implements DialListener {
  readonly #session: HttpSession
  readonly #site: Site
  #state: State = 'closed'
  #dial: Dial | undefined = undefined
  #http2: ClientHttp2Session | undefined = undefined
  #socket: OwnedSocket | undefined = undefined
  #tlsSession: Buffer | undefined = undefined
  #waiting: Flight[] = []
  readonly #streams = new Map<Flight, Stream>()
  #readBefore = 0
  #writtenBefore = 0
  #carried = 0

  constructor(session: HttpSession, site: Site) {
    this.#session = session
    this.#site = site
  }

  dispatch(flight: Flight): void {
    flight.begin()
    if (this.#state === 'http1') this.#overHttp1(flight)
    else if (this.#state === 'http2' && this.#http2 !== undefined && !this.#http2.closed)
      this.#send(flight, this.#carried > 0)
    else {
      this.#waiting.push(flight)
      if (this.#state !== 'dialling') this.#open(flight)
    }
  }

  /** False when the flight is not here. */
  cancel(flight: Flight, kind: FailureKind, message: string): boolean {
    const stream = this.#streams.get(flight)
    if (stream !== undefined) {
      stream.fail(kind, stream.where, message)
      return true
    }
    const place = this.#waiting.indexOf(flight)
    if (place === -1) return false
    this.#waiting.splice(place, 1)
    this.#end(flight, kind, message)
    return true
  }

  /** Ends everything as `cancelled`. Idempotent. */
  close(): void {
    for (const flight of [...this.#waiting]) this.cancel(flight, 'cancelled', CLOSED)
    for (const flight of [...this.#streams.keys()]) this.cancel(flight, 'cancelled', CLOSED)
    this.#dial?.cancel()
    this.#dial = undefined
    this.#http2?.destroy()
    this.#http2 = undefined
    this.#state = 'closed'
  }

  #open(flight: Flight): void {
    this.#state = 'dialling'
    const { network, http2 } = this.#session._shared
    const alpn = !this.#site.secure ? undefined : http2 === true ? ['h2'] : ['h2', 'http/1.1']
    this.#dial = new Dial(
      network,
      this.#site,
      { streams: true, alpn, session: this.#tlsSession },
      this,
    )
    const { connectMs, totalMs } = flight.timeouts
    const limitMs = Math.min(
      connectMs || Number.POSITIVE_INFINITY,
      totalMs || Number.POSITIVE_INFINITY,
    )
    this.#dial.start(network.clock.nowMs() + limitMs)
  }

  onDialed(dial: Dial, socket: OwnedSocket): void {
    this.#dial = undefined
    const waiting = this.#waiting
    this.#waiting = []
    const first = waiting[0]
    if (this.#site.secure && socket.alpnProtocol !== 'h2') {
      // The server chose HTTP/1.1: its pool takes the socket over, and all that follows.
      this.#state = 'http1'
      this.#session._poolFor(this.#site).adopt(socket)
      for (const flight of waiting) this.#overHttp1(flight)
      return
    }
    this.#adopt(socket)
    for (const flight of waiting) {
      if (flight === first) {
        flight.dnsMs = dial.dnsMs
        flight.connectMs = dial.connectMs
        flight.tlsMs = dial.tlsMs
      }
      this.#send(flight, flight !== first)
    }
  }

  onDialFailed(_dial: Dial, kind: FailureKind, message: string): void {
    this.#dial = undefined
    this.#state = 'closed'
    const waiting = this.#waiting
    this.#waiting = []
    for (const flight of waiting) this.#end(flight, kind, message)
  }

  onDialSession(session: Buffer): void {
    this.#tlsSession = session
  }

  #adopt(socket: OwnedSocket): void {
    const { network } = this.#session._shared
    disown(socket)
    socket.once('close', () => {
      network.openSockets--
    })
    this.#socket = socket
    this.#readBefore = 0
    this.#writtenBefore = 0
    this.#carried = 0
    const http2 = nodeHttp2().connect(this.#site.base, {
      createConnection: () => socket,
      settings: { enablePush: false },
    })
    this.#http2 = http2
    this.#state = 'http2'
    const over = () => {
      if (this.#http2 !== http2) return
      this.#http2 = undefined
      this.#state = 'closed'
      for (const stream of [...this.#streams.values()]) stream.ended()
    }
    http2.on('error', over) // each stream tells its own failure
    http2.on('goaway', over)
    http2.on('close', over)
    http2.unref()
  }

  #overHttp1(flight: Flight): void {
    this.#session._sendHttp1(flight)
  }

  #send(flight: Flight, reused: boolean): void {
    const session = this.#session
    flight.reused = reused
    this.#carried++
    let stream: ClientHttp2Stream
    try {
      const fields = http2Fields(flight, session, session._shared)
      flight.http2Fields = fields
      stream = this.#http2!.request(fields, { endStream: flight.body === undefined })
    } catch (error) {
      this.#end(flight, 'other', `HTTP/2: ${(error as Error).message}`)
      return
    }
    this.#streams.set(flight, new Stream(flight, stream, session._shared.network.clock, this))
  }

  /** Bytes of the socket since the last request that ended. */
  settled(flight: Flight): void {
    this.#streams.delete(flight)
    const { bytesRead = 0, bytesWritten = 0 } = this.#socket ?? {}
    flight.bytesIn = bytesRead - this.#readBefore
    flight.bytesOut = bytesWritten - this.#writtenBefore
    this.#readBefore = bytesRead
    this.#writtenBefore = bytesWritten
  }

  #end(flight: Flight, kind: FailureKind, message: string): void {
    const { clock } = this.#session._shared.network
    clock.at(clock.nowMs(), endLater, { flight, kind, message, clock })
  }
}

const CLOSED = 'the client was closed'

function endLater(end: {
  flight: Flight
  kind: FailureKind
  message: string
  clock: { nowMs(): number }
}): void {
  end.flight.endMs = end.clock.nowMs()
  end.flight.onFailure(end.kind, 'connect', end.message)
}

/** One request as a stream, from its head to its end, with its timer. */
class Stream {
  where = 'before-response'
  readonly #flight: Flight
  readonly #stream: ClientHttp2Stream
  readonly #clock: Flight['shared']['network']['clock']
  readonly #origin: Http2Origin
  #timer: TimerHandle = -1
  #done = false
  #hasBytes = false

  constructor(
    flight: Flight,
    stream: ClientHttp2Stream,
    clock: Flight['shared']['network']['clock'],
    origin: Http2Origin,
  ) {
    this.#flight = flight
    this.#stream = stream
    this.#clock = clock
    this.#origin = origin
    flight.writtenMs = clock.nowMs()
    flight.keepAlive = true
    stream.on('response', this.#onResponse)
    stream.on('headers', this.#onInformational)
    stream.on('trailers', (headers) => {
      flight.trailers = headOf(0, headers, false)
    })
    stream.on('data', this.#onData)
    stream.on('end', this.#onEnd)
    stream.on('error', this.#onError)
    stream.on('close', () => this.ended())
    this.#sendBody().catch((error: Error) => this.fail('script', 'sending', error.message))
  }

  async #sendBody(): Promise<void> {
    const { body } = this.#flight
    if (typeof body === 'string') this.#stream.end(body, 'latin1')
    else if (body instanceof Uint8Array) this.#stream.end(body)
    else if (body !== undefined) {
      this.#limit(this.#flight.timeouts.bodyMs)
      for await (const piece of body) {
        if (this.#done) return
        if (!this.#stream.write(piece))
          await new Promise((resolve) => this.#stream.once('drain', resolve))
        this.#limit(this.#flight.timeouts.bodyMs)
      }
      this.#stream.end()
    }
    if (this.#done) return
    this.#flight.sentMs = this.#clock.nowMs()
    if (this.where === 'before-response') this.#limit(this.#flight.timeouts.headMs)
  }

  readonly #onInformational = (headers: IncomingHttpHeaders): void => {
    this.#firstByte()
    const status = Number(headers[':status'])
    this.#flight.informational ??= []
    this.#flight.informational.push([status, headOf(status, headers, true)])
  }

  readonly #onResponse = (headers: IncomingHttpHeaders): void => {
    this.#firstByte()
    this.where = 'body'
    const status = Number(headers[':status'])
    const length = headers['content-length'] === undefined ? -1 : Number(headers['content-length'])
    this.#flight.takeHead(
      status,
      headOf(status, headers, true),
      headers['set-cookie'] !== undefined,
    )
    if (length > this.#flight.shared.network.limits.maxBodyBytes) this.#tooLarge()
    else this.#limit(this.#flight.timeouts.bodyMs)
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#done) return
    this.#flight.onBody(bytes, 0, bytes.length)
    if (this.#flight.bodySize > this.#flight.shared.network.limits.maxBodyBytes) this.#tooLarge()
    else this.#limit(this.#flight.timeouts.bodyMs)
  }

  readonly #onEnd = (): void => {
    if (this.#done || this.where !== 'body') return
    this.#finish()
    if (!this.#stream.writableEnded) this.#stream.close(NO_ERROR)
    this.#flight.completed()
  }

  readonly #onError = (error: Error & { code?: string }): void => {
    const reset =
      error.code === 'ECONNRESET' ||
      error.code === 'ERR_HTTP2_STREAM_ERROR' ||
      error.code === 'ERR_HTTP2_SESSION_ERROR'
    this.fail(reset ? 'reset' : 'other', this.where, `HTTP/2: ${error.message}`)
  }

  /** The stream or its connection is over; a no-op for one that has ended. */
  ended(): void {
    if (this.#done) return
    const code = this.#stream.rstCode
    if (code !== undefined && code !== NO_ERROR)
      this.fail('reset', this.where, `HTTP/2: the server reset the stream (code ${code})`)
    else if (this.where === 'body')
      this.fail('truncated', 'body', 'HTTP/2: the stream ended inside the body')
    else
      this.fail('closed', this.where, 'HTTP/2: the server closed the connection without an answer')
  }

  fail(kind: FailureKind, when: string, message: string): void {
    if (this.#done) return
    this.#finish()
    if (!this.#hasBytes) this.#flight.bytesIn = 0
    this.#stream.close(CANCEL)
    this.#flight.onFailure(kind, when, message)
  }

  #tooLarge(): void {
    this.fail(
      'too-large',
      'body',
      'the body is larger than the limit: raise `maxBodyBytes` in `http` of the user',
    )
  }

  #firstByte(): void {
    this.#hasBytes = true
    if (Number.isNaN(this.#flight.firstByteMs)) this.#flight.firstByteMs = this.#clock.nowMs()
  }

  #finish(): void {
    this.#done = true
    if (this.#timer !== -1) this.#clock.cancel(this.#timer)
    this.#flight.endMs = this.#clock.nowMs()
    this.#origin.settled(this.#flight)
    this.#stream.off('data', this.#onData)
    this.#stream.resume()
  }

  /** The nearer of this phase's limit and the request's. */
  #limit(phaseMs: number): void {
    if (this.#done) return
    if (this.#timer !== -1) this.#clock.cancel(this.#timer)
    const { startedMs, timeouts } = this.#flight
    const phase = phaseMs > 0 ? this.#clock.nowMs() + phaseMs : Number.POSITIVE_INFINITY
    const total = timeouts.totalMs > 0 ? startedMs + timeouts.totalMs : Number.POSITIVE_INFINITY
    const atMs = Math.min(phase, total)
    this.#timer = atMs === Number.POSITIVE_INFINITY ? -1 : this.#clock.at(atMs, onLimit, this)
  }
}

function onLimit(stream: Stream): void {
  stream.fail('timeout', stream.where, 'the response did not come in time')
}

/** HTTP/2 fields in the form that responses are read from. */
function headOf(status: number, headers: IncomingHttpHeaders, hasStatusLine: boolean): Head {
  let text = hasStatusLine ? `HTTP/1.1 ${status}\r\n` : ''
  for (const name in headers) {
    if (name.startsWith(':')) continue
    const value = headers[name]
    if (value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) text += `${name}: ${each}\r\n`
  }
  return new Head(`${text}\r\n`, hasStatusLine)
}

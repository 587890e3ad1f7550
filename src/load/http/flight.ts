// HOT: one per request under way, used again and again; per request a head string, a response, its body; nothing else.
/**
 * One request of a script, from its call to its answer: it writes the head, sends it, follows redirects, answers a digest challenge,
 * retries where that is allowed, measures all of it as one request and settles the promise. Everything comes in through the
 * calls of `Exchange`; a flight is used for one request at a time and then goes back to the spares.
 *
 *     start ─► send ─► onComplete ─► redirect? challenge? ─ yes ─► send
 *                │                       └ no ─► settle ─► checks ─► recorder ─► promise
 *                └───► onFailure ─► retry allowed? ─ yes ─► send
 *                                        └ no ─► settle
 */
import type { FailureKind } from '../../contracts/measure.ts'
import { openBody, type PreparedBody } from './body.ts'
import { runChecks } from './checks.ts'
import { Exchange, type Tunnel } from './exchange.ts'
import type { Field } from './fields.ts'
import { goesOn } from './follow-up.ts'
import type { Auth, RequestOptions } from './http-options.ts'
import type { HttpShared } from './http-shared.ts'
import { KeptRequest } from './kept-request.ts'
import { append, type ReceivedBody } from './received-body.ts'
import { type HttpError, HttpFailure, HttpResponse, type ResponseParts } from './response.ts'
import type { ResponseParser } from './response-parser.ts'
import type { Head } from './response-parser-head.ts'
import type { Series } from './series.ts'
import type { HttpSession } from './session.ts'
import type { Site } from './target.ts'

/** Indices of `phasesUs`. */
const DNS = 0
const CONNECT = 1
const TLS = 2
const SEND = 3
const WAIT = 4
const RECEIVE = 5

export class Flight extends Exchange implements ResponseParts {
  readonly shared: HttpShared
  session: HttpSession | undefined = undefined
  options: RequestOptions | undefined = undefined
  resolve: ((response: HttpResponse) => void) | undefined = undefined
  reject: ((error: unknown) => void) | undefined = undefined
  series: Series | undefined = undefined
  site!: Site
  path = ''
  fragment = ''
  userInfo = ''
  auth: Auth | undefined = undefined
  /** The request's own header fields, less what redirects took away. */
  fields: readonly Field[] = []
  prepared: PreparedBody | undefined = undefined
  /** What was sent instead of `head`; undefined with HTTP/1.1. */
  http2Fields: Readonly<Record<string, string | string[]>> | undefined = undefined
  redirectsLeft = 0
  /** A redirect left the first origin: credentials do not come back. */
  strayed = false
  challenged = false
  lateUs = 0.5
  // The answer so far.
  status = 0
  responseHead: Head | undefined = undefined
  trailers: Head | undefined = undefined
  informational: [number, Head][] | undefined = undefined
  /** '' when it is not kept. */
  received: ReceivedBody = ''
  bodySize = 0
  redirects = 0
  retries = 0
  wireRequests = 0
  bytesReceived = 0
  bytesSent = 0
  readonly phasesUs = new Float64Array(6)
  tunnel: Tunnel | undefined = undefined
  _discard = false
  _pendingError: HttpError | undefined = undefined

  constructor(shared: HttpShared) {
    super()
    this.shared = shared
  }

  get url(): string {
    return this.site.base + this.path + this.fragment
  }
  get totalUs(): number {
    return (this.endMs - this.startedMs) * 1000
  }

  /** Forgets the last use. */
  aim(session: HttpSession, method: string, options: RequestOptions): void {
    this.session = session
    this.options = options
    this.method = method
    this.fragment = ''
    this.userInfo = ''
    this.strayed = false
    this.challenged = false
    this.redirects = 0
    this.retries = 0
    this.wireRequests = 0
    this.bytesReceived = 0
    this.bytesSent = 0
    const us = this.phasesUs
    us[DNS] = us[CONNECT] = us[TLS] = us[SEND] = us[WAIT] = us[RECEIVE] = 0
    this.tunnel = undefined
    this._discard = options.discardBody ?? session._discardBody
    this._pendingError = undefined
  }

  /** Counts the request as begun and sends it. */
  start(): void {
    const { shared } = this
    const context = this.session!._context
    this.lateUs = context.lateUs
    context.lateUs = 0
    this.startedMs = shared.network.clock.nowMs()
    shared.recorder.begin(this.startedMs)
    this.send()
  }

  /** One attempt on the wire, or a refusal. */
  send(): void {
    const { shared, site } = this
    const session = this.session!
    this.status = 0
    this.responseHead = undefined
    this.trailers = undefined
    this.informational = undefined
    this.received = ''
    this.bodySize = 0
    const refusal = shared.refusal(site)
    if (refusal !== undefined) {
      this.head = ''
      this._failLater('blocked', refusal)
      return
    }
    if (this.prepared !== undefined) {
      this.body = openBody(this.prepared)
      this.bodyLength = this.prepared.length
    } else this.body = undefined
    if (shared.http2 !== false && (site.secure || shared.http2 === true)) {
      this.head = ''
      session._keepStray(this)
      session._http2For(site).dispatch(this)
      return
    }
    session._sendHttp1(this)
  }

  onInformational(parser: ResponseParser): void {
    this.informational ??= []
    this.informational.push([parser.status, parser.copyHead()])
  }

  onHead(parser: ResponseParser): void {
    this.takeHead(parser.status, parser.copyHead(), parser.hasSetCookie)
  }

  /** The final head, from either version of HTTP. */
  takeHead(status: number, head: Head, hasSetCookie: boolean): void {
    this.status = status
    this.responseHead = head
    if (hasSetCookie) {
      const { site, path } = this
      const url = { scheme: site.secure ? 'https' : 'http', host: site.host, path }
      this.session!.cookies.setFromHeaders(
        url,
        head.all('set-cookie'),
        this.shared.network.clock.epochMs(),
      )
    }
  }

  onBody(bytes: Uint8Array, start: number, end: number): void {
    this.bodySize += end - start
    if (!this._discard) this.received = append(this.received, bytes, start, end)
  }

  onComplete(parser: ResponseParser): void {
    this.trailers = parser.trailers
    this.completed()
  }

  /** The response is whole. */
  completed(): void {
    this._account()
    if (this.status >= 300 && this.status < 402 && !this.session!._closed && goesOn(this)) return
    this._settle(this._statusError())
  }

  onTunnel(parser: ResponseParser, tunnel: Tunnel): void {
    this.trailers = parser.trailers
    this.tunnel = tunnel
    this.session!._keepTunnel(tunnel)
    this._account()
    this._settle(this._statusError())
  }

  onFailure(kind: FailureKind, when: string, message: string): void {
    this._account()
    if (this._mayRetry(kind)) {
      this.retries++
      this.send()
      return
    }
    this.status = 0
    this._settle({ kind, when, message })
  }

  /** Gives up a request that no pool of its session's own would end. */
  cancel(kind: FailureKind, message: string): void {
    const session = this.session!
    if (this._pendingError !== undefined) return // it is about to end by itself
    if (session._http2?.get(this.site)?.cancel(this, kind, message) === true) return
    session._poolFor(this.site).cancel(this, kind, message)
  }

  /** One attempt is over: its times and bytes join those of the attempts before. */
  _account(): void {
    const us = this.phasesUs
    const { writtenMs, sentMs, firstByteMs, endMs } = this
    us[DNS]! += this.dnsMs * 1000
    us[CONNECT]! += this.connectMs * 1000
    us[TLS]! += this.tlsMs * 1000
    this.bytesReceived += this.bytesIn
    this.bytesSent += this.bytesOut
    if (Number.isNaN(writtenMs)) return // it never reached a connection
    this.wireRequests++
    const sent = Number.isNaN(sentMs) ? endMs : sentMs
    us[SEND]! += (sent - writtenMs) * 1000
    // An early response may come before the last byte was sent.
    const first = Number.isNaN(firstByteMs) ? endMs : Math.max(firstByteMs, sent)
    us[WAIT]! += Math.max(0, first - sent) * 1000
    us[RECEIVE]! += Math.max(0, endMs - first) * 1000
  }

  /** Only on a reused connection that ended without one byte, only where repeating is harmless, once (RFC 9110 §9.2.2). */
  _mayRetry(kind: FailureKind): boolean {
    return (
      (kind === 'closed' || kind === 'reset') &&
      this.reused &&
      this.bytesIn === 0 &&
      this.retries === 0 &&
      IDEMPOTENT.has(this.method) &&
      (this.prepared === undefined || this.prepared.repeatable) &&
      !this.session!._closed
    )
  }

  _statusError(): HttpError | undefined {
    const { status } = this
    const { okStatus } = this.options!
    let ok = status < 400
    if (okStatus !== undefined) {
      if (typeof okStatus === 'number') ok = status === okStatus
      else
        ok = typeof okStatus === 'function' ? okStatus(status) === true : okStatus.includes(status)
    }
    return ok ? undefined : { kind: 'status', when: '', message: `status ${status}` }
  }

  /** Counted, measured and told: the end of the request. */
  _settle(error: HttpError | undefined): void {
    const { shared, endMs, phasesUs, resolve, reject } = this
    const { recorder } = shared
    const session = this.session!
    const options = this.options!
    const series = this.series!
    const context = session._context
    const response = new HttpResponse(this, shared.decodeLimits)
    response.error = error
    const arrived = error === undefined || error.kind === 'status'
    if (arrived && (options.check !== undefined || options.checks !== undefined)) {
      const failed = runChecks(options, response, series, context)
      response.error = error ?? failed
    }
    const latencyUs = this.totalUs
    const { lateUs } = this
    recorder.end(endMs)
    const final = response.error
    if (final === undefined) {
      recorder.record(
        series.id,
        latencyUs,
        lateUs,
        this.status,
        this.bytesReceived,
        this.bytesSent,
        this.wireRequests,
      )
      const { exemplars } = shared
      if (exemplars !== undefined && latencyUs + lateUs > exemplars.floorsUs[series.id]!) {
        exemplars.slow(series.id, latencyUs + lateUs, new KeptRequest(this))
      }
    } else {
      const id = shared.errorId(final.kind, final.message, this)
      recorder.fail(
        series.id,
        latencyUs,
        lateUs,
        this.status,
        this.bytesReceived,
        this.bytesSent,
        this.wireRequests,
        id,
      )
      if (shared.exemplars?.wantsFailure(series.id, id) === true) {
        shared.exemplars.failed(series.id, id, new KeptRequest(this))
      }
    }
    recorder.phases(
      series.id,
      phasesUs[DNS]!,
      phasesUs[CONNECT]!,
      phasesUs[TLS]!,
      phasesUs[SEND]!,
      phasesUs[WAIT]!,
      phasesUs[RECEIVE]!,
    )
    if (context.onRequest !== undefined) {
      context.onRequest({
        kind: 'http',
        method: series.method,
        name: series.name,
        url: this.url,
        startMs: this.startedMs,
        latencyMs: latencyUs / 1000,
        responseMs: (latencyUs + lateUs) / 1000,
        status: this.status,
        bytesIn: this.bytesReceived,
        bytesOut: this.bytesSent,
        error: final?.message,
        response,
      })
    }
    const throws = final !== undefined && (options.throwOnFailure ?? session._throwOnFailure)
    this._release()
    if (throws) reject!(new HttpFailure(response))
    else resolve!(response)
  }

  _release(): void {
    this.session!._strays?.delete(this)
    this.session = undefined
    this.options = undefined
    this.resolve = undefined
    this.reject = undefined
    this.prepared = undefined
    this.body = undefined
    this.received = ''
    this.responseHead = undefined
    this.trailers = undefined
    this.informational = undefined
    this.http2Fields = undefined
    this.tunnel = undefined
    this.auth = undefined
    this.shared.giveBack(this)
  }

  /** A failure without a socket ends from the clock: a loop of them must not starve everything else. */
  _failLater(kind: FailureKind, message: string): void {
    this.begin()
    this._pendingError = { kind, when: 'connect', message }
    this.body = undefined
    const { clock } = this.shared.network
    clock.at(clock.nowMs(), endPending, this)
  }
}

function endPending(flight: Flight): void {
  flight.endMs = flight.shared.network.clock.nowMs()
  flight._account()
  flight._settle(flight._pendingError)
}

const IDEMPOTENT: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
])

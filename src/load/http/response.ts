// HOT: one object per request; whole microseconds, so that no number needs an object of its own.
/**
 * What a script sees of a finished request, passed or failed. Everything is in memory: getters answer at once. Head and body
 * are taken apart and decoded on the first look only. A response never changes and keeps nothing of its connection.
 */
import { Buffer } from 'node:buffer'
import type { FailureKind } from '../../contracts/measure.ts'
import { type DecodeFailure, type DecodeLimits, decodeBody } from './decode.ts'
import type { Tunnel } from './exchange.ts'
import { cssQuery, type HtmlValue, pageOf, xpathQuery } from './html-document.ts'
import { lookUp } from './json-document.ts'
import { bufferOf, type ReceivedBody } from './received-body.ts'
import type { FieldPair, Head } from './response-parser-head.ts'
import type { Series } from './series.ts'
import type { Site } from './target.ts'

export interface HttpError {
  readonly kind: FailureKind
  /** Where in the request or response, such as `connect`, `before-response`, `head`, `body`; '' for `status` and `check`. */
  readonly when: string
  readonly message: string
}

/** Milliseconds; sums over all redirects and retries; 0 where a phase did not happen. */
export interface Timings {
  readonly dns: number
  readonly connect: number
  readonly tls: number
  readonly send: number
  readonly wait: number
  readonly receive: number
  readonly total: number
}

/** Everything a response is made of, gathered by the request. Times in whole µs. */
export interface ResponseParts {
  readonly site: Site
  readonly path: string
  readonly fragment: string
  readonly series: Series | undefined
  readonly status: number
  readonly responseHead: Head | undefined
  readonly trailers: Head | undefined
  readonly informational: readonly (readonly [status: number, head: Head])[] | undefined
  readonly received: ReceivedBody
  readonly bodySize: number
  readonly redirects: number
  readonly retries: number
  readonly reused: boolean
  readonly keepAlive: boolean
  readonly totalUs: number
  readonly phasesUs: Float64Array
  readonly wireRequests: number
  readonly bytesReceived: number
  readonly bytesSent: number
  readonly tunnel: Tunnel | undefined
}

export class HttpResponse {
  /** 0 when no response came. */
  readonly status: number
  /** `undefined` for a request that passed; set by the session before anybody sees it. */
  error: HttpError | undefined
  readonly redirects: number
  readonly retries: number
  /** The connection had carried a request before. */
  readonly reused: boolean
  /** Requests on the wire: redirects, retries and rounds of authentication included. */
  readonly wireRequests: number
  /** The method asked for, and the name it is measured under. */
  readonly method: string
  readonly name: string
  /** Bytes of the last body as received; content coding not removed. */
  readonly bodySize: number
  /** Heads, bodies and framing of the whole request, before TLS. */
  readonly bytesReceived: number
  readonly bytesSent: number
  /** The open socket after a 101 or a 2xx to CONNECT. */
  readonly tunnel: Tunnel | undefined
  /** What message and request say about the connection's future. */
  readonly keepAlive: boolean
  _site: Site
  _path: string
  _fragment: string
  _head: Head | undefined
  _trailers: Head | undefined
  _informational: ResponseParts['informational']
  _body: ReceivedBody
  _decoded: Uint8Array | DecodeFailure | undefined
  _limits: DecodeLimits
  _dnsUs: number
  _connectUs: number
  _tlsUs: number
  _sendUs: number
  _waitUs: number
  _receiveUs: number
  _totalUs: number

  constructor(parts: ResponseParts, limits: DecodeLimits) {
    const us = parts.phasesUs
    this.status = parts.status
    this.error = undefined
    this.redirects = parts.redirects
    this.retries = parts.retries
    this.reused = parts.reused
    this.wireRequests = parts.wireRequests
    this.method = parts.series!.method
    this.name = parts.series!.name
    this.bodySize = parts.bodySize
    this.bytesReceived = parts.bytesReceived
    this.bytesSent = parts.bytesSent
    this.tunnel = parts.tunnel
    this.keepAlive = parts.keepAlive
    this._site = parts.site
    this._path = parts.path
    this._fragment = parts.fragment
    this._head = parts.responseHead
    this._trailers = parts.trailers
    this._informational = parts.informational
    this._body = parts.received
    this._decoded = undefined
    this._limits = limits
    this._dnsUs = Math.round(us[0]!)
    this._connectUs = Math.round(us[1]!)
    this._tlsUs = Math.round(us[2]!)
    this._sendUs = Math.round(us[3]!)
    this._waitUs = Math.round(us[4]!)
    this._receiveUs = Math.round(us[5]!)
    this._totalUs = Math.round(parts.totalUs)
  }

  get ok(): boolean {
    return this.error === undefined
  }
  /** Where the answer came from, after redirects. */
  get url(): string {
    return this._site.base + this._path + this._fragment
  }
  get statusText(): string {
    return this._head?.reason ?? ''
  }
  get headers(): ResponseHeaders {
    return new ResponseHeaders(this._head)
  }
  /** What followed a chunked body; apart from the headers, always. */
  get trailers(): ResponseHeaders {
    return new ResponseHeaders(this._trailers)
  }
  /** 1xx responses before this one. */
  get informational(): readonly { readonly status: number; readonly headers: ResponseHeaders }[] {
    return (this._informational ?? []).map(([status, head]) => ({
      status,
      headers: new ResponseHeaders(head),
    }))
  }
  get timings(): Timings {
    return {
      dns: this._dnsUs / 1000,
      connect: this._connectUs / 1000,
      tls: this._tlsUs / 1000,
      send: this._sendUs / 1000,
      wait: this._waitUs / 1000,
      receive: this._receiveUs / 1000,
      total: this._totalUs / 1000,
    }
  }

  /** A copy of the body as it came, content coding not removed. */
  rawBytes(): Uint8Array {
    if (this._body === '' && this.bodySize > 0) {
      throw new TypeError(
        'the body was not kept: leave out `discardBody` for requests whose body is read',
      )
    }
    return bufferOf(this._body)
  }
  /** The content, decoded once. Throws a `ContentFailure` when it does not decode. An unknown coding is left as it is. */
  bytes(): Uint8Array {
    this._decoded ??= this._decode()
    if (this._decoded instanceof Uint8Array) return this._decoded
    throw new ContentFailure(this._decoded)
  }
  /** The content as text, by the charset of its Content-Type, else UTF-8. */
  text(): string {
    const bytes = this.bytes()
    if (bytes.length === 0) return ''
    const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(
      this.headers.get('content-type') ?? '',
    )?.[1]
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (charset === undefined || /^utf-?8$/i.test(charset)) return view.toString('utf8')
    return decoderFor(charset).decode(view)
  }
  /** The content as JSON. Throws a SyntaxError that says what came instead. */
  json<T = unknown>(): T {
    const text = this.text()
    try {
      return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as T
    } catch (cause) {
      const what =
        text === '' ? 'the body is empty' : `it begins ${JSON.stringify(text.slice(0, 60))}`
      throw new SyntaxError(`the body is not JSON: ${what}`, { cause })
    }
  }
  /** The first value at a path into the JSON, such as `$.items[0].id`; `undefined` when there is none. */
  path<T = unknown>(path: string): T | undefined {
    return lookUp(this, path, 1)[0] as T | undefined
  }
  /** Every value at a path with `[*]` or `..name`, in the order of the document. */
  pathAll<T = unknown>(path: string): T[] {
    return lookUp(this, path, Number.POSITIVE_INFINITY) as T[]
  }
  /**
   * The text of the first element of the HTML that a CSS selector finds, or an attribute: `'input[name=csrf]::attr(value)'`;
   * `undefined` when there is none. Throws when the body is no HTML.
   */
  css(selector: string): string | undefined {
    return cssQuery(selector)(pageOf(this), 1)[0] as string | undefined
  }
  /** The same of all elements, in the order of the page. */
  cssAll(selector: string): string[] {
    return cssQuery(selector)(pageOf(this), Number.POSITIVE_INFINITY) as string[]
  }
  /** The first value that an XPath finds in the HTML: text, or the number or boolean that it computes. */
  xpath<T extends HtmlValue = string>(expression: string): T | undefined {
    return xpathQuery(expression)(pageOf(this), 1)[0] as T | undefined
  }
  /** All of them, in the order of the page. */
  xpathAll<T extends HtmlValue = string>(expression: string): T[] {
    return xpathQuery(expression)(pageOf(this), Number.POSITIVE_INFINITY) as T[]
  }

  _decode(): Uint8Array | DecodeFailure {
    const raw = this.rawBytes()
    const codings = this._head?.all('content-encoding').join(',') ?? ''
    if (codings === '') return raw
    return decodeBody(raw, codings, this._limits) ?? raw
  }
}

/** Thrown by `bytes`, `text` and `json` when a body is corrupt or decodes beyond the limit. */
export class ContentFailure extends Error {
  readonly kind: DecodeFailure['kind']
  readonly when: DecodeFailure['when']
  constructor(failure: DecodeFailure) {
    super(`the body does not decode: ${failure.message}`)
    this.name = 'ContentFailure'
    this.kind = failure.kind
    this.when = failure.when
  }
}

/** What `throwOnFailure` rejects with. */
export class HttpFailure extends Error {
  readonly response: HttpResponse
  constructor(response: HttpResponse) {
    super(`${response.method} ${response.name} failed: ${response.error?.message ?? ''}`)
    this.name = 'HttpFailure'
    this.response = response
  }
}

/** Fields of a response; names in any case. */
export class ResponseHeaders implements Iterable<FieldPair> {
  readonly #head: Head | undefined
  constructor(head: Head | undefined) {
    this.#head = head
  }
  /** All values of one name joined with `, `, as HTTP allows; null when absent. Use `getAll` for Set-Cookie. */
  get(name: string): string | null {
    const values = this.getAll(name)
    return values.length === 0 ? null : values.join(', ')
  }
  getAll(name: string): string[] {
    return this.#head?.all(name.toLowerCase()) ?? []
  }
  has(name: string): boolean {
    return this.#head?.first(name.toLowerCase()) !== undefined
  }
  /** In order of arrival, names as they came. */
  entries(): readonly FieldPair[] {
    return this.#head?.pairs ?? []
  }
  [Symbol.iterator](): Iterator<FieldPair> {
    return this.entries()[Symbol.iterator]()
  }
}

function decoderFor(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder() // a charset nobody knows: read as UTF-8, as browsers do
  }
}

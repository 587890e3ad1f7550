// HOT: `request` once per request: the promise, the response and its body are all that is allocated for a plain GET.
/**
 * The HTTP client of one user: its cookies, credentials and connections. A request that fails is an answer with
 * `ok === false`; only a wrong use of this API (a bad URL, header or body) rejects, with a TypeError. What happens between the
 * call and the answer is in `flight.ts`; what users share is in `http-shared.ts`. Made lazily: a user without requests has none.
 */
import type { ClientContext } from '../../contracts/user.ts'
import { assert } from '../../kernel/assert.ts'
import { Refusals } from '../../kernel/refusals.ts'
import type { Challenge } from './auth-digest.ts'
import { prepareBody } from './body.ts'
import { CookieJar } from './cookies.ts'
import type { PhaseTimeouts, Tunnel } from './exchange.ts'
import { type Field, findField, mergeFields, readFields, writeFields } from './fields.ts'
import type { Flight } from './flight.ts'
import {
  type Auth,
  type HttpOptions,
  REDIRECTS_DEFAULT,
  type RequestOptions,
  readTimeouts,
  redirectLimit,
} from './http-options.ts'
import { type HttpShared, sharedFor } from './http-shared.ts'
import { Http2Origin } from './http2.ts'
import { OriginPool } from './origin-pool.ts'
import { writeHead } from './request-writer.ts'
import type { HttpResponse } from './response.ts'
import type { Series, SeriesTable } from './series.ts'
import { addQuery, isPlainPath, joinUrl, type Site, type Target } from './target.ts'

const NO_OPTIONS: RequestOptions = {}
export const NO_FIELDS: readonly Field[] = []

type Resolve = (response: HttpResponse) => void
type Reject = (error: unknown) => void
let capturedResolve: Resolve | undefined
let capturedReject: Reject | undefined
/** One function for all promises: an executor made per request would be an allocation per request. */
const capture = (resolve: Resolve, reject: Reject): void => {
  capturedResolve = resolve
  capturedReject = reject
}

export class HttpSession {
  readonly _context: ClientContext
  readonly _shared: HttpShared
  /** Of requests that have no tags but those of the user. */
  readonly _series: SeriesTable
  readonly _timeouts: PhaseTimeouts
  readonly _redirectsMax: number
  readonly _auth: Auth | undefined
  readonly _discardBody: boolean
  readonly _throwOnFailure: boolean
  /** Header fields of the options; the defaults beside them come from `_shared`. */
  readonly _fields: readonly Field[]
  readonly _closeAfter: boolean
  /** Default header lines for `_blockSite`, when there are fields of our own. */
  _block: string
  _blockSite: Site | undefined
  /** Where relative URLs go; `undefined` when there is no host. */
  readonly _home: Target | undefined
  readonly _basePath: string
  _cookies: CookieJar | undefined
  /** Digest challenges by site, made by the first. */
  _challenges: Map<Site, Challenge> | undefined
  /** The pool for `_poolSite`, where nearly everything goes; others in the map. */
  _pool: OriginPool | undefined
  _poolSite: Site | undefined
  _pools: Map<Site, OriginPool> | undefined
  _http2: Map<Site, Http2Origin> | undefined
  /** Requests under way that no pool of our own would end; only with shared connections, HTTP/2 and refusals. */
  _strays: Set<Flight> | undefined
  /** Sockets of upgrades and tunnels, closed with the user. */
  _tunnels: Tunnel[] | undefined
  /** Counts multipart boundaries and client nonces. */
  _serial: number
  /** No request is sent any more, or none until `mend`. */
  _closed: boolean
  /** Why none is sent until `mend`. */
  _cut: Error | undefined
  _refusals: Refusals | undefined

  /** `host`: base URL, or `undefined` when all requests name theirs. Throws a TypeError for options that cannot work. */
  constructor(host: string | undefined, options: HttpOptions, context: ClientContext) {
    this._context = context
    this._shared = sharedFor(context.worker, options)
    const { series } = this._shared
    this._series = options.tags === undefined ? series : series.with(options.tags)
    this._timeouts = readTimeouts(options.timeout)
    this._redirectsMax = redirectLimit(options.redirects, REDIRECTS_DEFAULT)
    this._home = host === undefined ? undefined : this._shared.targets.absolute(host)
    this._auth = options.auth ?? authOf(this._home?.userInfo ?? '')
    this._discardBody = options.discardBody ?? false
    this._throwOnFailure = options.throwOnFailure ?? false
    this._fields = options.headers === undefined ? NO_FIELDS : readFields(options.headers)
    this._closeAfter = /\bclose\b/i.test(findField(this._fields, 'connection')?.value ?? '')
    this._block = ''
    this._blockSite = undefined
    this._basePath =
      this._home === undefined ? '' : this._home.path.replace(/[?].*$/, '').replace(/\/+$/, '')
    this._cookies = undefined
    this._challenges = undefined
    this._pool = undefined
    this._poolSite = undefined
    this._pools = undefined
    this._http2 = undefined
    this._strays = undefined
    this._tunnels = undefined
    this._serial = 0
    this._closed = false
    this._cut = undefined
    this._refusals = undefined
  }

  get(url: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('GET', url, options)
  }
  /** Follows redirects, as the others do. */
  head(url: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('HEAD', url, options)
  }
  options(url: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('OPTIONS', url, options)
  }
  post(url: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('POST', url, options)
  }
  put(url: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('PUT', url, options)
  }
  patch(url: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('PATCH', url, options)
  }
  delete(url: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('DELETE', url, options)
  }

  /** `url`: a path below the host, or absolute. Method names are upper case and sent as they are. */
  request(
    method: string,
    url: string,
    options: RequestOptions = NO_OPTIONS,
  ): Promise<HttpResponse> {
    try {
      return this._start(method, url, options)
    } catch (error) {
      if (!this._closed) return Promise.reject(error)
      this._refusals ??= new Refusals()
      return this._refusals.refuse(this._cut ?? error)
    }
  }

  /** The user's cookies: to look at, set or clear. */
  get cookies(): CookieJar {
    this._cookies ??= new CookieJar()
    return this._cookies
  }

  /** Ends what is in flight as `cancelled` and closes the user's connections. Idempotent; later requests reject. */
  close(): void {
    if (this._closed && this._cut === undefined) return
    this._closed = true
    this._cut = undefined
    this._pool?.close()
    if (this._pools !== undefined) for (const pool of this._pools.values()) pool.close()
    for (const flight of [...(this._strays ?? [])])
      flight.cancel('cancelled', 'the client was closed')
    for (const tunnel of this._tunnels ?? []) tunnel.destroy()
    if (this._http2 !== undefined) for (const origin of this._http2.values()) origin.close()
  }

  /**
   * Ends what is in flight as `timeout`, with the message of `why`, and closes the connections that carried it and every tunnel;
   * until `mend` requests reject with `why`. Ignored once closed.
   */
  cut(why: Error): void {
    if (this._closed) return
    this._closed = true
    this._cut = why
    this._pool?.cut('timeout', why.message)
    if (this._pools !== undefined)
      for (const pool of this._pools.values()) pool.cut('timeout', why.message)
    for (const flight of [...(this._strays ?? [])]) flight.cancel('timeout', why.message)
    for (const tunnel of this._tunnels?.splice(0) ?? []) tunnel.destroy()
  }

  /** After `cut`: requests are sent again, over new connections where some were lost. */
  mend(): void {
    if (this._cut === undefined) return
    this._closed = false
    this._cut = undefined
    this._refusals = undefined
  }

  _start(method: string, url: string, options: RequestOptions): Promise<HttpResponse> {
    if (this._closed) throw new ClientClosed()
    if (method !== 'GET' && !METHOD.test(method))
      throw new TypeError(
        `method ${JSON.stringify(method)} cannot be sent: methods are words such as GET`,
      )
    const shared = this._shared
    const flight = shared.takeFlight()
    // Whatever the script got wrong is thrown here, before anything is counted; the object is then left to the collector.
    flight.aim(this, method, options)
    this._locate(flight, options.query === undefined ? url : addQuery(url, options.query), method)
    flight.fields = options.headers === undefined ? NO_FIELDS : readFields(options.headers)
    flight.prepared = options === NO_OPTIONS ? undefined : prepareBody(options, this)
    flight.timeouts =
      options.timeout === undefined ? this._timeouts : readTimeouts(options.timeout, this._timeouts)
    flight.redirectsLeft = redirectLimit(options.redirects, this._redirectsMax)
    const auth = options.auth ?? (flight.userInfo === '' ? this._auth : authOf(flight.userInfo))
    flight.auth = auth
    flight.series =
      options === NO_OPTIONS
        ? this._series.find(method, withoutQuery(flight.path))
        : this._seriesOf(flight, options)
    const promise = new Promise<HttpResponse>(capture)
    flight.resolve = capturedResolve
    flight.reject = capturedReject
    flight.start()
    return promise
  }

  _seriesOf({ method, path }: Flight, { name, tags }: RequestOptions): Series {
    const series = tags === undefined ? this._series : this._series.with(tags)
    return series.find(method, name ?? withoutQuery(path))
  }

  _locate(flight: Flight, url: string, method: string): void {
    const home = this._home
    if (home !== undefined && isPlainPath(url)) {
      flight.site = home.site
      flight.path = this._basePath === '' ? url : this._basePath + url
      return
    }
    if (method === 'CONNECT' && home !== undefined && AUTHORITY.test(url)) {
      flight.site = home.site
      flight.path = url
      return
    }
    if (home === undefined && !/^https?:/i.test(url)) {
      throw new TypeError(
        `${JSON.stringify(url)} is relative and there is no host: set \`host\` in the class, give --host, or request a full http:// or https:// address`,
      )
    }
    const target = this._shared.targets.absolute(
      home === undefined ? url : joinUrl(home.site.base + this._basePath, url),
    )
    flight.site = target.site
    flight.path = target.path
    flight.fragment = target.fragment
    flight.userInfo = target.userInfo
  }

  /** Header lines before those of the request, when it has none of its own. */
  _defaults(site: Site): string {
    if (this._fields.length === 0) return this._shared.block(site)
    if (this._blockSite !== site) {
      this._block = this._merged(site, NO_FIELDS)
      this._blockSite = site
    }
    return this._block
  }

  /** All header lines, with the request's own. */
  _merged(site: Site, own: readonly Field[]): string {
    const fields = this._mergedFields(own)
    const host = fields.some((each) => each.lower === 'host') ? '' : `Host: ${site.authority}\r\n`
    return host + this._shared.proxyLine(site) + writeFields(fields)
  }

  _mergedFields(own: readonly Field[]): readonly Field[] {
    return mergeFields(mergeFields(this._shared.defaultFields, this._fields), own)
  }

  _poolFor(site: Site): OriginPool {
    if (this._poolSite === site) return this._pool!
    const shared = this._shared.pools
    if (shared !== undefined) return poolIn(shared, site, this._shared)
    if (this._poolSite === undefined) {
      this._poolSite = site
      this._pool = new OriginPool(this._shared.network, site)
      return this._pool
    }
    this._pools ??= new Map()
    return poolIn(this._pools, site, this._shared)
  }

  /** Writes the head and hands the flight to a connection. */
  _sendHttp1(flight: Flight): void {
    writeHead(flight, this, this._shared)
    if (this._shared.pools !== undefined) this._keepStray(flight)
    this._poolFor(flight.site).dispatch(flight)
  }

  _keepStray(flight: Flight): void {
    this._strays ??= new Set()
    this._strays.add(flight)
  }

  _keepTunnel(tunnel: Tunnel): void {
    this._tunnels ??= []
    this._tunnels.push(tunnel)
    if (this._closed) tunnel.destroy()
  }

  /** Whoever took it closes it from now on; a user that opens tunnels again and again must not gather them here. */
  _letGo(tunnel: Tunnel): void {
    const at = this._tunnels?.indexOf(tunnel) ?? -1
    if (at >= 0) this._tunnels!.splice(at, 1)
  }

  _http2For(site: Site): Http2Origin {
    this._http2 ??= new Map()
    let origin = this._http2.get(site)
    if (origin === undefined) {
      origin = new Http2Origin(this, site)
      this._http2.set(site, origin)
    }
    return origin
  }

  nextBoundary(): string {
    return `----onrush-${this.nextToken()}`
  }

  /** Distinct for each use and user, the same in every run. */
  nextToken(): string {
    this._serial++
    return `${this._context.userId.toString(36).padStart(8, '0')}${this._serial.toString(36).padStart(12, '0')}`
  }
}

/** What requests of a closed client reject with, so that a loop in a task cannot go on without load. */
export class ClientClosed extends Error {
  constructor() {
    super('the user has ended: its client sends no more requests')
    this.name = 'ClientClosed'
  }
}

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const AUTHORITY = /^[\w.\-[\]:]+:\d+$/

function authOf(userInfo: string): Auth | undefined {
  if (userInfo === '') return undefined
  const colon = userInfo.indexOf(':')
  return { basic: { user: userInfo.slice(0, colon), password: userInfo.slice(colon + 1) } }
}

function poolIn(pools: Map<Site, OriginPool>, site: Site, shared: HttpShared): OriginPool {
  let pool = pools.get(site)
  if (pool === undefined) {
    pool = new OriginPool(shared.network, site)
    pools.set(site, pool)
  }
  assert(pool.origin === site, 'a pool serves one site')
  return pool
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}

/**
 * Who may talk to the page's server. On a loopback address: whoever names this very server in `Host` (so no other site's name can
 * point here, DNS rebinding) and comes from no other page (`Origin`, and a header that forms cannot set on whatever changes
 * something). On any other address the token as well, once as `?token=` of the first page, then as a cookie, or as a bearer.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../contracts/clock.ts'
import { Attempts } from './attempts.ts'

const COOKIE = 'onrush-token'
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/** Says why a request is refused; undefined: it is not. */
export interface Refusal {
  readonly status: 401 | 403 | 429
  readonly why: string
  /** When it is worth another try. */
  readonly afterSec?: number
}

export class Guard {
  /** Needed from everybody; undefined on a loopback address. */
  readonly token: string | undefined
  readonly #attempts: Attempts
  readonly #isEncrypted: boolean

  /** `bindHost`: where the server listens. */
  constructor(bindHost: string, clock: Pick<Clock, 'nowMs'>, isEncrypted = false) {
    this.#attempts = new Attempts(clock)
    this.#isEncrypted = isEncrypted
    this.token = LOOPBACK.has(bindHost) ? undefined : randomBytes(16).toString('hex')
  }

  /** `isOpen`: a route for programs that do not know our header. */
  check(request: IncomingMessage, url: URL, isOpen: boolean): Refusal | undefined {
    const { host = '', origin } = request.headers
    if (this.token === undefined && !LOOPBACK.has(nameOf(host)))
      return { status: 403, why: `this server is not called ${host}` }
    if (origin !== undefined && hostOf(origin) !== host)
      return { status: 403, why: `requests from ${origin} are not taken` }
    if (request.method !== 'GET' && !isOpen && request.headers['x-onrush'] === undefined)
      return { status: 403, why: 'a request that changes something needs the header x-onrush' }
    return this.token === undefined ? undefined : this.#checkToken(request, url)
  }

  /** Keeps the token of a page that was opened with it. */
  cookieFor(url: URL): string | undefined {
    if (this.token === undefined || !this.#isToken(url.searchParams.get('token'))) return undefined
    return `${COOKIE}=${this.token}; HttpOnly; SameSite=Strict; Path=/${this.#isEncrypted ? '; Secure' : ''}`
  }

  #checkToken(request: IncomingMessage, url: URL): Refusal | undefined {
    const address = request.socket.remoteAddress ?? ''
    const waitMs = this.#attempts.waitMs(address)
    if (waitMs > 0) {
      const afterSec = Math.ceil(waitMs / 1_000)
      return { status: 429, why: `too many wrong tokens: try again in ${afterSec} s`, afterSec }
    }
    const given = tokensOf(request, url)
    if (given.some((each) => this.#isToken(each))) return undefined
    if (given.length > 0) this.#attempts.failed(address)
    const why = 'the token is missing or wrong; it was printed when the server started'
    return { status: 401, why }
  }

  #isToken(given: string | null | undefined): boolean {
    if (this.token === undefined || typeof given !== 'string') return false
    const [known, tried] = [Buffer.from(this.token), Buffer.from(given)]
    return known.length === tried.length && timingSafeEqual(known, tried)
  }
}

/** Whatever is offered as one. */
function tokensOf({ headers }: IncomingMessage, url: URL): string[] {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
  const cookie = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(headers.cookie ?? '')?.[1]
  const asked = url.searchParams.get('token')
  return [bearer, cookie, asked].filter((each) => typeof each === 'string')
}

const nameOf = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined // such as `null` of a sandboxed page
  }
}

/**
 * The cookies of one user, after RFC 6265bis §5.6–5.8: strict about what is stored, cheap to ask. Made lazily by the
 * first Set-Cookie, so a user without cookies costs nothing. SameSite and HttpOnly change nothing here: a load test is
 * always same-site and runs no page scripts. Parsing is in `cookies-parse.ts`.
 *
 * Cookies are kept in sending order (longer paths first, then older first), so that asking is one filter. The last
 * answer is kept with what it was for; most users ask the same host again and again and get it for three
 * comparisons (about 5 ns), until the jar changes or a cookie expires. While every cookie for that host has path `/`, one
 * answer serves all its paths.
 */
import { COOKIES_PER_JAR_MAX } from '../../kernel/limits.ts'
import { parseSetCookie, type SetCookie } from './cookies-parse.ts'
import { toughCookie } from './on-demand.ts'

/** Where a request goes. `scheme` without colon; `host` as in a URL, without port; `path` may carry the query. */
export interface CookieUrl {
  readonly scheme: string
  readonly host: string
  readonly path: string
}

export interface StoredCookie {
  readonly name: string
  readonly value: string
  /** Lower case, without leading dot. */
  readonly domain: string
  /** For exactly `domain`, not for hosts below it. */
  readonly hostOnly: boolean
  readonly path: string
  readonly secure: boolean
  /** Infinity: until the user ends. */
  readonly expiresAtEpochMs: number
  /** Rises with creation; overwriting keeps it. */
  readonly order: number
}

export class CookieJar {
  /** Cookies dropped because the jar was full. */
  evicted = 0
  #cookies: StoredCookie[] = []
  #nextOrder = 0
  #memoHost = ''
  #memoScheme = ''
  /** `undefined`: any path. */
  #memoPath: string | undefined = undefined
  #memoUntilMs = Number.NEGATIVE_INFINITY
  #memoHeader = ''

  /** Takes in the Set-Cookie values of one final response to a request for `url`; refused ones leave no trace. */
  setFromHeaders(url: CookieUrl, setCookie: readonly string[], nowEpochMs: number): void {
    for (const text of setCookie) {
      const parsed = parseSetCookie(text, nowEpochMs)
      if (parsed !== undefined) this.#store(url, parsed, nowEpochMs)
    }
    this.#forgetMemo()
  }

  /** The Cookie value for a request; '' for none. May be called for every request. */
  header(scheme: string, host: string, path: string, nowEpochMs: number): string {
    if (
      nowEpochMs < this.#memoUntilMs &&
      host === this.#memoHost &&
      scheme === this.#memoScheme &&
      (this.#memoPath === undefined || path === this.#memoPath)
    ) {
      return this.#memoHeader
    }
    return this.#find(scheme, host, path, nowEpochMs)
  }

  /** Living cookies in sending order. */
  list(nowEpochMs: number): readonly StoredCookie[] {
    return this.#cookies.filter((cookie) => cookie.expiresAtEpochMs > nowEpochMs)
  }

  clear(): void {
    this.#cookies = []
    this.#forgetMemo()
  }

  #find(scheme: string, host: string, path: string, nowEpochMs: number): string {
    const lowerHost = host.toLowerCase()
    const pathOnly = withoutQuery(path)
    let header = ''
    let untilMs = Number.POSITIVE_INFINITY
    let anyPath = true
    for (const cookie of this.#cookies) {
      if (cookie.expiresAtEpochMs <= nowEpochMs || !hostMatches(cookie, lowerHost)) continue
      if (cookie.secure && scheme !== 'https') continue
      if (cookie.path !== '/') anyPath = false
      if (!pathMatches(pathOnly, cookie.path)) continue
      untilMs = Math.min(untilMs, cookie.expiresAtEpochMs)
      const pair = cookie.name === '' ? cookie.value : `${cookie.name}=${cookie.value}`
      header = header === '' ? pair : `${header}; ${pair}`
    }
    this.#memoScheme = scheme
    this.#memoHost = host
    this.#memoPath = anyPath ? undefined : path
    this.#memoUntilMs = untilMs
    this.#memoHeader = header
    return header
  }

  /** The storage model of §5.7, step by step. */
  #store(url: CookieUrl, set: SetCookie, nowEpochMs: number): void {
    const host = url.host.toLowerCase()
    const isSecureOrigin = url.scheme === 'https'
    const domain = cookieDomain(host, set.domain)
    if (domain === undefined) return
    const cookie = {
      name: set.name,
      value: set.value,
      domain: domain === '' ? host : domain,
      hostOnly: domain === '',
      path: set.path ?? defaultPath(url.path),
      secure: set.secure,
      expiresAtEpochMs: set.expiresAtEpochMs,
      order: this.#nextOrder++,
    }
    if (cookie.secure && !isSecureOrigin) return
    if (!cookie.secure && !isSecureOrigin && this.#shadowsSecure(cookie)) return
    if (!prefixHolds(cookie, set)) return
    const at = this.#cookies.findIndex((old) => isSameCookie(old, cookie))
    if (cookie.expiresAtEpochMs <= nowEpochMs) {
      if (at >= 0) this.#cookies.splice(at, 1)
      return
    }
    if (at >= 0) {
      this.#cookies[at] = { ...cookie, order: this.#cookies[at]!.order }
    } else {
      if (this.#cookies.length >= COOKIES_PER_JAR_MAX) this.#makeRoom(nowEpochMs)
      this.#insert(cookie)
    }
  }

  /** §5.7 step 16: plain http may not overlay a cookie that came over https. */
  #shadowsSecure(cookie: StoredCookie): boolean {
    return this.#cookies.some(
      (old) =>
        old.secure &&
        old.name === cookie.name &&
        (domainMatches(old.domain, cookie.domain) || domainMatches(cookie.domain, old.domain)) &&
        pathMatches(cookie.path, old.path),
    )
  }

  #insert(cookie: StoredCookie): void {
    const at = this.#cookies.findIndex((other) => other.path.length < cookie.path.length)
    this.#cookies.splice(at < 0 ? this.#cookies.length : at, 0, cookie)
  }

  #makeRoom(nowEpochMs: number): void {
    this.#cookies = this.#cookies.filter((cookie) => cookie.expiresAtEpochMs > nowEpochMs)
    while (this.#cookies.length >= COOKIES_PER_JAR_MAX) {
      const orders = this.#cookies.map((cookie) => cookie.order)
      const oldest = orders.indexOf(Math.min(...orders))
      this.#cookies.splice(oldest, 1)
      this.evicted++
    }
  }

  #forgetMemo(): void {
    this.#memoUntilMs = Number.NEGATIVE_INFINITY
  }
}

/** The domain to store: '' for host-only, `undefined` to refuse. */
function cookieDomain(host: string, asked: string): string | undefined {
  if (asked === '') return ''
  if (!domainMatches(host, asked)) return undefined
  if (asked === host) return isPublicSuffix(asked) ? '' : asked
  return isPublicSuffix(asked) ? undefined : asked
}

/** Private rules (`github.io`) count. A registrable domain exists exactly when the name is more than a suffix. */
function isPublicSuffix(domain: string): boolean {
  if (isAddress(domain)) return false
  const options = { allowSpecialUseDomain: true, ignoreError: true }
  return (toughCookie().getPublicSuffix(domain, options) ?? '') === ''
}

function prefixHolds(cookie: StoredCookie, set: SetCookie): boolean {
  // A nameless cookie is sent as its value alone, which must not look like a protected name either.
  const start = (cookie.name === '' ? cookie.value : cookie.name).slice(0, 9).toLowerCase()
  const isHost = start.startsWith('__host-')
  if (!isHost && start !== '__secure-') return true
  if (cookie.name === '' || !cookie.secure) return false
  return !isHost || (cookie.hostOnly && set.domain === '' && set.path === '/')
}

function isSameCookie(a: StoredCookie, b: StoredCookie): boolean {
  return (
    a.name === b.name && a.domain === b.domain && a.hostOnly === b.hostOnly && a.path === b.path
  )
}

function hostMatches(cookie: StoredCookie, host: string): boolean {
  return cookie.hostOnly ? host === cookie.domain : domainMatches(host, cookie.domain)
}

/** §5.1.3. Addresses match only themselves. */
function domainMatches(host: string, domain: string): boolean {
  if (host === domain) return true
  return host.endsWith(domain) && host[host.length - domain.length - 1] === '.' && !isAddress(host)
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host)
}

/** §5.1.4. */
function pathMatches(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false
  return (
    path.length === cookiePath.length || cookiePath.endsWith('/') || path[cookiePath.length] === '/'
  )
}

function defaultPath(path: string): string {
  const last = withoutQuery(path).lastIndexOf('/')
  return last <= 0 ? '/' : path.slice(0, last)
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?')
  if (query >= 0) return path.slice(0, query)
  return path === '' ? '/' : path
}

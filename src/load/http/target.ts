/**
 * Where a request goes: the site (scheme, host, port) and the path as it stands in the request line. URLs are
 * taken apart by WHATWG rules, once per distinct URL and worker; a plain path below the user's own host is used as
 * it is after one look at its characters (about 30 ns), with no URL object. Sites are interned: equal origins are one object.
 */
import { HTTP_SITES_MAX, HTTP_URLS_MAX } from '../../kernel/limits.ts'
import type { Origin } from './origin.ts'
import { reveal, type SecretLike } from './reveal.ts'

export class Site implements Origin {
  readonly secure: boolean
  /** Without brackets, lower case. */
  readonly host: string
  readonly port: number
  /** As in the Host field: brackets, and the port unless it is the scheme's own. */
  readonly authority: string
  /** `http://authority`, no slash at the end. */
  readonly base: string
  /** Default header lines for this site, made by the first request. */
  block: string | undefined
  /** Why no load may go there; `null` until asked. */
  refusal: string | undefined | null

  constructor(url: URL) {
    this.secure = url.protocol === 'https:'
    this.host = url.hostname.replace(/^\[|\]$/g, '')
    this.port = url.port === '' ? (this.secure ? 443 : 80) : Number(url.port)
    this.authority = url.host
    this.base = `${url.protocol}//${url.host}`
    this.block = undefined
    this.refusal = null
  }
}

export interface Target {
  readonly site: Site
  /** Path and query, starting with `/`. */
  readonly path: string
  /** `''`, or from `#` on; never sent. */
  readonly fragment: string
  /** `user:password` of the URL, decoded; '' when there was none. */
  readonly userInfo: string
}

/** A path that WHATWG parsing would leave as it is: no dot segments, nothing to encode, no fragment. */
const PLAIN_PATH = /^\/(?![/\\])[\w\-~!$&'()*+,;=:@%/?.[\]]*$/

export function isPlainPath(url: string): boolean {
  return (
    PLAIN_PATH.test(url) && !url.includes('/.') && !url.includes('/%2e') && !url.includes('/%2E')
  )
}

/** Sites and targets of one worker. When a bound is reached the table starts afresh: correct, and slower. */
export class Targets {
  readonly #sites = new Map<string, Site>()
  readonly #targets = new Map<string, Target>()
  /** How often a table was full. */
  overflows = 0

  site(url: URL): Site {
    const known = this.#sites.get(url.origin)
    if (known !== undefined) return known
    if (this.#sites.size >= HTTP_SITES_MAX) this.#clear(this.#sites)
    const site = new Site(url)
    this.#sites.set(url.origin, site)
    return site
  }

  /** An absolute http or https URL. Throws a TypeError for anything else. */
  absolute(url: string): Target {
    const known = this.#targets.get(url)
    if (known !== undefined) return known
    if (this.#targets.size >= HTTP_URLS_MAX) this.#clear(this.#targets)
    const target = this.parse(url)
    this.#targets.set(url, target)
    return target
  }

  /** As `absolute`, not remembered. */
  parse(text: string): Target {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      throw new TypeError(
        `${JSON.stringify(text)} is not a URL that can be requested: give a path such as "/items" or a full http:// or https:// address`,
      )
    }
    return {
      site: this.site(url),
      path: url.pathname + url.search,
      fragment: url.hash,
      userInfo: url.username === '' && url.password === '' ? '' : userInfo(url),
    }
  }

  #clear(table: Map<string, unknown>): void {
    table.clear()
    this.overflows++
  }
}

function userInfo(url: URL): string {
  const text = `${url.username}:${url.password}`
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray percent sign: taken literally, as browsers do
  }
}

/** Below `host`, as Locust does: `http://x/api` and `/items` make `/api/items`. `base` has no slash at the end. */
export function joinUrl(base: string, url: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return url
  if (url === '' || url.startsWith('/') || url.startsWith('?') || url.startsWith('#')) {
    return base + url
  }
  return `${base}/${url}`
}

export type QueryInput =
  | URLSearchParams
  | string
  | Readonly<
      Record<
        string,
        | string
        | number
        | boolean
        | readonly (string | number | boolean | SecretLike)[]
        | SecretLike
        | null
        | undefined
      >
    >

/** `url` with more query parameters, before its fragment. Undefined and null values are left out. */
export function addQuery(url: string, query: QueryInput): string {
  const text = typeof query === 'string' ? query.replace(/^\?/, '') : encodeQuery(query)
  if (text === '') return url
  const hash = url.indexOf('#')
  const head = hash < 0 ? url : url.slice(0, hash)
  const joint = !head.includes('?') ? '?' : head.endsWith('?') || head.endsWith('&') ? '' : '&'
  return head + joint + text + (hash < 0 ? '' : url.slice(hash))
}

/** `application/x-www-form-urlencoded`, as forms and query strings have it. */
export function encodeQuery(query: Exclude<QueryInput, string>): string {
  if (query instanceof URLSearchParams) return query.toString()
  const params = new URLSearchParams()
  for (const name in query) {
    const value = query[name]
    if (value === undefined || value === null) continue
    if (Array.isArray(value)) for (const each of value) params.append(name, String(reveal(each)))
    else params.append(name, String(reveal(value)))
  }
  return params.toString()
}

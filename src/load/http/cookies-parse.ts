/**
 * One Set-Cookie value taken apart (RFC 6265bis §5.6): lenient about shape, as servers need, strict about size and
 * control characters. Dates go through tough-cookie's reader, which implements §5.1.1; everything else is here. Knows
 * nothing of the URL: what may be stored is decided in `cookies.ts`.
 */
import { toughCookie } from './on-demand.ts'
import { trimField } from './response-parser-head.ts'

const NAME_VALUE_BYTES_MAX = 4_096
const ATTRIBUTE_BYTES_MAX = 1_024
const LIFETIME_MS_MAX = 400 * 24 * 3_600 * 1_000

export interface SetCookie {
  readonly name: string
  readonly value: string
  /** Lower case, without leading dot; '' for none. */
  readonly domain: string
  /** `undefined`: none that counts. */
  readonly path: string | undefined
  readonly secure: boolean
  /** Capped at 400 days from now; Infinity for a session cookie, −Infinity to delete. */
  readonly expiresAtEpochMs: number
}

/** `text` is latin-1, one character per byte. Returns `undefined` for what must be ignored. */
export function parseSetCookie(text: string, nowEpochMs: number): SetCookie | undefined {
  if (hasControl(text)) return undefined
  const [pair, ...attributes] = text.split(';')
  const [name, value] = splitPair(pair!, true)
  const size = name.length + value.length
  if (size === 0 || size > NAME_VALUE_BYTES_MAX) return undefined
  let domain = ''
  let path: string | undefined
  let secure = false
  let expires: number | undefined
  let maxAge: number | undefined
  for (const attribute of attributes) {
    const [key, text] = splitPair(attribute, false)
    if (text.length > ATTRIBUTE_BYTES_MAX) continue
    switch (key.toLowerCase()) {
      case 'domain':
        domain = (text.startsWith('.') ? text.slice(1) : text).toLowerCase()
        break
      case 'path':
        path = text.startsWith('/') ? text : undefined
        break
      case 'secure':
        secure = true
        break
      case 'expires':
        expires = toughCookie().parseDate(text)?.getTime() ?? expires
        break
      case 'max-age':
        if (/^-?[0-9]+$/.test(text)) maxAge = Number(text)
        break
    }
  }
  const atMs = expiry(maxAge, expires, nowEpochMs)
  return { name, value, domain, path, secure, expiresAtEpochMs: atMs }
}

/** Max-Age wins over Expires, whatever their order. */
function expiry(maxAge: number | undefined, expires: number | undefined, nowEpochMs: number) {
  if (maxAge !== undefined && maxAge <= 0) return Number.NEGATIVE_INFINITY
  const atMs = maxAge === undefined ? expires : nowEpochMs + maxAge * 1_000
  if (atMs === undefined) return Number.POSITIVE_INFINITY
  return Math.min(atMs, nowEpochMs + LIFETIME_MS_MAX)
}

/** Without `=`, a cookie is a value without a name, an attribute a name without a value. */
function splitPair(text: string, isCookie: boolean): [name: string, value: string] {
  const equals = text.indexOf('=')
  if (equals >= 0) return [trimField(text.slice(0, equals)), trimField(text.slice(equals + 1))]
  return isCookie ? ['', trimField(text)] : [trimField(text), '']
}

/** All but HTAB. */
function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true
  }
  return false
}

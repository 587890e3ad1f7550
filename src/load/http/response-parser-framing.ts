// HOT: runs once per field line of every response; one switch for a field nobody frames by, no allocation.
/**
 * What the fields of one head say about framing and persistence. Only the handful of names that change where a
 * message ends, or that the session must know of, are looked at, by length and bytes; every other field costs one
 * switch. Values that look the way servers write them (`5`, `chunked`, `keep-alive`) are read from the bytes;
 * the rest becomes a string and goes through the slow readers below. This decides nothing about the message: see
 * `response-parser.ts` for that.
 */
import { latin1, trimField, unfold } from './response-parser-head.ts'

export const ABSENT = -1
export const INVALID = -2

const CONNECTION = bytesOf('connection')
const KEEP_ALIVE = bytesOf('keep-alive')
const SET_COOKIE = bytesOf('set-cookie')
const CONTENT_LENGTH = bytesOf('content-length')
const TRANSFER_ENCODING = bytesOf('transfer-encoding')
const CONTENT_ENCODING = bytesOf('content-encoding')
const WWW_AUTHENTICATE = bytesOf('www-authenticate')
const LOCATION = bytesOf('location')
const CHUNKED = bytesOf('chunked')
const CLOSE = bytesOf('close')

export class FramingFields {
  /** Bytes, `ABSENT` or `INVALID`. */
  contentLength: number
  /** All values joined with a comma; `undefined` when the field is absent. */
  transferEncoding: string | undefined
  saysClose: boolean
  saysKeepAlive: boolean
  /** Seconds; NaN when absent or unreadable. */
  keepAliveTimeoutSec: number
  /** Requests still allowed; NaN when absent or unreadable. */
  keepAliveMax: number
  hasSetCookie: boolean
  hasLocation: boolean
  hasContentEncoding: boolean
  hasWwwAuthenticate: boolean
  /** Textual equality of repeated lengths is equality of value and of digit count. */
  private _lengthDigits: number

  constructor() {
    this.contentLength = ABSENT
    this.transferEncoding = undefined
    this.saysClose = false
    this.saysKeepAlive = false
    this.keepAliveTimeoutSec = Number.NaN
    this.keepAliveMax = Number.NaN
    this.hasSetCookie = false
    this.hasLocation = false
    this.hasContentEncoding = false
    this.hasWwwAuthenticate = false
    this._lengthDigits = 0
  }

  reset(): void {
    this.contentLength = ABSENT
    this.transferEncoding = undefined
    this.saysClose = false
    this.saysKeepAlive = false
    this.keepAliveTimeoutSec = Number.NaN
    this.keepAliveMax = Number.NaN
    this.hasSetCookie = false
    this.hasLocation = false
    this.hasContentEncoding = false
    this.hasWwwAuthenticate = false
    this._lengthDigits = 0
  }

  /** One field: name in `[start, colon)`, value untrimmed in `[colon + 1, end)`, `folded` if that spans lines. */
  take(bytes: Uint8Array, start: number, colon: number, end: number, folded: boolean): void {
    switch (colon - start) {
      case 8:
        if (matches(bytes, start, LOCATION)) this.hasLocation = true
        return
      case 10:
        if (matches(bytes, start, CONNECTION)) this._connection(bytes, colon + 1, end, folded)
        else if (matches(bytes, start, SET_COOKIE)) this.hasSetCookie = true
        else if (matches(bytes, start, KEEP_ALIVE)) this._keepAlive(bytes, colon + 1, end, folded)
        return
      case 14:
        if (matches(bytes, start, CONTENT_LENGTH)) this._length(bytes, colon + 1, end, folded)
        return
      case 16:
        if (matches(bytes, start, CONTENT_ENCODING)) this.hasContentEncoding = true
        else if (matches(bytes, start, WWW_AUTHENTICATE)) this.hasWwwAuthenticate = true
        return
      case 17:
        if (matches(bytes, start, TRANSFER_ENCODING)) this._coding(bytes, colon + 1, end, folded)
    }
  }

  private _length(bytes: Uint8Array, start: number, end: number, folded: boolean): void {
    const from = skipSpace(bytes, start, end)
    const to = trimSpace(bytes, from, end)
    const plain = folded ? INVALID : readDecimal(bytes, from, to)
    if (plain !== INVALID) {
      this._agree(plain, to - from)
      return
    }
    for (const item of valueText(bytes, start, end, folded).split(',')) {
      const digits = trimField(item)
      const value = /^[0-9]+$/.test(digits) ? Number(digits) : INVALID
      this._agree(value > Number.MAX_SAFE_INTEGER ? INVALID : value, digits.length)
    }
  }

  private _agree(value: number, digits: number): void {
    if (this.contentLength === ABSENT) {
      this.contentLength = value
      this._lengthDigits = digits
    } else if (this.contentLength !== value || this._lengthDigits !== digits) {
      this.contentLength = INVALID
    }
  }

  private _coding(bytes: Uint8Array, start: number, end: number, folded: boolean): void {
    const from = skipSpace(bytes, start, end)
    const to = trimSpace(bytes, from, end)
    const plain = !folded && to - from === CHUNKED.length && matches(bytes, from, CHUNKED)
    const value = plain ? 'chunked' : valueText(bytes, start, end, folded)
    this.transferEncoding =
      this.transferEncoding === undefined ? value : `${this.transferEncoding},${value}`
  }

  private _connection(bytes: Uint8Array, start: number, end: number, folded: boolean): void {
    const from = skipSpace(bytes, start, end)
    const size = trimSpace(bytes, from, end) - from
    if (!folded && size === KEEP_ALIVE.length && matches(bytes, from, KEEP_ALIVE)) {
      this.saysKeepAlive = true
    } else if (!folded && size === CLOSE.length && matches(bytes, from, CLOSE)) {
      this.saysClose = true
    } else {
      for (const item of valueText(bytes, start, end, folded).split(',')) {
        const option = trimField(item).toLowerCase()
        if (option === 'close') this.saysClose = true
        else if (option === 'keep-alive') this.saysKeepAlive = true
      }
    }
  }

  private _keepAlive(bytes: Uint8Array, start: number, end: number, folded: boolean): void {
    for (const item of valueText(bytes, start, end, folded).split(',')) {
      const parameter = /^[ \t]*(timeout|max)[ \t]*=[ \t]*"?([0-9]{1,9})"?[ \t]*$/i.exec(item)
      if (parameter === null) continue
      if (parameter[1]?.toLowerCase() === 'max') this.keepAliveMax = Number(parameter[2])
      else this.keepAliveTimeoutSec = Number(parameter[2])
    }
  }
}

/** What a Transfer-Encoding asks for. Cold: the plain `chunked` never comes here. */
export function readCodings(value: string): 'chunked' | 'identity' | 'malformed' | 'unsupported' {
  if (value === 'chunked') return 'chunked'
  let chunked = 0
  let codings = 0
  let unknown = false
  let last = ''
  for (const item of value.split(',')) {
    const coding = trimField(item).toLowerCase()
    if (coding === '') continue
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(coding)) return 'malformed'
    codings++
    last = coding
    if (coding === 'chunked') chunked++
    else if (coding !== 'identity') unknown = true
  }
  if (codings === 0 || chunked > 1 || (chunked === 1 && last !== 'chunked')) return 'malformed'
  if (unknown) return 'unsupported'
  return chunked === 1 ? 'chunked' : 'identity'
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** ASCII case folded; safe because only token bytes and value bytes ≥ 0x20 get here. */
function matches(bytes: Uint8Array, start: number, lower: Uint8Array): boolean {
  for (let i = 0; i < lower.length; i++) {
    if ((bytes[start + i]! | 0x20) !== lower[i]) return false
  }
  return true
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && (bytes[start] === 0x20 || bytes[start] === 0x09)) start++
  return start
}

function trimSpace(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0x09)) end--
  return end
}

function readDecimal(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return INVALID
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 0x30
    if (digit < 0 || digit > 9) return INVALID
    value = value * 10 + digit
    if (value > Number.MAX_SAFE_INTEGER) return INVALID
  }
  return value
}

function valueText(bytes: Uint8Array, start: number, end: number, folded: boolean): string {
  const text = latin1(bytes, start, end)
  return folded ? unfold(text) : text
}

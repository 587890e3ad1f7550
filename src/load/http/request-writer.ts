// HOT: a plain request that repeats the one before it in its series reuses its head; others join strings made before.
/**
 * The head of one HTTP/1.1 request, and the list of fields of one HTTP/2 request: defaults of the site, fields of the session and of
 * the request, credentials, content and cookies, in this order. Framing fields are ours: a script's Content-Length counts only
 * where we cannot know better (a stream), and Transfer-Encoding never.
 */
import { CHUNKED } from './exchange.ts'
import { type Field, findField, hasField } from './fields.ts'
import type { Flight } from './flight.ts'
import { authorization } from './follow-up.ts'
import type { HttpShared } from './http-shared.ts'
import type { HttpSession } from './session.ts'

/** Fills `flight.head` and the flags that belong to it. */
export function writeHead(flight: Flight, session: HttpSession, shared: HttpShared): void {
  const { site, fields } = flight
  let block: string
  flight.expectContinueMs = 0
  if (fields.length === 0) {
    block = session._defaults(site)
    flight.closeAfter = session._closeAfter
    flight.expectsUpgrade = false
    if (isPlain(flight, session)) {
      flight.head = plainHead(flight, block, shared)
      return
    }
  } else {
    const sent = unframed(fields)
    block = session._merged(site, sent)
    flight.closeAfter = session._closeAfter || lists(sent, 'connection', 'close')
    flight.expectsUpgrade = hasField(sent, 'upgrade')
  }
  flight.head = `${requestLine(flight, shared)}${block}${extras(flight, session, shared)}\r\n`
}

/** Nothing of the single request goes into the head but its method and path. */
function isPlain(flight: Flight, session: HttpSession): boolean {
  return (
    flight.prepared === undefined &&
    flight.auth === undefined &&
    session._cookies === undefined &&
    flight.method === 'GET'
  )
}

/** The last plain head of the series, when it is the same: a string already flat costs the socket half of a joined one. */
function plainHead(flight: Flight, block: string, shared: HttpShared): string {
  const last = flight.series!.lastHead
  if (last.path !== flight.path || last.block !== block || last.site !== flight.site) {
    last.path = flight.path
    last.block = block
    last.site = flight.site
    last.head = `${requestLine(flight, shared)}${block}\r\n`
  }
  return last.head
}

function requestLine(flight: Flight, shared: HttpShared): string {
  const { site, method, path } = flight
  const proxied =
    !site.secure && method !== 'CONNECT' && shared.network.proxyFor(site) !== undefined
  return `${method} ${proxied ? site.base + path : path} HTTP/1.1\r\n`
}

/** What depends on the single request. Field lines, each with its CRLF. */
function extras(flight: Flight, session: HttpSession, shared: HttpShared): string {
  let text = ''
  const { prepared, fields } = flight
  if (flight.auth !== undefined && !hasField(fields, 'authorization')) {
    const value = authorization(flight)
    if (value !== '') text += `Authorization: ${value}\r\n`
  }
  if (prepared !== undefined) {
    if (prepared.contentType !== '' && !hasField(fields, 'content-type')) {
      text += `Content-Type: ${prepared.contentType}\r\n`
    }
    flight.bodyLength = contentLength(flight)
    text +=
      flight.bodyLength === CHUNKED
        ? 'Transfer-Encoding: chunked\r\n'
        : `Content-Length: ${flight.bodyLength}\r\n`
    const asked = flight.options!.expectContinue === true
    if (asked || lists(fields, 'expect', '100-continue')) {
      flight.expectContinueMs = shared.expectContinueMs
      if (!hasField(fields, 'expect')) text += 'Expect: 100-continue\r\n'
    }
  } else if (flight.method === 'POST' || flight.method === 'PUT' || flight.method === 'PATCH') {
    text += 'Content-Length: 0\r\n'
  }
  const cookie = cookieOf(flight, session, shared)
  return cookie === '' ? text : `${text}Cookie: ${cookie}\r\n`
}

/** From the jar, unless the script wrote its own. */
function cookieOf(flight: Flight, session: HttpSession, shared: HttpShared): string {
  if (session._cookies === undefined || hasField(flight.fields, 'cookie')) return ''
  const { site, path } = flight
  return session._cookies.header(
    site.secure ? 'https' : 'http',
    site.host,
    path,
    shared.network.clock.epochMs(),
  )
}

/** Known, or as the script promises for a stream, or `CHUNKED`. */
function contentLength(flight: Flight): number {
  const { length } = flight.prepared!
  if (length !== CHUNKED) return length
  const promised = findField(flight.fields, 'content-length')?.value
  return promised === undefined || promised === null || !/^\d+$/.test(promised)
    ? CHUNKED
    : Number(promised)
}

/** Without the fields that frame the message, which `extras` writes. */
function unframed(fields: readonly Field[]): readonly Field[] {
  return fields.some(isFraming) ? fields.filter((each) => !isFraming(each)) : fields
}

function isFraming(each: Field): boolean {
  return each.lower === 'content-length' || each.lower === 'transfer-encoding'
}

function lists(fields: readonly Field[], lower: string, word: string): boolean {
  const words = findField(fields, lower)
    ?.value?.toLowerCase()
    .split(/\s*,\s*/)
  return words?.includes(word) ?? false
}

/** Fields that HTTP/2 forbids or expresses otherwise. */
const NOT_IN_HTTP2 = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'expect',
  'content-length',
])

/** The fields of an HTTP/2 request, pseudo fields included. */
export function http2Fields(
  flight: Flight,
  session: HttpSession,
  shared: HttpShared,
): Record<string, string | string[]> {
  const { site, prepared, fields } = flight
  const headers: Record<string, string | string[]> = {
    ':method': flight.method,
    ':path': flight.path,
    ':scheme': site.secure ? 'https' : 'http',
    ':authority': findField(fields, 'host')?.value ?? site.authority,
  }
  for (const { lower, value } of session._mergedFields(fields)) {
    if (value === null || NOT_IN_HTTP2.has(lower)) continue
    const before = headers[lower]
    headers[lower] =
      before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  if (flight.auth !== undefined && headers['authorization'] === undefined) {
    const value = authorization(flight)
    if (value !== '') headers['authorization'] = value
  }
  if (prepared !== undefined) {
    if (prepared.contentType !== '') headers['content-type'] ??= prepared.contentType
    flight.bodyLength = contentLength(flight)
    if (flight.bodyLength !== CHUNKED) headers['content-length'] = String(flight.bodyLength)
  }
  const cookie = cookieOf(flight, session, shared)
  if (cookie !== '') headers['cookie'] = cookie
  return headers
}

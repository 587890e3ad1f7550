/**
 * What a redirect asks for (RFC 9110 §15.4, WHATWG URL). Pure: it says which method and URL come next, and never
 * sends. The session counts hops, drops credentials when the origin changes and asks the cookie jar anew.
 */
import type { Field } from './fields.ts'

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/** POST becomes GET on 301 and 302, all but GET and HEAD on 303; 307 and 308 repeat the method and its body. */
export function redirectedMethod(status: number, method: string): string {
  if (status === 303) return method === 'GET' || method === 'HEAD' ? method : 'GET'
  return (status === 301 || status === 302) && method === 'POST' ? 'GET' : method
}

/**
 * The next URL, absolute, user info dropped, the old fragment inherited; or, with a leading space (which no URL has),
 * what is wrong with it. `locations` in latin-1 as they came: bytes ≥ 0x80 are percent-encoded one by one.
 */
export function resolveLocation(
  locations: readonly string[],
  base: string,
  fragment: string,
): string {
  const [first = ''] = locations
  if (locations.some((each) => each !== first)) return ' two different Location fields'
  const text = first.replace(
    /[\x80-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  if (!URL.canParse(text, base)) return ' Location is not a URL'
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return ' Location is neither http nor https'
  url.username = ''
  url.password = ''
  if (url.hash === '' && !text.includes('#')) url.hash = fragment
  return url.href
}

/** Without what described a body that is no longer sent. */
export function withoutContent(fields: readonly Field[]): readonly Field[] {
  return fields.filter((each) => !each.lower.startsWith('content-') && each.lower !== 'expect')
}

/** Without what was meant for one origin only. */
export function withoutCredentials(fields: readonly Field[]): readonly Field[] {
  return fields.filter(
    ({ lower }) =>
      lower !== 'authorization' &&
      lower !== 'proxy-authorization' &&
      lower !== 'cookie' &&
      lower !== 'host',
  )
}

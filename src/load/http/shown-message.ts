/**
 * Heads and bodies as text for people: credentials masked by the name of their field, JSON and form values by their key, everything else
 * that a script called secret by value. Bodies are cut, unpacked when that is cheap, and said to be binary when they are no text.
 * Cold: runs for requests that are kept.
 */
import { Buffer } from 'node:buffer'
import type { ShownMessage, ShowOptions } from '../../contracts/exemplar.ts'
import { EXEMPLAR_BODY_CHARS_MAX, EXEMPLAR_DECODED_BYTES_MAX } from '../../kernel/limits.ts'
import { maskAddress } from '../../kernel/mask-address.ts'
import { decodeBody } from './decode.ts'

const MASK = '•••'
/** Fields whose value is, or may be, a credential. */
const CREDENTIALS =
  /^(authorization|proxy-authorization|cookie2?|set-cookie2?|authentication-info|.*(token|secret|api-?key|password|session|signature|credential|x-auth).*)$/i
const ADDRESSES = /^(location|referer|content-location|origin|link|refresh|host)$/i
/** Text by what it claims to be; what claims nothing is looked at. */
const BINARY_TYPE = /\b(image|audio|video|font)\/(?!svg)|octet-stream|\b(zip|gzip|pdf|wasm)\b/i
/** Of JSON, and of forms. */
const JSON_SECRET =
  /("[^"\\]*(?:token|passw(?:or)?d|secret|api[-_]?key|authorization|credential)[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"?/gi
const FORM_SECRET =
  /((?:^|&)[^=&\s]*(?:token|passw(?:or)?d|secret|api[-_]?key|credential)[^=&\s]*=)[^&\s]+/gi

export function maskedField(name: string, value: string): string {
  if (CREDENTIALS.test(name) && value !== '') return `${name}: ${MASK}`
  return `${name}: ${ADDRESSES.test(name) ? maskAddress(value) : value}`
}

/** Of a request: its first line and its fields, one a line. */
export function maskedHead([first = '', ...lines]: readonly string[]): string {
  const fields = lines.map((line) => {
    const colon = line.indexOf(':')
    return maskedField(line.slice(0, colon), line.slice(colon + 1).trim())
  })
  return [maskAddress(first), ...fields].join('\n')
}

export interface BodyParts {
  /** Text of bytes, one a character, or bytes; undefined: it is not there to be shown. */
  readonly bytes: string | Uint8Array | undefined
  readonly type: string
  readonly codings: string
  readonly bytesInAll: number
  /** `bytes` is all of it. */
  readonly isWhole: boolean
}

export function shownBody(parts: BodyParts, how: ShowOptions): Omit<ShownMessage, 'head'> {
  const { bytes, bytesInAll: bodyBytes } = parts
  const without = (note: string) => ({ body: '', bodyBytes, note })
  if (bytes === undefined) return without(bodyBytes === 0 ? '' : 'not kept by the script')
  if (bytes.length === 0) return without('')
  if (!how.withBodies) return without('bodies are not kept')
  if (BINARY_TYPE.test(parts.type)) return without('binary')
  const content = unpacked(parts)
  if (content === undefined) return without(`not unpacked (${parts.codings})`)
  const text = content.toString('utf8')
  if (!isText(text)) return without('binary')
  const body = withoutValues(how.hide(text, EXEMPLAR_BODY_CHARS_MAX))
  const isCut = text.length > EXEMPLAR_BODY_CHARS_MAX || !parts.isWhole
  return {
    body,
    bodyBytes,
    note: isCut ? `cut at ${EXEMPLAR_BODY_CHARS_MAX.toLocaleString('en')} characters` : '',
  }
}

/** Undefined when it cannot be unpacked, or only at some cost. */
function unpacked({ bytes, codings, isWhole }: BodyParts): Buffer | undefined {
  const raw =
    typeof bytes === 'string'
      ? Buffer.from(bytes, 'latin1')
      : Buffer.from(bytes ?? new Uint8Array())
  if (codings === '' || codings === 'identity') return raw
  if (!isWhole) return undefined
  const content = decodeBody(raw, codings, {
    maxDecodedBytes: EXEMPLAR_DECODED_BYTES_MAX,
    maxContentCodings: 5,
  })
  return content instanceof Uint8Array ? Buffer.from(content) : undefined
}

/** Mostly characters that UTF-8 has, and none that no text has. */
function isText(text: string): boolean {
  const start = text.slice(0, EXEMPLAR_BODY_CHARS_MAX)
  if (start.includes('\0')) return false
  const wrong = start.split('\ufffd').length - 1
  return wrong * 20 <= start.length
}

const withoutValues = (text: string): string =>
  text.replace(JSON_SECRET, `$1"${MASK}"`).replace(FORM_SECRET, `$1${MASK}`)

/**
 * What a script gives as `json`, `form`, `multipart` or `body`, turned into bytes and a length. Text that is plain
 * ASCII stays a string, so that head and body leave in one write; everything else becomes bytes once. Streams are sent
 * as they are read, in chunks unless Content-Length is given by hand, and only once: a redirect or a retry that would
 * repeat one is a failure, not a silent empty body.
 */
import { Buffer } from 'node:buffer'
import { CHUNKED, type RequestBody } from './exchange.ts'
import { encodeMultipart, type MultipartInput } from './multipart.ts'
import { stringifyRevealed } from './reveal.ts'
import { readBytes } from './stream-bytes.ts'
import { encodeQuery, type QueryInput } from './target.ts'

export type BodyInput =
  | string
  | Uint8Array
  | ArrayBuffer
  | AsyncIterable<Uint8Array | string>
  | ReadableStream<Uint8Array | string>

export interface BodyOptions {
  readonly json?: unknown
  readonly form?: Exclude<QueryInput, string>
  readonly multipart?: MultipartInput
  readonly body?: BodyInput | null
}

export interface PreparedBody {
  /** String of latin-1, bytes, or undefined for a stream. */
  readonly data: string | Uint8Array | undefined
  /** Opens the stream; `undefined` when `data` is all. */
  readonly open: (() => AsyncIterable<Uint8Array>) | undefined
  /** May `open` be called again? */
  readonly repeatable: boolean
  /** Bytes, or `CHUNKED`. */
  readonly length: number
  /** Sent unless the script names another; '' for none. */
  readonly contentType: string
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the point
const ASCII = /^[\x00-\x7f]*$/

/** `undefined` when there is no body. `boundaries` is asked only for multipart. Throws a TypeError for input that cannot be sent. */
export function prepareBody(
  options: BodyOptions,
  boundaries: { nextBoundary(): string },
): PreparedBody | undefined {
  const { json, form, multipart, body } = options
  const given =
    Number(json !== undefined) +
    Number(form !== undefined) +
    Number(multipart !== undefined) +
    Number(body !== undefined && body !== null)
  if (given === 0) return undefined
  if (given > 1) {
    throw new TypeError(
      'a request has one body: give only one of `json`, `form`, `multipart` and `body`',
    )
  }
  if (json !== undefined) return text(stringify(json), 'application/json')
  if (form !== undefined) return text(encodeQuery(form), 'application/x-www-form-urlencoded')
  if (multipart !== undefined) return encodeMultipart(multipart, boundaries.nextBoundary())
  return raw(body as BodyInput)
}

/** The body of one attempt: a stream is opened anew. */
export function openBody(prepared: PreparedBody): RequestBody {
  return prepared.open === undefined ? prepared.data : prepared.open()
}

function stringify(value: unknown): string {
  let text: string | undefined
  try {
    text = stringifyRevealed(value)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new TypeError(
      `\`json\` cannot be serialised: ${why}; give plain data without cycles and BigInt`,
      { cause },
    )
  }
  if (text === undefined)
    throw new TypeError(
      `\`json\` cannot be serialised: a ${typeof value} has no JSON form; give plain data`,
    )
  return text
}

function text(data: string, contentType: string): PreparedBody {
  return ASCII.test(data)
    ? fixed(data, data.length, contentType)
    : bytes(Buffer.from(data, 'utf8'), contentType)
}

function bytes(data: Uint8Array, contentType: string): PreparedBody {
  return fixed(data, data.byteLength, contentType)
}

function fixed(data: string | Uint8Array, length: number, contentType: string): PreparedBody {
  return { data, open: undefined, repeatable: true, length, contentType }
}

function raw(body: BodyInput): PreparedBody {
  if (typeof body === 'string') return text(body, '')
  if (body instanceof Uint8Array) return bytes(body, '')
  if (body instanceof ArrayBuffer) return bytes(new Uint8Array(body), '')
  if (typeof body === 'object' && Symbol.asyncIterator in body) {
    const source = body as AsyncIterable<Uint8Array | string>
    return {
      data: undefined,
      open: () => readBytes(source),
      repeatable: false,
      length: CHUNKED,
      contentType: '',
    }
  }
  throw new TypeError(
    '`body` is a string, bytes or a stream; use `json` for objects and `form` for forms',
  )
}

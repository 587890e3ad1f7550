/**
 * multipart/form-data (RFC 7578). Parts in memory become one buffer that can be repeated; as soon as one part is a
 * file on disk or a stream, the whole is streamed piece by piece and files are never loaded. The length is sent when
 * every part's size is known. The boundary comes from the caller, who derives it from user and count, so that runs repeat.
 */
import { Buffer } from 'node:buffer'
import { createReadStream, statSync } from 'node:fs'
import type { PreparedBody } from './body.ts'
import { CHUNKED } from './exchange.ts'
import { readBytes } from './stream-bytes.ts'

export interface FilePart {
  /** A path, opened when sent and streamed. */
  readonly path?: string
  /** Instead of a path: content, or a stream that can be sent once. */
  readonly data?: string | Uint8Array | AsyncIterable<Uint8Array | string>
  readonly filename?: string
  /** Default `application/octet-stream`. */
  readonly type?: string
}
export type MultipartValue = string | number | boolean | Uint8Array | FilePart | Blob
export type MultipartInput =
  | Readonly<Record<string, MultipartValue | readonly MultipartValue[]>>
  | FormData

interface Part {
  readonly head: Buffer
  readonly data: Uint8Array | undefined
  readonly open: (() => AsyncIterable<Uint8Array | string>) | undefined
  /** Bytes, −1 unknown. */
  readonly size: number
  readonly repeatable: boolean
}

/** Throws a TypeError for a part that cannot be sent, and what the file system says of a file that is not there. */
export function encodeMultipart(input: MultipartInput, boundary: string): PreparedBody {
  const parts: Part[] = []
  for (const [name, value] of entries(input)) parts.push(part(boundary, name, value))
  const end = Buffer.from(`--${boundary}--\r\n`, 'latin1')
  const contentType = `multipart/form-data; boundary=${boundary}`
  const sizes = parts.map((each) => (each.size < 0 ? Number.NaN : each.head.length + each.size + 2))
  const total = sizes.reduce((sum, size) => sum + size, end.length)
  const length = Number.isNaN(total) ? CHUNKED : total
  if (parts.every((each) => each.data !== undefined)) {
    const pieces = parts.flatMap((each) => [each.head, each.data!, CRLF])
    return {
      data: Buffer.concat([...pieces, end]),
      open: undefined,
      repeatable: true,
      length,
      contentType,
    }
  }
  const open = () => readParts(parts, end)
  return {
    data: undefined,
    open,
    repeatable: parts.every((each) => each.repeatable),
    length,
    contentType,
  }
}

const CRLF = Buffer.from('\r\n')

async function* readParts(parts: readonly Part[], end: Buffer): AsyncIterable<Uint8Array> {
  for (const each of parts) {
    yield each.head
    if (each.open === undefined) yield each.data!
    else yield* readBytes(each.open())
    yield CRLF
  }
  yield end
}

function* entries(input: MultipartInput): Iterable<[string, MultipartValue]> {
  if (input instanceof FormData) {
    for (const [name, value] of input) yield [name, value as string | Blob]
    return
  }
  for (const [name, value] of Object.entries(input)) {
    if (Array.isArray(value)) for (const each of value) yield [name, each]
    else yield [name, value as MultipartValue]
  }
}

function part(boundary: string, name: string, value: MultipartValue): Part {
  if (value instanceof Uint8Array) return filePart(boundary, name, { data: value })
  if (value instanceof Blob) {
    const file = value as Blob & { readonly name?: string }
    const head = partHead(boundary, name, file.name ?? 'blob', value.type || OCTETS)
    const open = () => value.stream() as unknown as AsyncIterable<Uint8Array>
    return { head, data: undefined, open, size: value.size, repeatable: true }
  }
  if (typeof value === 'object' && value !== null) return filePart(boundary, name, value)
  const data = Buffer.from(String(value), 'utf8')
  return {
    head: partHead(boundary, name, undefined, undefined),
    data,
    open: undefined,
    size: data.length,
    repeatable: true,
  }
}

const OCTETS = 'application/octet-stream'

function filePart(boundary: string, name: string, file: FilePart): Part {
  const { path, data, type = OCTETS } = file
  if ((path === undefined) === (data === undefined)) {
    throw new TypeError(`multipart part "${name}" needs either \`path\` or \`data\``)
  }
  if (path !== undefined) {
    const head = partHead(boundary, name, file.filename ?? path.replace(/^.*[/\\]/, ''), type)
    return {
      head,
      data: undefined,
      open: () => createReadStream(path),
      size: statSync(path).size,
      repeatable: true,
    }
  }
  const head = partHead(boundary, name, file.filename ?? name, type)
  if (typeof data === 'string' || data instanceof Uint8Array) {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data
    return { head, data: bytes, open: undefined, size: bytes.byteLength, repeatable: true }
  }
  return { head, data: undefined, open: () => data!, size: -1, repeatable: false }
}

function partHead(
  boundary: string,
  name: string,
  filename: string | undefined,
  type: string | undefined,
): Buffer {
  if (type !== undefined && /[\r\n\0]/.test(type))
    throw new TypeError(`multipart part "${name}": its type holds a line break`)
  const file = filename === undefined ? '' : `; filename="${quote(filename)}"`
  const content = type === undefined ? '' : `\r\nContent-Type: ${type}`
  return Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"${file}${content}\r\n\r\n`,
    'utf8',
  )
}

/** As browsers do: the three characters that would end the quoted name are percent-encoded. */
function quote(text: string): string {
  return text.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')
}

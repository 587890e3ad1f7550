/**
 * Undoes Content-Encoding, when a script reads a body and not before. Synchronous and on the whole body: it runs in
 * the script's time, after the response was measured. Checksums and lengths are verified, bytes that belong to
 * nothing are an error, and no more than `maxDecodedBytes` are ever produced. A body that does not decode leaves
 * response and connection as they are, so failures are values here.
 */
import { Buffer } from 'node:buffer'
import {
  brotliDecompressSync,
  crc32,
  type InputType,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib'
import { ContentError, ContentTooLarge } from './decode-error.ts'
import { decodeZstd } from './decode-zstd.ts'

export interface DecodeLimits {
  /** After each coding. */
  readonly maxDecodedBytes: number
  /** Codings of one body; `identity` counts. */
  readonly maxContentCodings: number
}

export interface DecodeFailure {
  readonly kind: 'decode' | 'too-large'
  readonly when: 'content-encoding' | 'decoded-body'
  readonly message: string
}

type Decoder = (bytes: Uint8Array, maxBytes: number) => Uint8Array

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['identity', (bytes) => bytes],
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', (bytes, maxBytes) => whole(brotliDecompressSync, bytes, maxBytes)],
  ['zstd', decodeZstd],
])

/**
 * `codings`: all Content-Encoding values joined with commas, in the order they were applied. Returns the content,
 * `undefined` when any coding is unknown (then nothing is undone), or why it does not decode. Without codings, or
 * with `identity` alone, the same array comes back.
 */
export function decodeBody(
  body: Uint8Array,
  codings: string,
  limits: DecodeLimits,
): Uint8Array | DecodeFailure | undefined {
  const decoders: Decoder[] = []
  for (const item of codings.split(',')) {
    const name = item.trim().toLowerCase()
    if (name === '') continue
    if (decoders.length === limits.maxContentCodings) {
      return { kind: 'too-large', when: 'content-encoding', message: 'more codings than the limit' }
    }
    const decoder = DECODERS.get(name)
    if (decoder === undefined) return undefined
    decoders.push(decoder)
  }
  try {
    let content = body
    for (const decode of decoders.reverse()) {
      if (content.length > 0) content = decode(content, limits.maxDecodedBytes)
    }
    return content
  } catch (error) {
    return failure(error)
  }
}

function failure(error: unknown): DecodeFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (error instanceof ContentTooLarge || code === 'ERR_BUFFER_TOO_LARGE') {
    return {
      kind: 'too-large',
      when: 'decoded-body',
      message: 'decoded body larger than the limit',
    }
  }
  const reason = error instanceof Error ? error.message : String(error)
  return { kind: 'decode', when: 'content-encoding', message: reason }
}

/** zlib's own wrapper if the first two bytes are one, else raw deflate, which some servers mean. */
function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const first = bytes[0]!
  const isZlib = (first & 0x0f) === 8 && ((first << 8) | (bytes[1] ?? 0)) % 31 === 0
  return whole(isZlib ? inflateSync : inflateRawSync, bytes, maxBytes)
}

/**
 * Member by member, since `gunzipSync` takes anything behind a zero byte for padding. Only zeros are padding.
 */
function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const members: Uint8Array[] = []
  let size = 0
  let at = 0
  while (at === 0 || !isPadding(bytes, at)) {
    const start = skipGzipHeader(bytes, at)
    const { content, consumed } = run(inflateRawSync, bytes.subarray(start), maxBytes - size)
    const end = start + consumed
    if (end + 8 > bytes.length) throw new ContentError('gzip stream cut')
    if (readU32(bytes, end) !== crc32(content)) throw new ContentError('gzip checksum differs')
    if (readU32(bytes, end + 4) !== content.length) throw new ContentError('gzip length differs')
    members.push(content)
    size += content.length
    at = end + 8
  }
  return members.length === 1 ? members[0]! : Buffer.concat(members, size)
}

function isPadding(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < bytes.length; at++) if (bytes[at] !== 0) return false
  return true
}

/** Where the deflate data of the member at `start` begins (RFC 1952 §2.3). */
function skipGzipHeader(bytes: Uint8Array, start: number): number {
  const flags = bytes[start + 3]
  if (flags === undefined || bytes[start] !== 0x1f || bytes[start + 1] !== 0x8b) {
    throw new ContentError('not a gzip stream')
  }
  if (bytes[start + 2] !== 8 || (flags & 0xe0) !== 0) throw new ContentError('unknown gzip header')
  let at = start + 10
  if ((flags & 4) !== 0) at += 2 + ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8))
  if ((flags & 8) !== 0) at = behindZero(bytes, at)
  if ((flags & 16) !== 0) at = behindZero(bytes, at)
  if ((flags & 2) !== 0) {
    const sum = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
    if (sum !== (crc32(bytes.subarray(start, at)) & 0xffff)) {
      throw new ContentError('gzip header checksum differs')
    }
    at += 2
  }
  if (at >= bytes.length) throw new ContentError('gzip stream cut')
  return at
}

function behindZero(bytes: Uint8Array, start: number): number {
  const zero = bytes.indexOf(0, start)
  return zero < 0 ? bytes.length : zero + 1
}

type SyncDecoder = (bytes: InputType, options: ZlibOptions) => Buffer

function whole(decoder: SyncDecoder, bytes: Uint8Array, maxBytes: number): Uint8Array {
  const { content, consumed } = run(decoder, bytes, maxBytes)
  if (consumed < bytes.length) throw new ContentError('bytes behind the end of the content')
  return content
}

/** With `info`, Node also hands over the engine, which knows how many bytes it took. */
function run(decoder: SyncDecoder, bytes: Uint8Array, maxBytes: number) {
  // Node insists on a limit of at least one byte; a stream that decodes to none is then still told apart.
  const maxOutputLength = Math.max(1, Math.min(maxBytes, MAX_OUTPUT_BYTES))
  const result = decoder(bytes, { info: true, maxOutputLength }) as unknown as {
    readonly buffer: Buffer
    readonly engine: { readonly bytesWritten: number }
  }
  if (result.buffer.length > maxBytes) throw new ContentTooLarge()
  return { content: result.buffer, consumed: result.engine.bytesWritten }
}

/** Node's own ceiling for one buffer is beyond this on every platform we run on. */
const MAX_OUTPUT_BYTES = 2 ** 31 - 1

function readU32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  )
}

/**
 * zstd content: with node:zlib where it can (22.15 and later), else with `fzstd`. That one checks little and allocates
 * what a header promises, so this walks the frames first (RFC 8878 §3.1): windows and contents beyond the limit are
 * refused before anything is allocated, each frame is decoded block by block, and its length and checksum are compared
 * here. Bytes behind the last frame are an error. Dictionaries are not supported.
 */
import { Buffer } from 'node:buffer'
import * as zlib from 'node:zlib'
import { Decompress } from 'fzstd'
import { ContentError, ContentTooLarge } from './decode-error.ts'
import { xxh64Low32 } from './decode-xxh64.ts'

const FRAME_MAGIC = 0xfd2fb528
/** Content on the web stays within 8 MiB (RFC 9659). */
const MAX_WINDOW_BYTES = 8 * 1024 * 1024
const MAX_BLOCK_BYTES = 128 * 1024

type NativeZstd = (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer
const native = (zlib as unknown as { zstdDecompressSync?: NativeZstd }).zstdDecompressSync

export function decodeZstd(bytes: Uint8Array, maxBytes: number): Uint8Array {
  return decodeFrames(bytes, maxBytes, native === undefined ? decodeFrame : decodeFrameNatively)
}

/** The same without Node's help. Exported for its test; throws `ContentError` and `ContentTooLarge`. */
export function decodeZstdPortable(bytes: Uint8Array, maxBytes: number): Uint8Array {
  return decodeFrames(bytes, maxBytes, decodeFrame)
}

type FrameDecoder = (bytes: Uint8Array, frame: Frame, maxBytes: number) => Uint8Array

function decodeFrames(bytes: Uint8Array, maxBytes: number, decode: FrameDecoder): Uint8Array {
  const contents: Uint8Array[] = []
  let size = 0
  let at = 0
  while (at < bytes.length) {
    const frame = readFrame(bytes, at, maxBytes - size)
    if (frame.contentSize !== SKIPPABLE) {
      const content = decode(bytes.subarray(at, frame.end), frame, maxBytes - size)
      contents.push(content)
      size += content.length
    }
    at = frame.end
  }
  return contents.length === 1 ? contents[0]! : Buffer.concat(contents, size)
}

/** Node verifies length and checksum itself, and wants a limit of at least one byte. */
function decodeFrameNatively(bytes: Uint8Array, _frame: Frame, maxBytes: number): Uint8Array {
  const content = native!(bytes, { maxOutputLength: Math.max(1, Math.min(maxBytes, 2 ** 31 - 1)) })
  if (content.length > maxBytes) throw new ContentTooLarge()
  return content
}

interface Frame {
  readonly end: number
  /** Bytes, `UNKNOWN`, or `SKIPPABLE` for a frame without content. */
  readonly contentSize: number
  readonly hasChecksum: boolean
}
const UNKNOWN = -1
const SKIPPABLE = -2

/** Header and block headers of the frame at `start`: where it ends and what it promises. */
function readFrame(bytes: Uint8Array, start: number, maxBytes: number): Frame {
  const magic = readLittle(bytes, start, 4)
  if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
    const end = start + 8 + readLittle(bytes, start + 4, 4)
    if (end > bytes.length) throw new ContentError('zstd stream cut')
    return { end, contentSize: SKIPPABLE, hasChecksum: false }
  }
  if (magic !== FRAME_MAGIC) throw new ContentError('not a zstd stream')
  const descriptor = readLittle(bytes, start + 4, 1)
  if ((descriptor & 0x08) !== 0) throw new ContentError('unknown zstd header')
  const singleSegment = (descriptor & 0x20) !== 0
  let at = start + 5
  if (!singleSegment) {
    const window = readLittle(bytes, at++, 1)
    const base = 2 ** (10 + (window >> 3))
    if (base + (base / 8) * (window & 7) > MAX_WINDOW_BYTES) {
      throw new ContentError('zstd window beyond 8 MiB')
    }
  }
  const dictionarySize = [0, 1, 2, 4][descriptor & 3]!
  if (readLittle(bytes, at, dictionarySize) !== 0) throw new ContentError('zstd dictionary needed')
  at += dictionarySize
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const contentSize =
    sizeBytes === 0 ? UNKNOWN : readLittle(bytes, at, sizeBytes) + (sizeBytes === 2 ? 256 : 0)
  if (contentSize > maxBytes) throw new ContentTooLarge()
  const hasChecksum = (descriptor & 0x04) !== 0
  const end = behindBlocks(bytes, at + sizeBytes) + (hasChecksum ? 4 : 0)
  if (end > bytes.length) throw new ContentError('zstd stream cut')
  return { end, contentSize, hasChecksum }
}

function behindBlocks(bytes: Uint8Array, start: number): number {
  let at = start
  for (;;) {
    const header = readLittle(bytes, at, 3)
    const type = (header >> 1) & 3
    const size = header >> 3
    if (type === 3 || size > MAX_BLOCK_BYTES) throw new ContentError('zstd block damaged')
    // A run of one byte carries that byte only.
    at += 3 + (type === 1 ? 1 : size)
    if (at > bytes.length) throw new ContentError('zstd stream cut')
    if ((header & 1) === 1) return at
  }
}

function decodeFrame(bytes: Uint8Array, frame: Frame, maxBytes: number): Uint8Array {
  const blocks: Uint8Array[] = []
  let size = 0
  const stream = new Decompress((block) => {
    size += block.length
    if (size > maxBytes) throw new ContentTooLarge()
    blocks.push(block)
  })
  try {
    stream.push(bytes, true)
  } catch (error) {
    if (error instanceof ContentTooLarge) throw error
    throw new ContentError('zstd data damaged', { cause: error })
  }
  const content = blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks, size)
  if (frame.contentSize !== UNKNOWN && frame.contentSize !== size) {
    throw new ContentError('zstd length differs')
  }
  if (frame.hasChecksum && readLittle(bytes, bytes.length - 4, 4) !== xxh64Low32(content)) {
    throw new ContentError('zstd checksum differs')
  }
  return content
}

function readLittle(bytes: Uint8Array, at: number, size: number): number {
  if (at + size > bytes.length) throw new ContentError('zstd stream cut')
  let value = 0
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!
  return value
}

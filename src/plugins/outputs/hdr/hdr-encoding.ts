/**
 * Our histograms in HdrHistogram's compressed V2 encoding (three significant digits, nanoseconds up to one hour), which every HDR tool
 * reads. What fell into one of our buckets is told at its upper edge, at most 0.4 % above what it was, the largest exactly. Pure.
 *
 * HdrHistogram's own index: values below 2,048 exactly; above, each power of two in 1,024 steps.
 */
import { deflateSync } from 'node:zlib'
import type { Histogram } from '../../../contracts/snapshot.ts'
import { asLogHistogram, bucketOf, upperEdgeUs } from '../../../model/metrics/histogram.ts'

const COOKIE = 0x1c849303 | 0x10
const COMPRESSED_COOKIE = 0x1c849304 | 0x10
const HEADER_BYTES = 40
const DIGITS = 3
const EXACT = 2_048
const HALF = EXACT / 2
const HIGHEST_NS = 3_600_000_000_000
const NS_PER_US = 1_000

/** Base64, as a line of a histogram log has it. */
export function encodeHdr(histogram: Histogram): string {
  const payload = Buffer.from(payloadOf(histogram))
  const plain = Buffer.alloc(HEADER_BYTES + payload.length)
  plain.writeInt32BE(COOKIE, 0)
  plain.writeInt32BE(payload.length, 4)
  plain.writeInt32BE(0, 8)
  plain.writeInt32BE(DIGITS, 12)
  plain.writeBigInt64BE(1n, 16)
  plain.writeBigInt64BE(BigInt(HIGHEST_NS), 24)
  plain.writeDoubleBE(1, 32)
  payload.copy(plain, HEADER_BYTES)
  const packed = deflateSync(plain)
  const head = Buffer.alloc(8)
  head.writeInt32BE(COMPRESSED_COOKIE, 0)
  head.writeInt32BE(packed.length, 4)
  return Buffer.concat([head, packed]).toString('base64')
}

/** Counts by index, each a zigzag varint; a negative one stands for so many zeros. */
function payloadOf(given: Histogram): number[] {
  const histogram = asLogHistogram(given)
  const bytes: number[] = []
  if (histogram.count === 0) return bytes
  let index = 0
  let pending = 0
  const high = bucketOf(histogram.maxUs)
  for (let bucket = bucketOf(histogram.minUs); bucket <= high; bucket++) {
    const count = histogram.countAt(bucket)
    if (count === 0) continue
    const us = Math.min(upperEdgeUs(bucket), Math.max(histogram.maxUs, 0))
    const at = hdrIndex(Math.min(HIGHEST_NS, Math.round(us * NS_PER_US)))
    // Our finest buckets may share one of theirs.
    if (at === index - 1) {
      pending += count
      continue
    }
    if (pending > 0) varint(bytes, 2 * pending)
    if (at > index) varint(bytes, 2 * (at - index) - 1)
    index = at + 1
    pending = count
  }
  varint(bytes, 2 * pending)
  return bytes
}

/** Place of a value in HdrHistogram's counts. */
export function hdrIndex(value: number): number {
  if (value < EXACT) return value
  const power = Math.floor(Math.log2(value))
  // The logarithm of a value just below a power may be rounded up to it.
  const exact = 2 ** power > value ? power - 1 : power
  const bucket = exact - Math.log2(HALF)
  return bucket * HALF + Math.floor(value / 2 ** bucket)
}

function varint(bytes: number[], value: number): void {
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
}

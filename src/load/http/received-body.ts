// HOT: `append` once per read with body bytes.
/**
 * The body of a response while it is kept: bytes as a latin1 string, one character each. Strings are made in the young half of V8's
 * heap, where a body that nobody reads costs its copy and nothing else; a buffer of its own costs twice that, and its page
 * of memory is cold. What comes in pieces is joined by reference. Beyond `TEXT_BYTES_MAX` buffers outside the heap take over, so that
 * a few big downloads cannot exhaust it.
 */
import { Buffer } from 'node:buffer'
import { latin1 } from './response-parser-head.ts'

export type ReceivedBody = string | Buffer[]

const TEXT_BYTES_MAX = 1_048_576

/** `body` with a copy of `bytes[start … end)` behind it; use the result, as `body` may have changed. `''` is the empty body. */
export function append(
  body: ReceivedBody,
  bytes: Uint8Array,
  start: number,
  end: number,
): ReceivedBody {
  if (typeof body === 'string') {
    if (body.length + end - start <= TEXT_BYTES_MAX) return body + latin1(bytes, start, end)
    body = [bufferOf(body)]
  }
  body.push(Buffer.from(bytes.subarray(start, end)))
  return body
}

/** A copy, for the script to keep or change. */
export function bufferOf(body: ReceivedBody): Buffer {
  return typeof body === 'string' ? Buffer.from(body, 'latin1') : Buffer.concat(body)
}

// HOT: once per message sent; one buffer per frame and nothing else.
/**
 * Frames as a client sends them (RFC 6455 §5.2): whole messages, never in fragments, masked by a key that the caller brings.
 * Pure; text is written as UTF-8 straight into the frame and masked there.
 */
import { Buffer } from 'node:buffer'

export const CONTINUATION = 0
export const TEXT = 1
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

const LAST_FRAGMENT = 0x80
const MASKED = 0x80
const MASK_BYTES = 4
/** Payloads beyond these need two and eight bytes for their length. */
const LENGTH_7_MAX = 125
const LENGTH_16_MAX = 0xffff

/** One complete frame. `mask`: 32 bits, any. Text goes out as UTF-8, a lone surrogate as U+FFFD. */
export function encodeFrame(opcode: number, payload: string | Uint8Array, mask: number): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload, 'utf8') : payload.length
  const start = (length <= LENGTH_7_MAX ? 2 : length <= LENGTH_16_MAX ? 4 : 10) + MASK_BYTES
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = LAST_FRAGMENT | opcode
  if (length <= LENGTH_7_MAX) {
    frame[1] = MASKED | length
  } else if (length <= LENGTH_16_MAX) {
    frame[1] = MASKED | 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = MASKED | 127
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2)
    frame.writeUInt32BE(length >>> 0, 6)
  }
  frame.writeUInt32BE(mask >>> 0, start - MASK_BYTES)
  if (typeof payload === 'string') frame.write(payload, start, 'utf8')
  else frame.set(payload, start)
  if (mask !== 0) maskFrom(frame, start)
  return frame
}

/** Code and reason of a Close frame. The reason is cut to what a control frame holds, between two characters. */
export function encodeClose(code: number, reason: string, mask: number): Buffer {
  const text = Buffer.from(reason, 'utf8')
  let end = Math.min(text.length, LENGTH_7_MAX - 2)
  // Continuation bytes of UTF-8 are 10xxxxxx: never begin the rest with one.
  while (end < text.length && end > 0 && (text[end]! & 0xc0) === 0x80) end--
  const payload = Buffer.allocUnsafe(2 + end)
  payload.writeUInt16BE(code, 0)
  text.copy(payload, 2, 0, end)
  return encodeFrame(CLOSE, payload, mask)
}

function maskFrom(frame: Buffer, start: number): void {
  const key = start - MASK_BYTES
  for (let i = start; i < frame.length; i++) frame[i]! ^= frame[key + ((i - start) & 3)]!
}

/**
 * Messages as bytes, and several of them as one envelope:
 *
 *   envelope = number (u32) · letter*        letter = kind (u8) · length (u32) · body
 *
 * A message is JSON, a snapshot its own bytes behind its sequence, a parcel the hash of what was too large and lies in the
 * object store. What comes in was sent by somebody with access to the server: anything that is not ours is refused with an error.
 */
import type { Command, Report } from '../../../contracts/wire.ts'

export type Letter =
  | { readonly kind: 'message'; readonly message: unknown }
  /** A letter too large to send, by its hash. */
  | { readonly kind: 'parcel'; readonly hash: string }
  /** The sender says nothing any more, and why. */
  | { readonly kind: 'farewell'; readonly why: string }

const MESSAGE = 0
const SNAPSHOT = 1
const PARCEL = 2
const FAREWELL = 3
const LETTER_HEAD_BYTES = 5
export const ENVELOPE_HEAD_BYTES = 4

export function messageLetter(message: Command | Report): Uint8Array {
  if (message.type !== 'snapshot') return letter(MESSAGE, Buffer.from(JSON.stringify(message)))
  const body = Buffer.allocUnsafe(4 + message.bytes.length)
  body.writeUInt32BE(message.sequence)
  body.set(message.bytes, 4)
  return letter(SNAPSHOT, body)
}

export const parcelLetter = (hash: string): Uint8Array => letter(PARCEL, Buffer.from(hash))

export const farewellLetter = (why: string): Uint8Array => letter(FAREWELL, Buffer.from(why))

/** `number` counts the envelopes of one sender from 0. */
export function envelope(number: number, letters: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.allocUnsafe(ENVELOPE_HEAD_BYTES)
  head.writeUInt32BE(number)
  return Buffer.concat([head, ...letters])
}

/** Throws when it is not one of ours. */
export function openEnvelope(bytes: Uint8Array): { number: number; letters: Letter[] } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const letters: Letter[] = []
  const number = view.readUInt32BE(0)
  for (let at = ENVELOPE_HEAD_BYTES; at < view.length; ) {
    const end = at + LETTER_HEAD_BYTES + view.readUInt32BE(at + 1)
    letters.push(readLetter(view.subarray(at, end), end - at))
    at = end
  }
  return { number, letters }
}

/** Throws when it is not one of ours. */
export function openLetter(bytes: Uint8Array): Letter {
  return readLetter(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes.length)
}

function letter(kind: number, body: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(LETTER_HEAD_BYTES + body.length)
  bytes.writeUInt8(kind)
  bytes.writeUInt32BE(body.length, 1)
  bytes.set(body, LETTER_HEAD_BYTES)
  return bytes
}

function readLetter(bytes: Buffer, length: number): Letter {
  if (bytes.length < length) throw new Error('a message was cut')
  const body = bytes.subarray(LETTER_HEAD_BYTES)
  switch (bytes.readUInt8(0)) {
    case MESSAGE:
      return { kind: 'message', message: JSON.parse(body.toString()) }
    case SNAPSHOT: {
      const sequence = body.readUInt32BE(0)
      // A copy: the buffer of the socket is used again.
      const message = { type: 'snapshot', sequence, bytes: new Uint8Array(body.subarray(4)) }
      return { kind: 'message', message }
    }
    case PARCEL:
      return { kind: 'parcel', hash: body.toString('latin1') }
    case FAREWELL:
      return { kind: 'farewell', why: body.toString() }
    default:
      throw new Error('a message of a kind that does not exist')
  }
}

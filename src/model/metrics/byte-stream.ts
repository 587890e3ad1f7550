/**
 * Bytes out and in for the snapshot format: numbers as varints when whole, as doubles when not, text as UTF-8 with its
 * length. The reader trusts nothing: running past the end, or a length that cannot be, throws `SnapshotError`. Both are linear
 * in the bytes, so broken input can never make them hang.
 */

/** The bytes are not a snapshot of this version, or were damaged on the way. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

export const CHECKSUM_BYTES = 4
const VARINT_MAX = 2 ** 46
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export class ByteWriter {
  #bytes = new Uint8Array(1_024)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  /** Any number, exactly. Small whole ones take one byte, fractions nine. */
  number(value: number): void {
    this.#reserve(9)
    if (value >= 0 && value < VARINT_MAX && Number.isInteger(value) && !Object.is(value, -0)) {
      this.#varint(value * 2)
      return
    }
    this.#bytes[this.#length++] = 1
    this.#view.setFloat64(this.#length, value)
    this.#length += 8
  }

  text(value: string): void {
    this.bytes(encoder.encode(value))
  }

  bytes(bytes: Uint8Array): void {
    this.number(bytes.length)
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.number(items.length)
    for (const item of items) write(item)
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #varint(value: number): void {
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count))
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    const value = this.#bytes[this.#position++]
    if (value === undefined) throw new SnapshotError('a snapshot ends in the middle')
    return value
  }

  number(): number {
    const first = this.byte()
    // Whole and below 64, as most are.
    if ((first & 129) === 0) return first >> 1
    if (first !== 1) return this.#varint(first) / 2
    this.#need(8)
    const value = this.#view.getFloat64(this.#position)
    this.#position += 8
    return value
  }

  /** A whole number in [0, max]. */
  count(max: number): number {
    const value = this.number()
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw new SnapshotError(`a snapshot holds ${value} where a count up to ${max} belongs`)
    }
    return value
  }

  text(): string {
    return decoder.decode(this.bytes())
  }

  /** A view into what is read. */
  bytes(): Uint8Array {
    const length = this.count(this.#bytes.length)
    this.#need(length)
    const bytes = this.#bytes.subarray(this.#position, this.#position + length)
    this.#position += length
    return bytes
  }

  list<T>(max: number, read: () => T): T[] {
    const length = this.count(max)
    const items: T[] = []
    for (let i = 0; i < length; i++) items.push(read())
    return items
  }

  get atEnd(): boolean {
    return this.#position === this.#bytes.length
  }

  #varint(first: number): number {
    let value = first & 127
    let scale = 128
    for (let byte = first; byte >= 128; scale *= 128) {
      if (scale > 2 ** 48) throw new SnapshotError('a snapshot holds an endless number')
      byte = this.byte()
      value += (byte & 127) * scale
    }
    return value
  }

  #need(count: number): void {
    if (this.#position + count > this.#bytes.length) {
      throw new SnapshotError('a snapshot ends in the middle')
    }
  }
}

/** `body` with a checksum (FNV-1a) behind it, so that damage is noticed. */
export function seal(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + CHECKSUM_BYTES)
  bytes.set(body)
  new DataView(bytes.buffer).setUint32(body.length, checksum(body))
  return bytes
}

/** What `seal` was given, as a view. Throws `SnapshotError` when it is not the same any more. */
export function unseal(bytes: Uint8Array): Uint8Array {
  const length = bytes.length - CHECKSUM_BYTES
  if (length < 0) throw new SnapshotError('a snapshot is too short to be one')
  const body = bytes.subarray(0, length)
  const sum = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(length)
  if (sum !== checksum(body)) throw new SnapshotError('a snapshot was damaged on the way')
  return body
}

function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}

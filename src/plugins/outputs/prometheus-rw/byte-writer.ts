/** Bytes of a growing message, and the four things that protocol buffers write: varints, doubles, texts and messages in messages. */
export class ByteWriter {
  #bytes = Buffer.alloc(256)
  #length = 0

  /** What was written so far; stays true until the next write. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  get length(): number {
    return this.#length
  }

  reset(): void {
    this.#length = 0
  }

  /** Whole, ≥ 0, up to 2^53. */
  varint(value: number): this {
    this.#reserve(10)
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) {
      this.#bytes[this.#length++] = (rest % 128) | 128
    }
    this.#bytes[this.#length++] = rest
    return this
  }

  varintField(field: number, value: number): this {
    return this.varint(field << 3).varint(value)
  }

  doubleField(field: number, value: number): this {
    this.varint((field << 3) | 1).#reserve(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
    return this
  }

  /** `message` as it is now; without a view of its bytes, which would cost more than copying them. */
  messageField(field: number, message: ByteWriter): this {
    const { length } = message
    this.varint((field << 3) | 2)
      .varint(length)
      .#reserve(length)
    message.#bytes.copy(this.#bytes, this.#length, 0, length)
    this.#length += length
    return this
  }

  /** Fields that are bytes already. */
  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  textField(field: number, text: string): this {
    const length = Buffer.byteLength(text)
    this.varint((field << 3) | 2)
      .varint(length)
      .#reserve(length)
    this.#length += this.#bytes.write(text, this.#length)
    return this
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#length + more))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

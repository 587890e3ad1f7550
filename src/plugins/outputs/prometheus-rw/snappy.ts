/**
 * Snappy's block format, which remote write demands: the length, then literals and copies of what was before. Greedy, with one
 * remembered place per hash of four bytes; label texts that repeat shrink to a tenth. No framing, no checksums.
 */
const HASH_BITS = 14
/** How far back a copy may reach here: the two-byte form. */
const OFFSET_MAX = 65_535
const COPY_BYTES_MAX = 64

export function snappy(input: Uint8Array): Uint8Array {
  const output = new Uint8Array(10 + input.length + Math.ceil(input.length / 6))
  const places = new Int32Array(1 << HASH_BITS).fill(-1)
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  let to = varint(output, 0, input.length)
  let literalFrom = 0
  for (let at = 0; at + 4 <= input.length; ) {
    const four = view.getUint32(at, true)
    const hash = Math.imul(four, 0x1e35a7bd) >>> (32 - HASH_BITS)
    const before = places[hash]!
    places[hash] = at
    if (before < 0 || at - before > OFFSET_MAX || view.getUint32(before, true) !== four) {
      at++
      continue
    }
    let length = 4
    while (at + length < input.length && input[before + length] === input[at + length]) length++
    to = literal(output, to, input.subarray(literalFrom, at))
    to = copies(output, to, at - before, length)
    at += length
    literalFrom = at
  }
  to = literal(output, to, input.subarray(literalFrom))
  return output.subarray(0, to)
}

function varint(output: Uint8Array, start: number, value: number): number {
  let to = start
  let rest = value
  for (; rest > 127; rest >>>= 7) output[to++] = (rest & 127) | 128
  output[to++] = rest
  return to
}

/** Up to 60 bytes the length is in the tag, above it in one to four bytes behind. */
function literal(output: Uint8Array, start: number, bytes: Uint8Array): number {
  if (bytes.length === 0) return start
  let to = start
  const last = bytes.length - 1
  if (last < 60) output[to++] = last << 2
  else {
    const size = last < 1 << 8 ? 1 : last < 1 << 16 ? 2 : last < 1 << 24 ? 3 : 4
    output[to++] = (59 + size) << 2
    for (let byte = 0; byte < size; byte++) output[to++] = (last >>> (8 * byte)) & 255
  }
  output.set(bytes, to)
  return to + bytes.length
}

function copies(output: Uint8Array, start: number, offset: number, length: number): number {
  let to = start
  for (let left = length; left > 0; ) {
    const part = Math.min(left, COPY_BYTES_MAX)
    output[to++] = ((part - 1) << 2) | 2
    output[to++] = offset & 255
    output[to++] = offset >>> 8
    left -= part
  }
  return to
}

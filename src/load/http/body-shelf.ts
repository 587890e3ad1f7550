// HOT: `take` once per small body: two adds. A buffer of its own per body would cost more than reading it.
/**
 * Where received bodies are kept until a script reads them, or forgets them. Small ones share blocks of `BLOCK_BYTES`, which the
 * collector frees when the last response in them is gone: one block per some dozens of responses instead of one buffer each.
 * A script that keeps a response for long keeps its block, 64 kB at most; hence the limit on what counts as small.
 */
import { Buffer } from 'node:buffer'

const BLOCK_BYTES = 65_536
const SMALL_BYTES_MAX = 16_384
/** Below this a loop is quicker than the call and the view it needs. */
const LOOP_BYTES_MAX = 48

let block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
let used = 0
/** Where in the buffer that `take` returned the room begins. */
export let takenAt = 0

/** A buffer with `size` bytes of room at `takenAt`, which is good until the next call. */
export function take(size: number): Buffer {
  if (size > SMALL_BYTES_MAX) {
    takenAt = 0
    return Buffer.allocUnsafeSlow(size)
  }
  if (used + size > BLOCK_BYTES) {
    block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
    used = 0
  }
  takenAt = used
  used += size
  return block
}

/** Copies `from[start … end)` to `to` at `at`. */
export function copyBytes(
  from: Uint8Array,
  start: number,
  end: number,
  to: Buffer,
  at: number,
): void {
  if (end - start > LOOP_BYTES_MAX) {
    to.set(from.subarray(start, end), at)
    return
  }
  for (let index = start; index < end; index++) to[at++] = from[index]!
}

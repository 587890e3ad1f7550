/**
 * Masking keys, 32 bits each, as unpredictable as RFC 6455 §5.3 asks. They are not part of what a seed decides: nobody sees them.
 * Drawn in blocks, since a call per mask would cost more than the frame.
 */
import { randomFillSync } from 'node:crypto'

const masks = new Uint32Array(1_024)
let maskAt = masks.length

export function nextMask(): number {
  if (maskAt === masks.length) {
    randomFillSync(masks)
    maskAt = 0
  }
  return masks[maskAt++]!
}

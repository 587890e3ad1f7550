/** Data within the page, small and without a sign that means anything in HTML; and what its policy names a block by. */
import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'

/** Base64 of deflated bytes, as `DecompressionStream('deflate-raw')` reads them. */
export const packed = (bytes: Uint8Array): string => deflateRawSync(bytes).toString('base64')

export const hashOf = (text: string): string =>
  `sha256-${createHash('sha256').update(text).digest('base64')}`

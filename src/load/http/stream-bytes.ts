/** A stream's pieces as bytes, whatever the script yields; text as UTF-8. Beneath both plain and multipart bodies. */
import { Buffer } from 'node:buffer'

export async function* readBytes(
  source: AsyncIterable<Uint8Array | string>,
): AsyncIterable<Uint8Array> {
  for await (const piece of source)
    yield typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece
}

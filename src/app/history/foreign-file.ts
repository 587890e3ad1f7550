/** A file of another tool, its beginning, its neighbours and its fingerprint; unpacked on the way when it is gzip. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ForeignFile } from '../../contracts/foreign.ts'

const HEAD_BYTES = 4_096
const GZIP = Buffer.of(0x1f, 0x8b)

export function fileAt(path: string): ForeignFile {
  return {
    name: basename(path).replace(/\.gz$/, ''),
    bytes: () => unpacked(path),
    neighbour(name) {
      const beside = join(dirname(path), name)
      return existsSync(beside) ? unpacked(beside) : undefined
    },
  }
}

/** Rejects as opening a file does, or as unpacking a damaged one. */
export async function headOf(path: string): Promise<string> {
  for await (const chunk of unpacked(path)) return chunk.subarray(0, HEAD_BYTES).toString('utf8')
  return ''
}

/** SHA-256 of the whole file as it is, hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function* unpacked(path: string): AsyncGenerator<Buffer> {
  const isPacked = (await magicOf(path)).equals(GZIP)
  const file = createReadStream(path)
  const bytes = isPacked ? pipeline(file, createGunzip(), () => {}) : file
  try {
    for await (const chunk of bytes) yield chunk as Buffer
  } finally {
    file.destroy()
  }
}

async function magicOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

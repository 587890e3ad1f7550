/** Reads the body of one request, bounded, as JSON or as a form. A mistake is a refusal, never an exception. */
import type { IncomingMessage } from 'node:http'
import { type Reply, refusal } from './reply.ts'

const BODY_BYTES_MAX = 64 * 1024
const NOTHING: Readonly<Record<string, unknown>> = {}

export type BodyResult =
  | { readonly fields: Readonly<Record<string, unknown>>; readonly isForm: boolean }
  | { readonly refused: Reply }

/** Calls `done` once, unless the connection ends first. */
export function readBody(request: IncomingMessage, done: (result: BodyResult) => void): void {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  request.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length
    if (sizeBytes <= BODY_BYTES_MAX) chunks.push(chunk)
  })
  request.on('end', () => {
    if (sizeBytes > BODY_BYTES_MAX) {
      done({ refused: refusal(413, `a body may have ${BODY_BYTES_MAX} bytes`) })
    } else done(parse(request.headers['content-type'] ?? '', Buffer.concat(chunks).toString()))
  })
}

function parse(type: string, text: string): BodyResult {
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { fields: Object.fromEntries(new URLSearchParams(text)), isForm: true }
  }
  if (text === '') return { fields: NOTHING, isForm: false }
  if (!type.startsWith('application/json')) {
    return { refused: refusal(415, 'send application/json or a form') }
  }
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null
    return isObject
      ? { fields: value as Record<string, unknown>, isForm: false }
      : { refused: refusal(400, 'send a JSON object') }
  } catch (error) {
    return { refused: refusal(400, `the body is not JSON: ${(error as Error).message}`) }
  }
}

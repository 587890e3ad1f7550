/**
 * What is kept as bytes: windows and JSON, compressed. The fastest level halves a window in 0.1 ms; better ones take ten times
 * as long for five percent. SQLite hands bytes out in three forms, which all become one here.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { KEPT_BYTES_MAX } from '../../../kernel/limits.ts'

const FAST = { level: constants.Z_BEST_SPEED }

export type Bytes = Uint8Array | ArrayBuffer

export const pack = (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes, FAST)

/** What was given to `pack`. Throws when it is nothing of that kind. */
export const unpack = (bytes: Bytes): Buffer =>
  inflateRawSync(new Uint8Array(bytes), { maxOutputLength: KEPT_BYTES_MAX })

export const packJson = (value: unknown): Uint8Array => pack(Buffer.from(JSON.stringify(value)))

/** What was given to `packJson`. */
export const unpackJson = <T>(bytes: Bytes): T => JSON.parse(unpack(bytes).toString('utf8')) as T

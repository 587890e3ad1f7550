/**
 * What is kept as bytes: windows and JSON, compressed. The fastest level halves a window in 0.1 ms; better ones take ten times
 * as long for five percent. SQLite hands bytes out in three forms, which all become one here.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Window } from '../../../contracts/window.ts'
import { KEPT_BYTES_MAX } from '../../../kernel/limits.ts'
import { decodeWindow, encodeWindow } from '../../../model/metrics/window-codec.ts'

const FAST = { level: constants.Z_BEST_SPEED }

export type Bytes = Uint8Array | ArrayBuffer

export const packWindow = (window: Window): Uint8Array => deflateRawSync(encodeWindow(window), FAST)

/** Throws for anything but the bytes of `packWindow`. */
export const unpackWindow = (bytes: Bytes): Window => decodeWindow(inflate(bytes))

export const packJson = (value: unknown): Uint8Array =>
  deflateRawSync(Buffer.from(JSON.stringify(value)), FAST)

/** What was given to `packJson`. */
export const unpackJson = <T>(bytes: Bytes): T => JSON.parse(inflate(bytes).toString('utf8')) as T

const inflate = (bytes: Bytes): Buffer =>
  inflateRawSync(new Uint8Array(bytes), { maxOutputLength: KEPT_BYTES_MAX })

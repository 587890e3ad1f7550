/**
 * What a script may say about its HTTP client: once per class (`http = { … }`) and per request. Read and judged here; wrong
 * values throw a TypeError that says what to write instead. Durations are strings such as `'2s'`, as everywhere people write them.
 */
import { HTTP_NAMES_MAX } from '../../kernel/limits.ts'
import type { BodyOptions } from './body.ts'
import type { PhaseTimeouts } from './exchange.ts'
import type { FieldsInput } from './fields.ts'
import type { NetworkOptions } from './network.ts'
import type { HttpResponse } from './response.ts'
import type { ParserLimits } from './response-parser.ts'
import type { SecretLike } from './reveal.ts'
import type { QueryInput } from './target.ts'

/** `true` passes; `false` or a sentence fails the request, and so does a check that throws. It answers at once, never with a promise. */
export type Check = (response: HttpResponse) => boolean | string

export type Auth =
  | { readonly basic: Credentials }
  | { readonly digest: Credentials }
  | { readonly bearer: string | SecretLike }
export interface Credentials {
  readonly user: string | SecretLike
  readonly password: string | SecretLike
}

/** One duration is the limit of the whole request; `'0s'` switches a limit off. */
export type Timeout =
  | string
  | {
      /** DNS, TCP and TLS, and the wait for a free connection. Default 10 s. */
      readonly connect?: string
      /** From the request sent to the end of the response's head. Default 60 s. */
      readonly head?: string
      /** Longest silence inside a body. Default 60 s. */
      readonly body?: string
      /** All redirects included. Default none. */
      readonly total?: string
    }

/** Keys are words; what is undefined is left out. */
export type TagsInput = Readonly<Record<string, string | number | boolean | undefined>>

interface CommonOptions {
  /** Replace and add to the defaults; `null` removes one. */
  readonly headers?: FieldsInput
  readonly timeout?: Timeout
  /** Redirects followed, default 10; `false` or 0: none. HEAD is followed too. */
  readonly redirects?: number | false
  readonly auth?: Auth
  /** Make series of their own, as `{ region: 'eu' }`; those of a request are added to those of its user, and win. */
  readonly tags?: TagsInput
  /** Count the bytes of bodies and drop them. */
  readonly discardBody?: boolean
  /** Reject with an `HttpFailure` instead of answering with `ok === false`. */
  readonly throwOnFailure?: boolean
}

export interface RequestOptions extends CommonOptions, BodyOptions {
  /** Under which name it is measured; default: the path without its query. */
  readonly name?: string
  readonly query?: QueryInput
  readonly check?: Check | readonly Check[]
  /** Checks with names of their own. */
  readonly checks?: Readonly<Record<string, Check>>
  /** Which statuses pass; default 100 … 399. */
  readonly okStatus?: number | readonly number[] | ((status: number) => boolean)
  /** Send `Expect: 100-continue` and hold the body back until the server agrees, or for one second. */
  readonly expectContinue?: boolean
}

export interface HttpOptions extends CommonOptions, Omit<NetworkOptions, 'limits'> {
  /**
   * `false` (default): HTTP/1.1. `'auto'`: what an https server chooses (ALPN); HTTP/1.1 on http. `true`: HTTP/2 always, on http
   * with prior knowledge.
   */
  readonly http2?: 'auto' | boolean
  /** All users of a worker share connections per origin instead of each having its own. */
  readonly sharedConnections?: boolean
  /** Beyond it a request fails with `too-large`. Default 64 MiB. */
  readonly maxBodyBytes?: number
  /** Of a body after content decoding. Default 256 MiB. */
  readonly maxDecodedBytes?: number
  readonly maxContentCodings?: number
  readonly maxHeadBytes?: number
  readonly maxHeaderFields?: number
  readonly maxInformational?: number
  readonly maxChunkLineBytes?: number
  /** How long a body waits for `100 Continue`. Default 1,000. */
  readonly expectContinueMs?: number
}

export const REDIRECTS_DEFAULT = 10
export const EXPECT_CONTINUE_MS = 1_000

const TIMEOUTS: PhaseTimeouts = { connectMs: 10_000, headMs: 60_000, bodyMs: 60_000, totalMs: 0 }
const MIB = 1_048_576

export function parserLimits(options: HttpOptions): ParserLimits {
  return {
    maxHeadBytes: options.maxHeadBytes ?? 65_536,
    maxHeaderFields: options.maxHeaderFields ?? 1_024,
    maxInformational: options.maxInformational ?? 64,
    maxChunkLineBytes: options.maxChunkLineBytes ?? 4_096,
    maxBodyBytes: options.maxBodyBytes ?? 64 * MIB,
  }
}

export function decodeLimits(options: HttpOptions): {
  readonly maxDecodedBytes: number
  readonly maxContentCodings: number
} {
  return {
    maxDecodedBytes: options.maxDecodedBytes ?? 256 * MIB,
    maxContentCodings: options.maxContentCodings ?? 5,
  }
}

export function redirectLimit(redirects: number | false | undefined, otherwise: number): number {
  if (redirects === undefined) return otherwise
  if (redirects === false) return 0
  if (Number.isInteger(redirects) && redirects >= 0) return redirects
  throw new TypeError('`redirects` is a whole number of redirects to follow, or false')
}

const remembered = new Map<string, PhaseTimeouts>()

/** `otherwise` completes what is not given. Cheap for a string seen before. */
export function readTimeouts(
  timeout: Timeout | undefined,
  otherwise: PhaseTimeouts = TIMEOUTS,
): PhaseTimeouts {
  if (timeout === undefined) return otherwise
  if (typeof timeout !== 'string') {
    return {
      connectMs: timeout.connect === undefined ? otherwise.connectMs : durationMs(timeout.connect),
      headMs: timeout.head === undefined ? otherwise.headMs : durationMs(timeout.head),
      bodyMs: timeout.body === undefined ? otherwise.bodyMs : durationMs(timeout.body),
      totalMs: timeout.total === undefined ? otherwise.totalMs : durationMs(timeout.total),
    }
  }
  if (otherwise !== TIMEOUTS) return { ...otherwise, totalMs: durationMs(timeout) }
  let known = remembered.get(timeout)
  if (known === undefined) {
    known = { ...TIMEOUTS, totalMs: durationMs(timeout) }
    if (remembered.size >= HTTP_NAMES_MAX) remembered.clear()
    remembered.set(timeout, known)
  }
  return known
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }

/** `what` it is of, for the message of the TypeError when it cannot be read. */
export function durationMs(text: string, what = 'timeout'): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  if (amount === undefined) {
    throw new TypeError(
      `${what} ${JSON.stringify(text)} cannot be read: write '500ms', '2s' or '1m'`,
    )
  }
  return Number(amount) * UNITS[unit!]!
}

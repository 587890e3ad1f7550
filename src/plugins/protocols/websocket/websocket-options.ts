/** What a script may say about its sockets: once per class (`websocket = { … }`), per `connect`, and per message. */
import type { CookieJar } from '../../../load/http/cookies.ts'
import type { Auth, HttpOptions, Timeout } from '../../../load/http/http-options.ts'
import { readTimeouts } from '../../../load/http/http-options.ts'
import type { QueryInput } from '../../../load/http/target.ts'
import type { Message } from './answer.ts'

/** TLS, proxy, DNS, headers, cookies and time limits of the opening handshake are those of the HTTP client. */
export interface WebSocketOptions
  extends Omit<
    HttpOptions,
    'http2' | 'discardBody' | 'throwOnFailure' | 'sharedConnections' | 'connectionsMax'
  > {
  /** Subprotocols to ask for, the preferred one first. */
  readonly protocols?: string | readonly string[]
  /** How long `request` waits for its answer. Default '30s'; '0s' for ever. */
  readonly requestTimeout?: string
  /** A longer message ends the socket with `too-large`. Default 16 MiB. */
  readonly maxMessageBytes?: number
  /** Of another client of the same user, so that a login there counts here. */
  readonly cookies?: CookieJar
}

export interface ConnectOptions {
  /** Under which name the socket is measured; default: the path without its query. */
  readonly name?: string
  readonly protocols?: string | readonly string[]
  readonly headers?: HttpOptions['headers']
  readonly query?: QueryInput
  readonly auth?: Auth
  readonly timeout?: Timeout
}

export interface SendOptions {
  /** Under which name it is measured; default: that of the socket. */
  readonly name?: string
}

export interface AskOptions extends SendOptions {
  /** Is this the answer? Without it the next message that comes is. */
  readonly match?: (message: Message) => boolean
  /** Instead of the `requestTimeout` of the options. */
  readonly timeout?: string
}

/** What the sockets of one client go by. */
export interface SocketSettings {
  readonly protocols: readonly string[]
  readonly requestTimeoutMs: number
  readonly maxMessageBytes: number
}

const MESSAGE_BYTES_DEFAULT = 16 * 1_048_576
const REQUEST_TIMEOUT_DEFAULT = '30s'

/** Divides what is ours from what is the HTTP client's. Throws a TypeError for values that make no sense. */
export function readOptions(options: WebSocketOptions): {
  readonly http: HttpOptions
  readonly settings: SocketSettings
  readonly cookies: CookieJar | undefined
} {
  const { protocols, requestTimeout, maxMessageBytes, cookies, ...http } = options
  const bytes = maxMessageBytes ?? MESSAGE_BYTES_DEFAULT
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new TypeError('`maxMessageBytes` is a whole number of bytes')
  return {
    // An upgrade is of HTTP/1.1 alone.
    http: { ...http, http2: false },
    settings: {
      protocols: listOf(protocols),
      requestTimeoutMs: timeoutMs(requestTimeout ?? REQUEST_TIMEOUT_DEFAULT),
      maxMessageBytes: bytes,
    },
    cookies,
  }
}

export function listOf(protocols: string | readonly string[] | undefined): readonly string[] {
  if (protocols === undefined) return []
  return typeof protocols === 'string' ? [protocols] : protocols
}

/** 0: no limit. Throws a TypeError for a text that is no duration. */
export function timeoutMs(text: string): number {
  return readTimeouts(text).totalMs
}

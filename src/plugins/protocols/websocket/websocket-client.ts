/**
 * Opens the sockets of one user and closes them with it. The opening handshake is a request of an HTTP client of its own, measured as
 * `websocket CONNECT`; that client makes nothing else.
 */
import { randomBytes } from 'node:crypto'
import type { ClientContext } from '../../../contracts/user.ts'
import { Refusals } from '../../../kernel/refusals.ts'
import type { CookieJar } from '../../../load/http/cookies.ts'
import { readFields } from '../../../load/http/fields.ts'
import type { HttpResponse } from '../../../load/http/response.ts'
import { ClientClosed, HttpSession } from '../../../load/http/session.ts'
import type { SocketError } from './answer.ts'
import { ConnectContext } from './connect-context.ts'
import { judgeUpgrade, upgradeFields } from './handshake.ts'
import { type SocketOwner, UserSocket } from './user-socket.ts'
import {
  type ConnectOptions,
  listOf,
  readOptions,
  type SocketSettings,
  type WebSocketOptions,
} from './websocket-options.ts'

export class WebSocketClient implements SocketOwner {
  readonly #context: ClientContext
  readonly #settings: SocketSettings
  readonly #http: HttpSession
  readonly #sockets = new Set<UserSocket>()
  #closed = false
  #cut: Error | undefined = undefined
  #refusals = new Refusals()

  /** `host`: `http://…` or `ws://…`, or undefined when every address is complete. Throws a TypeError for options that cannot work. */
  constructor(host: string | undefined, options: WebSocketOptions, context: ClientContext) {
    const { http, settings, cookies } = readOptions(options)
    this.#context = context
    this.#settings = settings
    this.#http = new HttpSession(
      host === undefined ? undefined : asHttp(host),
      http,
      new ConnectContext(context),
    )
    if (cookies !== undefined) this.#http._cookies = cookies
  }

  /** The user has ended, or its iteration was cut. */
  get closed(): boolean {
    return this.#closed || this.#cut !== undefined
  }
  /** The user's cookies: sent with each handshake. */
  get cookies(): CookieJar {
    return this.#http.cookies
  }

  /**
   * `url`: a path below the host, or `ws://…`. Resolves when the handshake is over; when it failed, the socket says so (`ok`,
   * `error`) and is closed. Rejects only for a mistake of the script (TypeError) and once the user has ended.
   */
  async connect(url: string, options: ConnectOptions = {}): Promise<UserSocket> {
    const { name, headers, query, auth, timeout } = options
    const protocols =
      options.protocols === undefined ? this.#settings.protocols : listOf(options.protocols)
    const key = randomBytes(16).toString('base64')
    const own = upgradeFields(key, protocols)
    const ownNames = new Set(Object.keys(own).map((each) => each.toLowerCase()))
    const given = readFields(headers ?? {}).filter((each) => !ownNames.has(each.lower))
    const response = await this.#http.request('GET', asHttp(url), {
      headers: [...given.map(({ name, value }) => [name, value] as const), ...Object.entries(own)],
      okStatus: 101,
      check: (answer) => judgeUpgrade(answer, key, protocols),
      ...(name !== undefined && { name }),
      ...(query !== undefined && { query }),
      ...(auth !== undefined && { auth }),
      ...(timeout !== undefined && { timeout }),
    })
    return this.#take(response)
  }

  /** Cuts all sockets, now; what they wait for ends. Idempotent; later calls of `connect` reject. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const socket of [...this.#sockets]) socket._leave()
    this.#http.close()
  }

  /** All sockets close, and what they wait for fails as `timeout`: a socket belongs to the conversation it was in. */
  cut(why: Error): void {
    if (this.#closed) return
    this.#cut = why
    for (const socket of [...this.#sockets]) socket._leave('timeout', why.message)
    this.#http.cut(why)
  }

  /** After `cut`: connects again. */
  mend(): void {
    this.#cut = undefined
    this.#refusals = new Refusals()
    this.#http.mend()
  }

  _refuse(): Promise<never> {
    return this.#refusals.refuse(this.#cut ?? new ClientClosed())
  }

  _gone(socket: UserSocket): void {
    this.#sockets.delete(socket)
  }

  #take(response: HttpResponse): UserSocket {
    const { tunnel } = response
    if (tunnel !== undefined) this.#http._letGo(tunnel)
    const error = errorOf(response)
    if (error !== undefined) tunnel?.destroy()
    const socket = new UserSocket(this.#context, this.#settings, response, error, this)
    if (error !== undefined) return socket
    this.#sockets.add(socket)
    socket._open()
    if (this.closed) socket._leave()
    return socket
  }
}

function errorOf({ error }: HttpResponse): SocketError | undefined {
  if (error === undefined) return undefined
  return { kind: error.kind === 'check' ? 'malformed' : error.kind, message: error.message }
}

/** The handshake of `ws://` is a request of `http://`, that of `wss://` one of `https://`. */
function asHttp(url: string): string {
  return url.replace(/^ws(s?):/i, 'http$1:')
}

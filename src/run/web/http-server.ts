/**
 * A small HTTP server for a dozen routes: JSON in, JSON out, event streams, files. Everything passes the guard first; what is not JSON,
 * or too long, is refused with a sentence; a handler that throws is a 500 with its message and never ends the run. No framework: it
 * would be larger than the page.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { PAGE_BODY_BYTES_MAX } from '../../kernel/limits.ts'
import type { Guard } from './guard.ts'

export interface Request {
  readonly url: URL
  /** The `:name`s of the route. */
  readonly params: Readonly<Record<string, string>>
  /** Of a POST, parsed: JSON, or the fields of a form; undefined without one. */
  readonly body: unknown
  /** The body as it comes, of a route that takes a file. */
  readonly file?: Readable
  readonly headers: IncomingMessage['headers']
}
/** JSON with a status, or whatever the handler did with the response itself (undefined). */
export type Answer = { readonly status: number; readonly json: unknown } | undefined
export type Handler = (request: Request, response: ServerResponse) => Answer | Promise<Answer>

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Such as `/api/v1/runs/:id`; a last `*` takes the rest. */
  readonly path: string
  /** Needs no header of ours, and takes forms: for programs that know another API. */
  readonly isOpen?: true
  /** Its body is not looked at, and may be of any length. */
  readonly takesFile?: true
  readonly handle: Handler
}

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** The page runs its own scripts and nothing else; it cannot be framed. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

export class HttpServer {
  readonly #server: Server
  readonly #guard: Guard
  readonly #routes: readonly (Route & { readonly pattern: RegExp })[]

  /** `tls`: in PEM; throws what `node:tls` says of a certificate that it cannot use. Without it what is said is not encrypted. */
  constructor(routes: readonly Route[], guard: Guard, tls?: Certificate) {
    this.#guard = guard
    this.#routes = routes.map((route) => ({ ...route, pattern: patternOf(route.path) }))
    const serve = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#serve(request, response)
    this.#server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve)
  }

  /** The port it listens on. Rejects with the system's error, such as EADDRINUSE. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, resolve)
    })
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    try {
      const url = new URL(request.url ?? '/', 'http://page')
      const answer = await this.#handle(request, url, response)
      if (answer !== undefined) sendJson(response, answer)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      if (response.headersSent) response.destroy()
      else sendJson(response, { status: 500, json: { error: text } })
    }
  }

  async #handle(request: IncomingMessage, url: URL, response: ServerResponse): Promise<Answer> {
    const { pathname } = url
    const fitting = this.#routes.filter((route) => route.pattern.test(pathname))
    const route = fitting.find((each) => each.method === request.method)
    const refusal = this.#guard.check(request, url, route?.isOpen === true)
    if (refusal !== undefined) {
      const { status, why, afterSec } = refusal
      if (afterSec !== undefined) response.setHeader('retry-after', afterSec)
      return { status, json: { error: why } }
    }
    const cookie = this.#guard.cookieFor(url)
    if (cookie !== undefined) response.setHeader('set-cookie', cookie)
    if (route === undefined) {
      const status = fitting.length > 0 ? 405 : 404
      return { status, json: { error: `there is no ${request.method} ${pathname}` } }
    }
    const params = decoded(route.pattern.exec(pathname)?.groups ?? {})
    const { headers } = request
    if (route.takesFile)
      return route.handle({ url, params, body: undefined, file: request, headers }, response)
    const body = request.method === 'POST' ? await readBody(request) : undefined
    if (body instanceof BadBody) return { status: 400, json: { error: body.message } }
    return route.handle({ url, params, body, headers }, response)
  }
}

export function sendJson(response: ServerResponse, answer: NonNullable<Answer>): void {
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(JSON.stringify(answer.json))
}

class BadBody extends Error {}

/** What is too long is read to its end, and not kept: a connection that is cut while somebody sends tells them nothing. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes <= PAGE_BODY_BYTES_MAX) parts.push(part)
  }
  if (bytes === 0) return undefined
  if (bytes > PAGE_BODY_BYTES_MAX)
    return new BadBody(`the body has more than ${PAGE_BODY_BYTES_MAX} bytes`)
  const text = Buffer.concat(parts).toString('utf8')
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch (error) {
    return new BadBody(`the body is no JSON: ${(error as Error).message}`)
  }
}

function patternOf(path: string): RegExp {
  const source = path
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')
    .replace(/\*$/, '.*')
  return new RegExp(`^${source}$`)
}

function decoded(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
  )
}

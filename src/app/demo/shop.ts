/**
 * The demo shop: a small honest web shop to load, on `node:http` with an embedded database. It is the target of
 * `onrush demo`, of the examples and of the tests; it keeps a ledger of what it received (`GET /_ledger`,
 * `DELETE /_ledger` to reset) and has knobs for what may be wrong with a server (`POST /_control`, see `knobs.ts`).
 *
 * It binds loopback only. One process, one core, several thousand requests a second.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Catalogue } from './catalogue.ts'
import { Faults } from './faults.ts'
import { KNOBS_OFF, type Knobs, turnKnobs } from './knobs.ts'
import { Ledger, type LedgerPage } from './ledger.ts'
import { LiveLine } from './live.ts'
import { json, type Question, type Reply, refusal } from './reply.ts'
import { type BodyResult, readBody } from './request-body.ts'
import { findRoute, type Route, type Shelf } from './routes.ts'
import { Sessions } from './sessions.ts'

const NO_BODY: BodyResult = { fields: {}, isForm: false }

export interface ShopOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** Of the faults' choices. */
  readonly seed?: number
  readonly knobs?: Partial<Knobs>
}
export interface Shop {
  readonly url: string
  readonly port: number
  ledger(): LedgerPage
  resetLedger(): void
  /** Ends all connections. Idempotent. */
  close(): Promise<void>
}

/** Resolves when it listens; rejects when the port is taken or a knob is wrong. */
export async function startShop(options: ShopOptions = {}): Promise<Shop> {
  const knobs: Knobs = { ...KNOBS_OFF }
  const problems = turnKnobs(knobs, options.knobs ?? {})
  if (problems.length > 0) throw new RangeError(problems.join('; '))
  const counter = new Counter(knobs, options.seed ?? 1)
  try {
    await listen(counter.server, options.port ?? 0)
  } catch (error) {
    await counter.close()
    throw error
  }
  const { port } = counter.server.address() as AddressInfo
  let closed: Promise<void> | undefined
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    ledger: () => counter.ledger.page(),
    resetLedger: () => counter.ledger.reset(),
    close: () => {
      closed ??= counter.close()
      return closed
    },
  }
}

/** Where requests come in: route, body, faults, reply, ledger. */
class Counter {
  readonly server: Server
  readonly ledger = new Ledger()
  readonly #knobs: Knobs
  readonly #faults: Faults
  readonly #shelf: Shelf
  readonly #live = new LiveLine(this.ledger)

  constructor(knobs: Knobs, seed: number) {
    this.#knobs = knobs
    this.#faults = new Faults(knobs, seed)
    this.#shelf = { catalogue: new Catalogue(), sessions: new Sessions(), knobs }
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.#serve(request, response)
    })
    this.server.on('connection', (socket: Socket) => this.ledger.connected(socket))
    this.server.on('upgrade', (request, socket, early) =>
      this.#live.welcome(request, socket as Socket, early),
    )
    this.#turned()
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => {
        this.#shelf.catalogue.close()
        resolve()
      })
      this.server.closeAllConnections()
      this.#live.close()
    })
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const target = request.url ?? '/'
    const mark = target.indexOf('?')
    const path = mark === -1 ? target : target.slice(0, mark)
    const isControl = path.startsWith('/_')
    const route = isControl ? undefined : findRoute(request.method ?? 'GET', path)
    // The response outlives its connection: keep the socket, whose counters stay readable after it is closed.
    const socket = request.socket
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : 'aborted'
      if (route === undefined) this.ledger.ignore(socket)
      else this.ledger.ended(route.name, status, socket)
    })
    const answer = (body: BodyResult): void => {
      if (route === undefined) send(response, this.#control(request.method ?? '', path, body))
      else
        this.#answer(
          route,
          ask(request, path, mark === -1 ? '' : target.slice(mark + 1), body),
          body,
          response,
        )
    }
    if (request.method === 'GET' || request.method === 'HEAD') answer(NO_BODY)
    else readBody(request, answer)
  }

  #answer(
    route: Route,
    question: Omit<Question, 'session'>,
    body: BodyResult,
    response: ServerResponse,
  ): void {
    const reply = this.#reply(route, question, body)
    const delayMs = this.#faults.delayMs()
    this.#faults.leak()
    if (delayMs === 0) send(response, reply)
    else setTimeout(send, delayMs, response, reply)
  }

  #reply(route: Route, question: Omit<Question, 'session'>, body: BodyResult): Reply {
    if (this.#faults.overRate(performance.now())) {
      return json(
        429,
        { error: 'too many requests; come back in a second' },
        { 'retry-after': '1' },
      )
    }
    if (this.#faults.breaks(route.name)) return refusal(500, 'the shop is out of order')
    if ('refused' in body) return body.refused
    const session = this.#shelf.sessions.find(question.cookie)
    return route.answer({ ...question, session }, this.#shelf)
  }

  #control(method: string, path: string, body: BodyResult): Reply {
    if (path === '/_ledger' && method === 'GET') return json(200, this.ledger.page())
    if (path === '/_ledger' && method === 'DELETE') {
      this.ledger.reset()
      return json(200, {})
    }
    if (path !== '/_control') return refusal(404, 'there are /_ledger and /_control')
    if ('refused' in body) return body.refused
    const problems = method === 'POST' ? turnKnobs(this.#knobs, body.fields) : []
    this.#turned()
    return problems.length > 0 ? refusal(400, problems.join('; ')) : json(200, this.#knobs)
  }

  /** Knobs that are not looked at per request. */
  #turned(): void {
    this.#shelf.catalogue.setReviewIndex(!this.#knobs.missingIndex)
    this.server.maxConnections = this.#knobs.connectionsMax || Number.MAX_SAFE_INTEGER
  }
}

function ask(
  request: IncomingMessage,
  path: string,
  query: string,
  body: BodyResult,
): Omit<Question, 'session'> {
  const headers = request.headers
  return {
    query: new URLSearchParams(query),
    id: path.startsWith('/items/')
      ? Number(path.slice('/items/'.length) || Number.NaN)
      : Number.NaN,
    body: 'refused' in body ? {} : body.fields,
    isForm: !('refused' in body) && body.isForm,
    wantsHtml: headers.accept?.includes('text/html') ?? false,
    cookie: headers.cookie,
    acceptsGzip: String(headers['accept-encoding'] ?? '').includes('gzip'),
    etag: headers['if-none-match'],
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return
  const hasBody = reply.status !== 304
  const length = typeof reply.body === 'string' ? Buffer.byteLength(reply.body) : reply.body.length
  response.writeHead(
    reply.status,
    hasBody ? { ...reply.headers, 'content-length': length } : reply.headers,
  )
  response.end(hasBody ? reply.body : undefined)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

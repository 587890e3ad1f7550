/** For tests of connections: raw TCP servers that play a script, an exchange that remembers, nothing left behind. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions as TlsServerOptions } from 'node:tls'
import type { Clock } from '../../contracts/clock.ts'
import type { FailureKind } from '../../contracts/measure.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { Exchange, type RequestBody, type Tunnel } from './exchange.ts'
import { Network, type NetworkOptions } from './network.ts'
import { OriginPool } from './origin-pool.ts'
import type { ParserLimits, ResponseParser } from './response-parser.ts'

export const LIMITS: ParserLimits = {
  maxHeadBytes: 65_536,
  maxHeaderFields: 1_024,
  maxInformational: 64,
  maxChunkLineBytes: 4_096,
  maxBodyBytes: 1e9,
}

/** What an exchange was told, in order, as text. */
export class TestExchange extends Exchange {
  readonly told: string[] = []
  received = ''
  tunnel: Tunnel | undefined = undefined
  readonly #settled = deferred<this>()
  readonly #begun = deferred<this>()

  get settled(): Promise<this> {
    return this.#settled.promise
  }
  /** When the first body byte came. */
  get bodyBegun(): Promise<this> {
    return this.#begun.promise
  }
  /** The last thing told: `200`, `tunnel`, or `kind when: message`. */
  get outcome(): string {
    return this.told.at(-1) ?? ''
  }
  onInformational(parser: ResponseParser): void {
    this.told.push(`informational ${parser.status}`)
  }
  onHead(parser: ResponseParser): void {
    this.told.push(`head ${parser.status}`)
  }
  onBody(bytes: Uint8Array, start: number, end: number): void {
    this.received += Buffer.from(bytes.subarray(start, end)).toString('latin1')
    this.#begun.resolve(this)
  }
  onComplete(parser: ResponseParser): void {
    this.told.push(`${parser.status}`)
    this.#settled.resolve(this)
  }
  onFailure(kind: FailureKind, when: string, message: string): void {
    this.told.push(`${kind} ${when}: ${message}`)
    this.#settled.resolve(this)
  }
  onTunnel(_parser: ResponseParser, tunnel: Tunnel): void {
    this.tunnel = tunnel
    this.told.push('tunnel')
    this.#settled.resolve(this)
  }
}

export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly fields?: string
  readonly body?: RequestBody
  readonly bodyLength?: number
  readonly timeouts?: Partial<Exchange['timeouts']>
  readonly expectContinueMs?: number
  readonly expectsUpgrade?: boolean
}

/** One server's view of one connection. */
export interface Peer {
  readonly socket: Socket
  /** Everything received so far, latin1. */
  received: string
  /** Resolves when `received` contains `text`. */
  until(text: string): Promise<void>
  send(text: string): void
  readonly closed: Promise<void>
}

/** A house with one network; everything it opened is closed by `close`, which fails when something is left. */
export class House {
  readonly clock: Clock
  readonly peers: Peer[] = []
  readonly #servers: Server[] = []
  readonly #pools: OriginPool[] = []
  readonly #networks: Network[] = []

  constructor(clock: Clock = new SystemClock()) {
    this.clock = clock
  }

  async listen(
    serve: (peer: Peer, index: number) => void,
    tls?: TlsServerOptions,
    host = '127.0.0.1',
  ): Promise<number> {
    let count = 0
    const accept = (socket: Socket): void => {
      const peer = peerOf(socket)
      this.peers.push(peer)
      serve(peer, count++)
    }
    const server =
      tls === undefined
        ? createServer({ noDelay: true, allowHalfOpen: true }, accept)
        : createTlsServer(tls, accept)
    server.on('tlsClientError', () => {})
    this.#servers.push(server)
    await new Promise<void>((resolve) => {
      server.listen(0, host, resolve)
    })
    return (server.address() as AddressInfo).port
  }

  network(options: Partial<NetworkOptions> = {}): Network {
    const network = new Network(this.clock, { limits: LIMITS, ...options })
    this.#networks.push(network)
    return network
  }

  pool(
    port: number,
    options: Partial<NetworkOptions> = {},
    secure = false,
    host = '127.0.0.1',
  ): OriginPool {
    return this.poolOf(this.network(options), port, secure, host)
  }

  poolOf(network: Network, port: number, secure = false, host = '127.0.0.1'): OriginPool {
    const pool = new OriginPool(network, { secure, host, port })
    this.#pools.push(pool)
    return pool
  }

  start(pool: OriginPool, asked: Asked = {}): TestExchange {
    const exchange = new TestExchange()
    const {
      method = 'GET',
      path = '/',
      fields = '',
      body,
      timeouts = {},
      expectContinueMs = 0,
    } = asked
    const length =
      typeof body === 'string' || body instanceof Uint8Array
        ? `Content-Length: ${body.length}\r\n`
        : ''
    exchange.method = method
    exchange.head = `${method} ${path} HTTP/1.1\r\nHost: x\r\n${length}${fields}\r\n`
    exchange.body = body
    exchange.bodyLength = asked.bodyLength ?? 0
    exchange.expectContinueMs = expectContinueMs
    exchange.expectsUpgrade = asked.expectsUpgrade ?? false
    exchange.timeouts = { connectMs: 0, headMs: 0, bodyMs: 0, totalMs: 0, ...timeouts }
    exchange.startedMs = this.clock.nowMs()
    pool.dispatch(exchange)
    return exchange
  }

  /** The outcome of one request. */
  ask(pool: OriginPool, asked: Asked = {}): Promise<TestExchange> {
    return this.start(pool, asked).settled
  }

  async close(): Promise<void> {
    for (const pool of this.#pools) pool.close()
    for (const pool of this.#pools)
      if (pool.openCount > 0) throw new Error('a pool kept a connection')
    for (const peer of this.peers) peer.socket.destroy()
    for (const server of this.#servers) await new Promise((resolve) => server.close(resolve))
    // Closing is seen by the sockets in the turns after it.
    for (let turn = 0; turn < 100 && this.#openSockets() > 0; turn++)
      await new Promise((resolve) => setImmediate(resolve))
    if (this.#openSockets() !== 0) throw new Error(`${this.#openSockets()} sockets were left open`)
    const wheel = (this.clock as { _wheel?: { size: number } })._wheel
    if (wheel !== undefined && wheel.size > 0) throw new Error(`${wheel.size} timers were left`)
  }

  #openSockets(): number {
    let count = 0
    for (const network of this.#networks) count += network.openSockets
    return count
  }
}

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** Answers each request without a body by `answer`. */
export function answering(answer = OK): (peer: Peer) => void {
  return (peer) => {
    let from = 0
    peer.socket.on('data', () => {
      for (
        let end = peer.received.indexOf('\r\n\r\n', from);
        end !== -1;
        end = peer.received.indexOf('\r\n\r\n', from)
      ) {
        from = end + 4
        peer.send(answer)
      }
    })
  }
}

function peerOf(socket: Socket): Peer {
  const waiting: { text: string; resolve: () => void }[] = []
  const closed = deferred<void>()
  const peer: Peer = {
    socket,
    received: '',
    until(text) {
      return new Promise((resolve) => {
        if (peer.received.includes(text)) resolve()
        else waiting.push({ text, resolve })
      })
    },
    send(text) {
      socket.write(text, 'latin1')
    },
    closed: closed.promise,
  }
  socket.on('data', (bytes) => {
    peer.received += bytes.toString('latin1')
    for (const each of waiting) if (peer.received.includes(each.text)) each.resolve()
  })
  socket.on('error', () => closed.resolve())
  socket.on('end', () => closed.resolve())
  socket.on('close', () => closed.resolve())
  return peer
}

interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}

/**
 * What all connections of one worker share: clock, resolver, TLS context, proxy, local addresses, limits, counters.
 * One per worker and set of options; origin pools are made from it, per user or shared. It owns no socket itself.
 */
import type { Clock } from '../../contracts/clock.ts'
import { DIAL_PORTS_MAX, HTTP_SPARE_PARSERS_MAX } from '../../kernel/limits.ts'
import { Dns, type Lookup } from './dns.ts'
import { type LocalPorts, systemPorts } from './local-ports.ts'
import type { Origin } from './origin.ts'
import { type HttpProxy, parseProxy } from './proxy.ts'
import { type ParserLimits, ResponseParser, type ResponseSink } from './response-parser.ts'
import { Tls, type TlsOptions } from './tls.ts'

export interface NetworkOptions {
  readonly limits: ParserLimits
  /** Default 30,000; 0 looks the name up for each new connection. */
  readonly dnsCacheMs?: number
  readonly family?: 0 | 4 | 6
  /** Overrides: `{ 'shop.test': '127.0.0.1', 'shop.test:8443': ['10.0.0.1', '10.0.0.2'] }`. */
  readonly hosts?: Readonly<Record<string, string | readonly string[]>>
  /** Source addresses, used in turn; each brings some 28,000 ports per target. */
  readonly localAddresses?: readonly string[]
  /** With `localAddresses`, instead of the system's range of local ports. */
  readonly localPorts?: LocalPorts
  /** All origins are reached through this Unix socket. */
  readonly socketPath?: string
  readonly tls?: TlsOptions
  /** `http://user:password@proxy:3128`. */
  readonly proxy?: string
  /** Host names, or suffixes such as `.internal`, that do without the proxy. */
  readonly proxyExcept?: readonly string[]
  /** Open connections per pool and origin, default 6, as browsers. */
  readonly connectionsMax?: number
  /** Instead of the system's resolver. */
  readonly lookup?: Lookup
}

/** All networks of this process; a handful, one per worker and set of options. */
const networks: Network[] = []

/** Sockets that HTTP clients of this process hold open now. */
export function openSocketCount(): number {
  return networks.reduce((sum, network) => sum + network.openSockets, 0)
}

export class Network {
  readonly clock: Clock
  readonly limits: ParserLimits
  readonly dns: Dns
  readonly tls: Tls
  readonly socketPath: string | undefined
  readonly connectionsMax: number
  /** Sockets open now, connections asked for so far, requests that found a pool's queue full. */
  openSockets = 0
  dialled = 0
  queueOverflows = 0
  readonly #proxy: HttpProxy | undefined
  readonly #proxyExcept: readonly string[]
  readonly #locals: readonly [ipv4: readonly string[], ipv6: readonly string[]]
  readonly #localPorts: LocalPorts | null
  #localTurn = 0
  readonly #parsers: ResponseParser[] = []

  /** Throws a TypeError when `proxy` is not a URL this network can use. */
  constructor(clock: Clock, options: NetworkOptions) {
    networks.push(this)
    this.clock = clock
    this.limits = options.limits
    this.dns = new Dns(
      clock,
      {
        cacheMs: options.dnsCacheMs ?? 30_000,
        family: options.family ?? 0,
        hosts: options.hosts ?? {},
      },
      options.lookup,
    )
    this.tls = new Tls(options.tls ?? {})
    this.socketPath = options.socketPath
    this.connectionsMax = options.connectionsMax ?? 6
    this.#proxy = options.proxy === undefined ? undefined : parseProxy(options.proxy)
    this.#proxyExcept = options.proxyExcept ?? []
    const locals = options.localAddresses ?? []
    this.#locals = [
      locals.filter((each) => !each.includes(':')),
      locals.filter((each) => each.includes(':')),
    ]
    this.#localPorts = locals.length === 0 ? null : (options.localPorts ?? systemPorts())
  }

  /**
   * The proxy for this origin. For `http` the session writes the absolute form and `proxy.authorization`; for `https` the
   * connection has already asked for a tunnel, and nothing changes.
   */
  proxyFor(origin: Origin): HttpProxy | undefined {
    if (this.#proxy === undefined || this.socketPath !== undefined) return undefined
    const { host } = origin
    const excepted = this.#proxyExcept.some(
      (each) => host === each || (each.startsWith('.') && host.endsWith(each)),
    )
    return excepted ? undefined : this.#proxy
  }

  /** A parser that reports to `sink` until it is given back. */
  takeParser(sink: ResponseSink): ResponseParser {
    const parser = this.#parsers.pop()
    if (parser === undefined) return new ResponseParser(sink, this.limits)
    parser.reportTo(sink)
    return parser
  }

  /** Only between two responses. */
  giveBackParser(parser: ResponseParser): void {
    if (this.#parsers.length < HTTP_SPARE_PARSERS_MAX) this.#parsers.push(parser)
  }

  /** The next source address for a target of `family`, and a port to try; none: the system shall choose. */
  nextLocal(family: number): { localAddress?: string; localPort?: number } {
    const locals = this.#locals[family === 6 ? 1 : 0]
    if (locals.length === 0) return {}
    const localAddress = locals[this.#localTurn++ % locals.length]!
    if (this.#localPorts === null) return { localAddress }
    return { localAddress, localPort: this.#localPorts.next() }
  }

  /** How many more source addresses and ports one connection may try after the first. */
  localsToTry(family: number): number {
    const count = this.#locals[family === 6 ? 1 : 0].length
    if (count === 0) return 0
    return this.#localPorts === null ? count - 1 : Math.max(count - 1, DIAL_PORTS_MAX)
  }
}

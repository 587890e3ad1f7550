/**
 * From an origin to an open socket: name, address, TCP, proxy, TLS, with the time of each. Addresses are tried one after the
 * other, each with an equal share of the time that is left, so that a dead first address does not use it up; local addresses
 * and ports likewise when they are taken. One object per connection attempt, gone when the connection stands.
 *
 *     name ──► address ──► tcp ──► (tunnel) ──► (tls) ──► onDialed
 *                 ▲          │ refused, no route, too slow
 *                 └──────────┘ next address, until none is left
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { FailureKind } from '../../contracts/measure.ts'
import { DIAL_ATTEMPTS_MAX } from '../../kernel/limits.ts'
import type { Address } from './dns.ts'
import type { Network } from './network.ts'
import type { Origin } from './origin.ts'
import { disown, type OwnedSocket, openTcp, openTls, type SocketOwner } from './owned-socket.ts'
import { type HttpProxy, openTunnel } from './proxy.ts'
import { dialFailure, dnsFailure } from './socket-errors.ts'
import { tlsReason } from './tls-errors.ts'

export interface DialListener {
  /** The listener owns the socket now: it sets `socket.owner` before it returns. */
  onDialed(dial: Dial, socket: OwnedSocket): void
  onDialFailed(dial: Dial, kind: FailureKind, message: string): void
  /** May come while dialling. */
  onDialSession(session: Buffer): void
}

export interface DialOptions {
  /** Read as a stream of `data` events, as `node:http2` needs it, instead of into the shared buffer. */
  readonly streams: boolean
  readonly alpn: readonly string[] | undefined
  readonly session: Buffer | undefined
}

type Phase = 'name' | 'tcp' | 'tunnel' | 'tls' | 'over'

export class Dial implements SocketOwner {
  /** Durations; 0 where a phase did not happen. */
  dnsMs = 0
  connectMs = 0
  tlsMs = 0
  readonly #network: Network
  readonly #origin: Origin
  readonly #proxy: HttpProxy | undefined
  readonly #options: DialOptions
  readonly #listener: DialListener
  #phase: Phase = 'name'
  #phaseStartedMs = 0
  #deadlineMs = Number.POSITIVE_INFINITY
  #timer: TimerHandle = -1
  #addresses: readonly Address[] = []
  #turn = 0
  #localsLeft = 0
  #socket: OwnedSocket | undefined = undefined

  constructor(network: Network, origin: Origin, options: DialOptions, listener: DialListener) {
    this.#network = network
    this.#origin = origin
    this.#proxy = network.proxyFor(origin)
    this.#options = options
    this.#listener = listener
  }

  /** `deadlineMs` on the network's clock, Infinity for none. Calls the listener once, not before it returns. */
  start(deadlineMs: number): void {
    this.#deadlineMs = deadlineMs
    this.#phaseStartedMs = this.#network.clock.nowMs()
    this.#network.dialled++
    if (this.#network.socketPath !== undefined) {
      this.#connect()
      return
    }
    const { host, port } = this.#proxy ?? this.#origin
    const known = this.#network.dns.known(host, port)
    if (known !== undefined) {
      this.#useAddresses(known)
      return
    }
    this.#armFor(deadlineMs)
    this.#network.dns.resolve(host, port, (addresses, errorCode) => {
      if (this.#phase !== 'name') return
      this.dnsMs = this.#endPhase()
      if (errorCode === '') this.#useAddresses(addresses)
      else this.#failDns(errorCode, host)
    })
  }

  /** Silent: the listener hears nothing any more. Idempotent. */
  cancel(): void {
    this.#phase = 'over'
    this.#disarm()
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #useAddresses(addresses: readonly Address[]): void {
    this.#addresses =
      addresses.length > DIAL_ATTEMPTS_MAX ? addresses.slice(0, DIAL_ATTEMPTS_MAX) : addresses
    this.#localsLeft = this.#network.localsToTry(this.#addresses[0]!.family)
    this.#connect()
  }

  #connect(): void {
    this.#phase = 'tcp'
    const { clock } = this.#network
    const nowMs = clock.nowMs()
    const turnsLeft = this.#addresses.length - this.#turn
    const untilMs =
      turnsLeft > 1 ? nowMs + (this.#deadlineMs - nowMs) / turnsLeft : this.#deadlineMs
    this.#armFor(untilMs)
    const tunnels = this.#proxy !== undefined && this.#origin.secure
    try {
      this.#socket =
        this.#origin.secure && !tunnels
          ? openTls({ ...this.#tlsOptions(), ...this.#tcpOptions() }, this, this.#options.streams)
          : openTcp(this.#tcpOptions(), this, this.#options.streams || tunnels)
    } catch (error) {
      this.#failLater(error)
      return
    }
    this.#network.openSockets++
  }

  #tcpOptions():
    | { path: string }
    | {
        host: string
        port: number
        family: number
        localAddress?: string
        localPort?: number
      } {
    const { socketPath } = this.#network
    if (socketPath !== undefined) return { path: socketPath }
    const { address, family } = this.#addresses[this.#turn]!
    const { port } = this.#proxy ?? this.#origin
    return { host: address, port, family, ...this.#network.nextLocal(family) }
  }

  #tlsOptions(): ReturnType<Network['tls']['connectOptions']> {
    const { alpn, session } = this.#options
    return this.#network.tls.connectOptions(this.#origin.host, alpn, session)
  }

  onSocketConnect(): void {
    // Over a tunnel this is heard again from the TLS socket.
    if (this.#phase !== 'tcp') return
    const socket = this.#socket!
    this.#armFor(this.#deadlineMs)
    if (!this.#origin.secure) {
      this.connectMs = this.#endPhase()
      this.#succeed(socket)
    } else if (this.#proxy === undefined) {
      this.connectMs = this.#endPhase()
      this.#phase = 'tls'
    } else {
      this.#phase = 'tunnel'
      openTunnel(socket, this.#proxy, this.#origin, this.#network.limits, (problem) => {
        if (this.#phase !== 'tunnel') return
        if (problem !== '') this.#fail('proxy', problem)
        else this.#secureTunnel(socket)
      })
    }
  }

  #secureTunnel(tunnel: OwnedSocket): void {
    this.connectMs = this.#endPhase()
    this.#phase = 'tls'
    disown(tunnel)
    try {
      this.#socket = openTls({ ...this.#tlsOptions(), socket: tunnel }, this, true)
    } catch (error) {
      tunnel.destroy()
      this.#network.openSockets--
      this.#socket = undefined
      this.#failLater(error)
    }
  }

  onSocketSecure(): void {
    if (this.#phase !== 'tls') return
    this.tlsMs = this.#endPhase()
    this.#socket!.setNoDelay(true)
    this.#succeed(this.#socket!)
  }

  onSocketSession(session: Buffer): void {
    this.#listener.onDialSession(session)
  }

  onSocketError(error: NodeJS.ErrnoException): void {
    if (this.#phase === 'over') return
    if (this.#phase === 'tcp' && this.#tryNext(error.code ?? '')) return
    this.#failWith(error)
  }

  onSocketEnd(): void {
    if (this.#phase === 'tls') this.#fail('tls', HANDSHAKE_CUT)
  }

  onSocketClose(): void {
    this.#network.openSockets--
  }

  onSocketRead(): void {
    this.#fail('unexpected-bytes', 'the server sent bytes before a request was written')
  }

  #tryNext(code: string): boolean {
    if (code === 'EADDRNOTAVAIL' || code === 'EADDRINUSE') {
      if (this.#localsLeft <= 0) return false
      this.#localsLeft--
    } else if (code === 'EMFILE' || code === 'ENFILE' || this.#turn + 1 >= this.#addresses.length) {
      return false
    } else {
      this.#turn++
    }
    this.#connect()
    return true
  }

  #succeed(socket: OwnedSocket): void {
    this.#phase = 'over'
    this.#disarm()
    this.#socket = undefined
    this.#listener.onDialed(this, socket)
  }

  #failDns(errorCode: string, host: string): void {
    const { kind, message } = dnsFailure(errorCode, host)
    if (this.#proxy === undefined) this.#fail(kind, message)
    else this.#fail('proxy', `no connection to the proxy: ${message}`)
  }

  /** Wrong TLS material or a local address that is none is thrown at once; the listener hears of it as of anything else. */
  #failLater(error: unknown): void {
    const problem = error instanceof Error ? error : new Error(String(error))
    const message = this.#origin.secure
      ? `the TLS settings are not usable: ${tlsReason(problem) ?? problem.message}`
      : `the connection cannot be opened: ${problem.message}`
    queueMicrotask(() => this.#fail(this.#origin.secure ? 'tls' : 'other', message))
  }

  #failWith(error: NodeJS.ErrnoException): void {
    const code = error.code ?? ''
    if (this.#phase === 'tls' && (code === 'ECONNRESET' || code === 'EPIPE')) {
      this.#fail('tls', HANDSHAKE_CUT)
      return
    }
    const { kind, message } = dialFailure(error, this.#name())
    const isOurs = kind === 'resources' || this.#phase === 'tls'
    if (this.#proxy === undefined || isOurs) this.#fail(kind, message)
    else this.#fail('proxy', `no connection to the proxy: ${message}`)
  }

  #fail(kind: FailureKind, message: string): void {
    if (this.#phase === 'over') return
    this.cancel()
    this.#listener.onDialFailed(this, kind, message)
  }

  #name(): string {
    const { host, port } = this.#proxy ?? this.#origin
    return this.#network.socketPath ?? `${host.includes(':') ? `[${host}]` : host}:${port}`
  }

  #endPhase(): number {
    const nowMs = this.#network.clock.nowMs()
    const tookMs = nowMs - this.#phaseStartedMs
    this.#phaseStartedMs = nowMs
    return tookMs
  }

  #armFor(untilMs: number): void {
    this.#disarm()
    if (untilMs !== Number.POSITIVE_INFINITY)
      this.#timer = this.#network.clock.at(untilMs, onLate, this)
  }

  #disarm(): void {
    if (this.#timer !== -1) this.#network.clock.cancel(this.#timer)
    this.#timer = -1
  }

  /** Called by the timer: this address, or the whole, took too long. */
  _late(): void {
    this.#timer = -1
    const slow = this.#socket
    if (this.#phase === 'tcp' && this.#turn + 1 < this.#addresses.length) {
      this.#turn++
      slow?.destroy()
      this.#connect()
      return
    }
    const at = this.#phase === 'name' ? 'the name server' : this.#name()
    const doing =
      this.#phase === 'tls'
        ? 'finish the TLS handshake'
        : this.#phase === 'tunnel'
          ? 'open a tunnel'
          : 'answer'
    this.#fail('connect-timeout', `${at} did not ${doing} in time`)
  }
}

const HANDSHAKE_CUT = 'the server closed the connection during the TLS handshake'

function onLate(dial: Dial): void {
  dial._late()
}

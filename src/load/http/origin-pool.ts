// HOT: one `dispatch` and one `onIdle` per request; no allocation while one connection does.
/**
 * The connections to one origin: per user by default, where it holds exactly one nearly always, or one for all users of a
 * worker. An exchange takes an idle connection, else a new one up to `connectionsMax`, else it waits its turn in a bounded
 * queue; the wait counts against `connectMs` and is part of the request's latency.
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { FailureKind } from '../../contracts/measure.ts'
import { POOL_QUEUE_MAX } from '../../kernel/limits.ts'
import { Connection, type ConnectionOwner } from './connection.ts'
import type { Exchange } from './exchange.ts'
import type { Network } from './network.ts'
import type { Origin } from './origin.ts'
import type { OwnedSocket } from './owned-socket.ts'

interface Waiting {
  readonly pool: OriginPool
  readonly exchange: Exchange
  timer: TimerHandle
}

export class OriginPool implements ConnectionOwner {
  readonly network: Network
  readonly origin: Origin
  /** TLS session of the last connection, resumed by the next. */
  session: Buffer | undefined = undefined
  /** The idle connection used last, taken first. */
  _idle: Connection | undefined = undefined
  /** Further idle ones, oldest first; made when there is a second. */
  _idleOthers: Connection[] | undefined = undefined
  /** Open connections, busy and idle: the first one alone, the others in a list made when needed. */
  _first: Connection | undefined = undefined
  _others: Connection[] | undefined = undefined
  _queue: Waiting[] | undefined = undefined
  _closed = false

  constructor(network: Network, origin: Origin) {
    this.network = network
    this.origin = origin
  }

  /** Runs `exchange`; `exchange.startedMs` must be the time of this call, or earlier. Never calls back before it returns. */
  dispatch(exchange: Exchange): void {
    exchange.begin()
    const connection = this._takeIdle(exchange.startedMs)
    if (connection !== undefined) connection.dispatch(exchange, exchange.startedMs)
    else this._dialOrWait(exchange)
  }

  /** Gives one exchange up, wherever it is: waiting, dialling or under way. False when it is not here. */
  cancel(exchange: Exchange, kind: FailureKind, message: string): boolean {
    const place = this._queue?.findIndex((each) => each.exchange === exchange) ?? -1
    if (place !== -1) {
      const [waiting] = this._queue!.splice(place, 1)
      fail(waiting!, kind, message)
      return true
    }
    for (const connection of this._connections()) {
      if (connection.carries(exchange)) {
        connection.destroy(kind, connection._where(), message)
        return true
      }
    }
    return false
  }

  /** Takes over a socket dialled elsewhere (ALPN chose http/1.1): it is idle. */
  adopt(socket: OwnedSocket): void {
    const connection = new Connection(this)
    connection.adopt(socket)
    this._add(connection)
    this.onIdle(connection)
  }

  /** Ends everything under way as `cancelled` and closes all sockets. Idempotent; later exchanges fail. */
  close(): void {
    this._closed = true
    const queue = this._queue ?? []
    this._queue = undefined
    for (const waiting of queue) fail(waiting, 'cancelled', CLOSED_MESSAGE)
    for (const connection of this._connections())
      connection.destroy('cancelled', connection._where(), CLOSED_MESSAGE)
  }

  /** Ends everything under way; idle connections stay. */
  cut(kind: FailureKind, message: string): void {
    const queue = this._queue ?? []
    this._queue = undefined
    for (const waiting of queue) fail(waiting, kind, message)
    for (const connection of this._connections()) {
      const isIdle = connection === this._idle || this._idleOthers?.includes(connection) === true
      if (!isIdle) connection.destroy(kind, connection._where(), message)
    }
  }

  /** Open or opening. */
  get openCount(): number {
    return (this._first === undefined ? 0 : 1) + (this._others?.length ?? 0)
  }

  get waitingCount(): number {
    return this._queue?.length ?? 0
  }

  onIdle(connection: Connection): void {
    if (this._idle === undefined) {
      this._idle = connection
      return
    }
    this._idleOthers ??= []
    this._idleOthers.push(this._idle)
    this._idle = connection
  }

  onSettled(): void {
    if (this._queue !== undefined && this._queue.length > 0) this._serveQueue()
  }

  onClosed(connection: Connection): void {
    if (this._idle === connection) this._idle = this._idleOthers?.pop()
    else remove(this._idleOthers, connection)
    if (this._first === connection) this._first = this._others?.pop()
    else remove(this._others, connection)
    // A connection that closed while idle has nobody to settle, yet its place is free.
    if (this._queue !== undefined && this._queue.length > 0)
      queueMicrotask(() => this._serveQueue())
  }

  _takeIdle(nowMs: number): Connection | undefined {
    for (let connection = this._idle; connection !== undefined; connection = this._idle) {
      if (connection.isReusable(nowMs)) {
        this._idle = this._idleOthers === undefined ? undefined : this._idleOthers.pop()
        return connection
      }
      connection.destroy('closed', 'connect', 'the connection was idle for too long')
    }
    return undefined
  }

  _dialOrWait(exchange: Exchange): void {
    if (this._closed) {
      failSoon(exchange, this.network, 'cancelled', CLOSED_MESSAGE)
      return
    }
    if (this.openCount < this.network.connectionsMax) {
      const connection = new Connection(this)
      this._add(connection)
      connection.dial(exchange, this.network.clock.nowMs())
      return
    }
    this._queue ??= []
    if (this._queue.length >= POOL_QUEUE_MAX) {
      this.network.queueOverflows++
      failSoon(exchange, this.network, 'resources', 'too many requests wait for a free connection')
      return
    }
    const waiting: Waiting = { pool: this, exchange, timer: -1 }
    const { connectMs, totalMs } = exchange.timeouts
    const limitMs = Math.min(connectMs > 0 ? connectMs : Infinity, totalMs > 0 ? totalMs : Infinity)
    if (limitMs !== Infinity)
      waiting.timer = this.network.clock.at(exchange.startedMs + limitMs, onWaitedTooLong, waiting)
    this._queue.push(waiting)
  }

  _serveQueue(): void {
    const queue = this._queue
    // Bounded: each turn takes one from the queue, or ends.
    while (queue !== undefined && queue.length > 0) {
      const nowMs = this.network.clock.nowMs()
      const idle = this._takeIdle(nowMs)
      if (idle === undefined && this.openCount >= this.network.connectionsMax) return
      const { exchange, timer } = queue.shift()!
      if (timer !== -1) this.network.clock.cancel(timer)
      if (idle !== undefined) idle.dispatch(exchange, nowMs)
      else this._dialOrWait(exchange)
    }
  }

  _add(connection: Connection): void {
    if (this._first === undefined) {
      this._first = connection
      return
    }
    this._others ??= []
    this._others.push(connection)
  }

  /** A copy: destroying one changes the lists. */
  _connections(): Connection[] {
    return this._first === undefined ? [] : [this._first, ...(this._others ?? [])]
  }
}

const CLOSED_MESSAGE = 'the client was closed'

function onWaitedTooLong(waiting: Waiting): void {
  waiting.timer = -1
  const queue = waiting.pool._queue
  const place = queue?.indexOf(waiting) ?? -1
  if (queue === undefined || place === -1) return
  queue.splice(place, 1)
  const { connectMs, totalMs } = waiting.exchange.timeouts
  const isTotal = totalMs > 0 && (connectMs === 0 || totalMs <= connectMs)
  fail(waiting, isTotal ? 'timeout' : 'connect-timeout', 'no connection became free in time')
}

function fail(waiting: Waiting, kind: FailureKind, message: string): void {
  const { network } = waiting.pool
  if (waiting.timer !== -1) network.clock.cancel(waiting.timer)
  end(waiting.exchange, network, kind, message)
}

function failSoon(exchange: Exchange, network: Network, kind: FailureKind, message: string): void {
  queueMicrotask(() => end(exchange, network, kind, message))
}

function end(exchange: Exchange, network: Network, kind: FailureKind, message: string): void {
  exchange.endMs = network.clock.nowMs()
  exchange.ended = true
  exchange.onFailure(kind, 'connect', message)
}

function remove(list: Connection[] | undefined, connection: Connection): void {
  const place = list?.indexOf(connection) ?? -1
  if (place !== -1) list!.splice(place, 1)
}

/**
 * A Redis (or what speaks like one) by its own account: one connection that is kept, and INFO on it once per reading. Commands per second,
 * memory and how much of its limit that is, clients, hits, evictions, CPU and network. Our own INFO is one of the commands. Costs about
 * 0.3 ms per reading.
 */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Monitor, MonitorFigure, MonitorUnit } from '../../../contracts/monitor.ts'
import { CounterRates } from '../../../kernel/counter-rates.ts'
import { decodeReply, encodeCommand, parseInfo } from './info.ts'

export interface RedisOptions {
  readonly name: string
  /** `redis://user:password@host:port`, or `rediss://` for TLS. */
  readonly url: string
  /** Without secrets. */
  readonly source: string
  nowMs(): number
}

export class RedisMonitor implements Monitor {
  readonly name: string
  readonly source: string
  readonly #url: URL
  readonly #nowMs: () => number
  readonly #rates = new CounterRates()
  #socket: Socket | undefined
  #bytes: Buffer = Buffer.alloc(0)
  #waiting: { resolve(text: string): void; reject(error: Error): void } | undefined

  constructor({ name, url, source, nowMs }: RedisOptions) {
    this.name = name
    this.source = source
    this.#url = new URL(url)
    this.#nowMs = nowMs
  }

  async read(signal: AbortSignal): Promise<readonly MonitorFigure[]> {
    const giveUp = (): void => this.#fail(new Error('no answer in time'))
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      if (this.#socket === undefined) await this.#open()
      const info = parseInfo(await this.#ask('INFO'))
      this.#rates.begin(this.#nowMs())
      return this.#figures(info)
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  close(): void {
    this.#fail(new Error('closed'))
  }

  async #open(): Promise<void> {
    const { hostname, port, username, password, protocol } = this.#url
    const host = hostname.replace(/^\[|\]$/g, '')
    const address = { host, port: Number(port) || 6379 }
    const socket =
      protocol === 'rediss:' ? connectTls({ ...address, servername: host }) : connectTcp(address)
    this.#socket = socket
    this.#bytes = Buffer.alloc(0)
    socket.on('data', (bytes) => this.#receive(bytes))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the connection was closed')))
    if (password === '') return
    const words = [username, password].filter((each) => each !== '').map(decodeURIComponent)
    await this.#ask('AUTH', ...words)
  }

  #ask(...words: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket?.write(encodeCommand(...words))
    })
  }

  #receive(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    try {
      const reply = decodeReply(this.#bytes)
      if (reply === undefined) return
      this.#bytes = this.#bytes.subarray(reply.end)
      const waiting = this.#waiting
      this.#waiting = undefined
      if (reply.kind === 'text') waiting?.resolve(reply.text)
      else waiting?.reject(new Error(reply.text))
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  /** The next reading begins with a new connection. */
  #fail(error: Error): void {
    this.#socket?.removeAllListeners('close')
    this.#socket?.destroy()
    this.#socket = undefined
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }

  #figures(info: ReadonlyMap<string, number>): MonitorFigure[] {
    const figures: MonitorFigure[] = []
    const add = (metric: string, unit: MonitorUnit, value: number | undefined): void => {
      if (value !== undefined && Number.isFinite(value)) figures.push({ metric, unit, value })
    }
    const perSec = (name: string): number | undefined => {
      const total = info.get(name)
      return total === undefined ? undefined : this.#rates.perSec(name, total)
    }
    add('commands', '/s', perSec('total_commands_processed'))
    const memoryBytes = info.get('used_memory')
    add('memory', 'bytes', memoryBytes)
    const limitBytes = info.get('maxmemory') ?? 0
    if (memoryBytes !== undefined && limitBytes > 0) {
      add('memoryUsed', '%', (memoryBytes / limitBytes) * 100)
    }
    add('cpu', '%', this.#cpu(info))
    add('clients', '', info.get('connected_clients'))
    add('blockedClients', '', info.get('blocked_clients'))
    add('hitRatio', '%', this.#hitRatio(info))
    add('evicted', '/s', perSec('evicted_keys'))
    add('rejected', '/s', perSec('rejected_connections'))
    add('networkIn', 'bytes/s', perSec('total_net_input_bytes'))
    add('networkOut', 'bytes/s', perSec('total_net_output_bytes'))
    return figures
  }

  /** Of the main thread where that is told: it is the one that commands wait for. */
  #cpu(info: ReadonlyMap<string, number>): number | undefined {
    const user = info.get('used_cpu_user_main_thread') ?? info.get('used_cpu_user')
    const system = info.get('used_cpu_sys_main_thread') ?? info.get('used_cpu_sys')
    if (user === undefined || system === undefined) return undefined
    const perSec = this.#rates.perSec('cpu', user + system)
    return perSec === undefined ? undefined : perSec * 100
  }

  /** Of the look-ups of the last second; none in a second without any. */
  #hitRatio(info: ReadonlyMap<string, number>): number | undefined {
    const hits = this.#rates.growth('hits', info.get('keyspace_hits') ?? 0)
    const misses = this.#rates.growth('misses', info.get('keyspace_misses') ?? 0)
    if (hits === undefined || misses === undefined || hits + misses === 0) return undefined
    return (hits / (hits + misses)) * 100
  }
}

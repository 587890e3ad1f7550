/**
 * What the sessions of one worker share when their options ask for the same network: connections' settings, parsed URLs, series and
 * spare request objects. Found by the content of the options, since `http = { … }` in a class makes a new object per user.
 */
import { Buffer } from 'node:buffer'
import type { ExemplarSink } from '../../contracts/exemplar.ts'
import type { ErrorId, FailureKind, Recorder } from '../../contracts/measure.ts'
import type { WorkerContext } from '../../contracts/user.ts'
import { HTTP_SPARE_REQUESTS_MAX } from '../../kernel/limits.ts'
import type { DecodeLimits } from './decode.ts'
import { type Field, readFields, writeFields } from './fields.ts'
import { Flight } from './flight.ts'
import { decodeLimits, EXPECT_CONTINUE_MS, type HttpOptions, parserLimits } from './http-options.ts'
import { Network, type NetworkOptions } from './network.ts'
import type { OriginPool } from './origin-pool.ts'
import { SeriesTable } from './series.ts'
import { type Site, Targets } from './target.ts'

/** Says who sends load, so that nobody has to guess from an access log. */
export const USER_AGENT = 'onrush/0.1.0 (+load test)'

const DEFAULT_FIELDS = readFields({
  'User-Agent': USER_AGENT,
  Accept: '*/*',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
})

export class HttpShared {
  readonly worker: WorkerContext
  readonly recorder: Recorder
  /** Undefined when no request is kept. */
  readonly exemplars: ExemplarSink | undefined
  readonly network: Network
  readonly targets: Targets
  readonly series: SeriesTable
  readonly decodeLimits: DecodeLimits
  readonly expectContinueMs: number
  readonly http2: 'auto' | boolean
  /** Pools of all users together, when the options ask for it. */
  readonly pools: Map<Site, OriginPool> | undefined
  readonly defaultFields: readonly Field[] = DEFAULT_FIELDS
  readonly #spares: Flight[] = []
  readonly #sampled = new Set<ErrorId>()

  constructor(worker: WorkerContext, options: HttpOptions) {
    this.worker = worker
    this.recorder = worker.recorder
    this.exemplars = worker.exemplars
    this.network = new Network(worker.clock, networkOptions(options))
    this.targets = new Targets()
    this.series = new SeriesTable(worker.recorder, worker.exemplars !== undefined)
    this.decodeLimits = decodeLimits(options)
    this.expectContinueMs = options.expectContinueMs ?? EXPECT_CONTINUE_MS
    this.http2 = options.http2 ?? false
    this.pools = options.sharedConnections === true ? new Map() : undefined
  }

  takeFlight(): Flight {
    return this.#spares.pop() ?? new Flight(this)
  }

  giveBack(flight: Flight): void {
    if (this.#spares.length < HTTP_SPARE_REQUESTS_MAX) this.#spares.push(flight)
  }

  /** Header lines every request to this site has, unless it names them itself. */
  block(site: Site): string {
    site.block ??= `Host: ${site.authority}\r\n${this.proxyLine(site)}${writeFields(DEFAULT_FIELDS)}`
    return site.block
  }

  /** A plain http request through a proxy carries the proxy's credentials itself. */
  proxyLine(site: Site): string {
    const proxy = site.secure ? undefined : this.network.proxyFor(site)
    if (proxy === undefined || proxy.authorization === '') return ''
    return `Proxy-Authorization: ${proxy.authorization}\r\n`
  }

  /** Why no load may be sent there. */
  refusal(site: Site): string | undefined {
    if (site.refusal === null) site.refusal = this.worker.refuseHost(site.host)
    return site.refusal
  }

  /** The recorder's number for an error, with its first occurrence kept for people. */
  errorId(kind: FailureKind, message: string, sample: Flight): ErrorId {
    const id = this.recorder.error(kind, message)
    if (!this.#sampled.has(id)) {
      // Bounded by the recorder's own dictionary.
      this.#sampled.add(id)
      this.recorder.sample(id, `${sample.method} ${sample.url}: ${message}`)
    }
    return id
  }
}

function networkOptions(options: HttpOptions): NetworkOptions {
  const {
    dnsCacheMs,
    family,
    hosts,
    localAddresses,
    socketPath,
    tls,
    proxy,
    proxyExcept,
    connectionsMax,
    lookup,
  } = options
  return {
    limits: parserLimits(options),
    ...(dnsCacheMs !== undefined && { dnsCacheMs }),
    ...(family !== undefined && { family }),
    ...(hosts !== undefined && { hosts }),
    ...(localAddresses !== undefined && { localAddresses }),
    ...(socketPath !== undefined && { socketPath }),
    ...(tls !== undefined && { tls }),
    ...(proxy !== undefined && { proxy }),
    ...(proxyExcept !== undefined && { proxyExcept }),
    ...(connectionsMax !== undefined && { connectionsMax }),
    ...(lookup !== undefined && { lookup }),
  }
}

const byWorker = new WeakMap<WorkerContext, Map<string, HttpShared>>()
const functionIds = new WeakMap<object, number>()
let functionCount = 0

/** The shared part for these options; made by the first session that needs it. Throws a TypeError for options that cannot work. */
export function sharedFor(worker: WorkerContext, options: HttpOptions): HttpShared {
  let all = byWorker.get(worker)
  if (all === undefined) {
    all = new Map()
    byWorker.set(worker, all)
  }
  const key = networkKey(options)
  let shared = all.get(key)
  if (shared === undefined) {
    shared = new HttpShared(worker, options)
    all.set(key, shared)
  }
  return shared
}

/** Equal for options that mean the same network; what concerns one session only is left out. */
function networkKey(options: HttpOptions): string {
  const { headers, timeout, redirects, auth, discardBody, throwOnFailure, tags, ...network } =
    options
  for (const _ in network) return JSON.stringify(network, plain)
  return ''
}

function plain(this: unknown, name: string, value: unknown): unknown {
  // `toJSON` of a Buffer has run already; ask the holder for what stood there.
  const original = (this as Record<string, unknown>)[name]
  if (original instanceof Uint8Array) return `bytes ${Buffer.from(original).toString('base64')}`
  if (typeof original !== 'function') return value
  let id = functionIds.get(original)
  if (id === undefined) {
    id = functionCount++
    functionIds.set(original, id)
  }
  return `function ${id}`
}

/**
 * THE table of `--output KIND=WHERE`: one row per kind, loaded when it is asked for. A row reads where, and throws `Unreadable` with what it
 * should look like; whatever else it throws (a port that is taken, a folder that cannot be written) says why it cannot be opened.
 */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Clock } from '../../contracts/clock.ts'
import type { Output } from '../../contracts/output.ts'
import { SAMPLE_LOG_BYTES_MAX } from '../../kernel/limits.ts'
import { requireFrom } from '../../load/data/peer-package.ts'
import type { PgPackage } from '../../plugins/outputs/postgres/pg-carrier.ts'
import { Address } from '../../run/outbound/address.ts'
import { HttpCarrier } from '../../run/outbound/http-carrier.ts'
import { Outbox } from '../../run/outbound/outbox.ts'
import { UdpCarrier } from '../../run/outbound/udp-carrier.ts'

export interface OpenedOutput extends Output {
  /** Idempotent. */
  close(): void
}
export interface OutputPlace {
  /** Paths count from it. */
  readonly folder: string
  readonly clock: Clock
  /** A line for people, without secrets. */
  readonly say: (text: string) => void
}
/** The message: what it should look like. */
export class Unreadable extends Error {}
/** Something has to be there first; `fix` says how. */
export class Missing extends Error {
  readonly fix: string
  constructor(message: string, fix: string) {
    super(message)
    this.fix = fix
  }
}

type Open = (where: string, at: OutputPlace) => Promise<OpenedOutput>

export const OUTPUT_KINDS: Readonly<Record<string, Open>> = {
  jsonl: async (where, at) => {
    const { JsonlOutput } = await import('../../plugins/outputs/jsonl/jsonl-output.ts')
    return new JsonlOutput(fileAt(where, at), at.say)
  },
  prometheus: async (where, { say }) => {
    const [, host, port] = /^(?:(.*):)?(\d{1,5})$/.exec(where) ?? []
    if (port === undefined || Number(port) > 65_535) {
      throw new Unreadable('prometheus=:9464, or an address of this machine: 0.0.0.0:9464')
    }
    const { PrometheusOutput } = await import(
      '../../plugins/outputs/prometheus/prometheus-output.ts'
    )
    const address = host?.replace(/^\[(.*)\]$/, '$1')
    return PrometheusOutput.open(address || '127.0.0.1', Number(port), say)
  },
  'prometheus-rw': async (where, at) => {
    const { REMOTE_WRITE_HEADERS, RemoteWriteOutput } = await import(
      '../../plugins/outputs/prometheus-rw/remote-write-output.ts'
    )
    const example = 'prometheus-rw=http://localhost:9090/api/v1/write'
    const address = webAddress(where, 'Bearer', example)
    return new RemoteWriteOutput(
      httpOutbox('prometheus-rw', address, REMOTE_WRITE_HEADERS, at),
      at.clock,
    )
  },
  otlp: async (where, at) => {
    const { OtlpOutput } = await import('../../plugins/outputs/otlp/otlp-output.ts')
    const address = webAddress(where, 'Bearer', 'otlp=http://localhost:4318')
    const { url } = address
    // As with OTEL_EXPORTER_OTLP_ENDPOINT: the base, unless the whole path is given.
    if (!url.pathname.endsWith('/v1/metrics')) {
      url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/metrics`
    }
    return new OtlpOutput(
      httpOutbox('otlp', address, { 'content-type': 'application/json' }, at),
      at.clock,
    )
  },
  influx: async (where, at) => {
    const { InfluxOutput } = await import('../../plugins/outputs/influx/influx-output.ts')
    const example = 'influx=http://localhost:8086/api/v2/write?org=ORG&bucket=BUCKET'
    if (/^udp:/.test(where)) {
      return new InfluxOutput(
        udpOutbox('influx', where.replace(/^udp:\/\//, ''), example, at).outbox,
      )
    }
    const address = webAddress(where, 'Token', example)
    return new InfluxOutput(
      httpOutbox('influx', address, { 'content-type': 'text/plain; charset=utf-8' }, at),
    )
  },
  statsd: async (where, at) => {
    const { StatsdOutput } = await import('../../plugins/outputs/statsd/statsd-output.ts')
    const { outbox, query } = udpOutbox('statsd', where, 'statsd=localhost:8125', at)
    return new StatsdOutput(outbox, query.has('tags') ? 'tags' : 'names')
  },
  postgres: async (where, at) => {
    if (!/^postgres(ql)?:\/\//.test(where) || !URL.canParse(where)) {
      throw new Unreadable('postgres=postgres://user:password@host/database')
    }
    const pg = requireFrom(at.folder, 'pg')?.('pg') as PgPackage | undefined
    if (pg === undefined) throw new Missing('the package pg is not there', 'npm install pg')
    const { PgCarrier } = await import('../../plugins/outputs/postgres/pg-carrier.ts')
    const { PostgresOutput } = await import('../../plugins/outputs/postgres/postgres-output.ts')
    const address = new Address(where, '')
    const carrier = new PgCarrier(pg, where, address)
    return new PostgresOutput(new Outbox(`postgres (${address.label})`, carrier, at.clock, at.say))
  },
  samples: async (where, { folder }) => {
    const [, dir = '', size] = /^(.+?)(?:,max=(.*))?$/.exec(where) ?? []
    const bytesMax = size === undefined ? SAMPLE_LOG_BYTES_MAX : bytesOf(size)
    if (bytesMax === undefined) throw new Unreadable('samples=logs or samples=logs,max=200MB')
    const path = resolve(folder, dir)
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.W_OK)
    return { name: 'samples', sampleLog: { folder: path, bytesMax }, close: () => undefined }
  },
  hlog: async (where, at) => {
    const { HlogOutput } = await import('../../plugins/outputs/hdr/hlog-output.ts')
    return new HlogOutput(fileAt(where, at), at.say)
  },
  hgrm: async (where, at) => {
    const { HgrmOutput } = await import('../../plugins/outputs/hdr/hgrm-output.ts')
    return new HgrmOutput(fileAt(where, at))
  },
}

/** '200MB'; undefined for what is no size. */
function bytesOf(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(kB|MB|GB)$/.exec(text) ?? []
  return amount === undefined ? undefined : Number(amount) * BYTES[unit as keyof typeof BYTES]
}
const BYTES = { kB: 1e3, MB: 1e6, GB: 1e9 } as const

/** Makes the folder. Only plain files: opening a pipe that nobody reads would wait for ever. */
function fileAt(where: string, { folder }: OutputPlace): string {
  const path = resolve(folder, where)
  mkdirSync(dirname(path), { recursive: true })
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) throw new Error('it is no file')
  return path
}

function webAddress(where: string, scheme: string, example: string): Address {
  if (!/^https?:\/\//.test(where) || !URL.canParse(where)) throw new Unreadable(example)
  return new Address(where, scheme)
}

function httpOutbox(
  kind: string,
  address: Address,
  headers: Readonly<Record<string, string>>,
  { clock, say }: OutputPlace,
): Outbox {
  return new Outbox(`${kind} (${address.label})`, new HttpCarrier(address, headers), clock, say)
}

function udpOutbox(
  kind: string,
  where: string,
  example: string,
  { clock, say }: OutputPlace,
): { outbox: Outbox; query: URLSearchParams } {
  const [, host, port, query] = /^([^\s/?]+):(\d{1,5})\/?(?:\?(.*))?$/.exec(where) ?? []
  if (host === undefined || Number(port) === 0 || Number(port) > 65_535) {
    throw new Unreadable(example)
  }
  const outbox = new Outbox(
    `${kind} (${host}:${port})`,
    new UdpCarrier(host, Number(port)),
    clock,
    say,
  )
  return { outbox, query: new URLSearchParams(query ?? '') }
}

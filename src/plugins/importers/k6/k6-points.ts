/**
 * Points of k6 in the order in which it writes them: those of one request stand together, from `http_reqs` on. A request's time is its
 * end, and its duration is without connecting: `http_req_duration` = sending + waiting + receiving.
 */
import type { ForeignSample, ForeignSink } from '../../../contracts/foreign.ts'
import {
  type FailureKind,
  TRANSACTION_KIND,
  TRANSACTION_METHOD,
} from '../../../contracts/measure.ts'

export type K6Tags = Readonly<Record<string, string | undefined>>

const PHASES: Readonly<Record<string, number>> = {
  http_req_connecting: 1,
  http_req_tls_handshaking: 2,
  http_req_sending: 3,
  http_req_waiting: 4,
  http_req_receiving: 5,
}
/** Sums over others, or nothing that a run of ours has. */
const KNOWN = new Set([
  ...['http_req_blocked', 'vus_max', 'iterations', 'iteration_duration', 'data_sent'],
  ...['data_received', 'dropped_iterations'],
])
/** By k6's error codes, the first that is not above. https://grafana.com/docs/k6/latest/javascript-api/error-codes/ */
const KINDS: readonly (readonly [from: number, kind: FailureKind])[] = [
  [1700, 'decode'],
  [1600, 'other'],
  [1400, 'status'],
  [1300, 'tls'],
  [1220, 'reset'],
  [1213, 'other'],
  [1212, 'refused'],
  [1211, 'connect-timeout'],
  [1210, 'other'],
  [1100, 'dns'],
  [1051, 'other'],
  [1050, 'timeout'],
]

interface Open {
  readonly endEpochMs: number
  readonly tags: K6Tags
  durationMs: number | undefined
  failed: boolean
  readonly phasesMs: number[]
}

export class K6Points {
  readonly #sink: ForeignSink
  readonly #leftOut = new Set<string>()
  #open: Open | undefined

  constructor(sink: ForeignSink) {
    this.#sink = sink
  }

  point(metric: string, epochMs: number, value: number, tags: K6Tags): void {
    const phase = PHASES[metric]
    if (metric === 'http_reqs') this.#begin(epochMs, tags)
    else if (metric === 'http_req_duration') this.#duration(epochMs, value, tags)
    else if (phase !== undefined && this.#open !== undefined) this.#open.phasesMs[phase] = value
    else if (metric === 'http_req_failed' && this.#open !== undefined) this.#open.failed = value > 0
    else if (metric === 'vus') this.#sink.users(value, epochMs)
    else if (metric === 'checks') this.#sink.check(tags['check'] ?? '', value > 0, epochMs)
    else if (metric === 'group_duration') this.#sink.sample(groupOf(epochMs, value, tags))
    else if (metric === 'grpc_req_duration') this.#sink.sample(grpcOf(epochMs, value, tags))
    else if (phase === undefined && !KNOWN.has(metric)) this.#leftOut.add(metric)
  }

  end(): void {
    this.#tell()
    this.#sink.note(
      'k6 measures a request without connecting, and tells bytes of whole iterations only: connecting is in the phases, bytes are missing',
    )
    if (this.#leftOut.size === 0) return
    this.#sink.note(`left out, because nothing here corresponds: ${[...this.#leftOut].join(', ')}`)
  }

  #begin(endEpochMs: number, tags: K6Tags): void {
    this.#tell()
    const failed = tags['expected_response'] === 'false'
    this.#open = { endEpochMs, tags, durationMs: undefined, failed, phasesMs: [0, 0, 0, 0, 0, 0] }
  }

  #duration(epochMs: number, value: number, tags: K6Tags): void {
    if (this.#open === undefined || this.#open.durationMs !== undefined) this.#begin(epochMs, tags)
    this.#open!.durationMs = value
  }

  #tell(): void {
    const open = this.#open
    this.#open = undefined
    if (open?.durationMs === undefined) return
    const { tags, durationMs, endEpochMs, phasesMs } = open
    this.#sink.sample({
      kind: 'http',
      method: tags['method'] ?? '',
      name: tags['name'] || tags['url'] || '',
      startEpochMs: endEpochMs - durationMs,
      latencyMs: durationMs,
      status: Number(tags['status'] ?? 0) || 0,
      bytesIn: 0,
      bytesOut: 0,
      phasesMs,
      ...(open.failed && { error: errorOf(tags) }),
    })
  }
}

function errorOf(tags: K6Tags): NonNullable<ForeignSample['error']> {
  const { status = '0', error } = tags
  const code = Number(tags['error_code'] ?? 0) || (Number(status) >= 400 ? 1400 : 0)
  const kind = KINDS.find(([from]) => code >= from)?.[1] ?? (status === '0' ? 'other' : 'status')
  return { kind, message: kind === 'status' ? `status ${status}` : (error ?? `k6 error ${code}`) }
}

function groupOf(endEpochMs: number, durationMs: number, tags: K6Tags): ForeignSample {
  const name = (tags['group'] ?? '').replace(/^::/, '').replaceAll('::', ' / ')
  return {
    ...timed(endEpochMs, durationMs),
    kind: TRANSACTION_KIND,
    method: TRANSACTION_METHOD,
    name,
  }
}

/** Of gRPC status 0 is the good one. */
function grpcOf(endEpochMs: number, durationMs: number, tags: K6Tags): ForeignSample {
  const { status = '0' } = tags
  return {
    ...timed(endEpochMs, durationMs),
    kind: 'grpc',
    method: '',
    name: tags['method'] ?? tags['name'] ?? '',
    ...(status !== '0' && { error: { kind: 'status', message: `grpc status ${status}` } as const }),
  }
}

const timed = (endEpochMs: number, durationMs: number) => ({
  startEpochMs: endEpochMs - durationMs,
  latencyMs: durationMs,
  status: 0,
  bytesIn: 0,
  bytesOut: 0,
})

/**
 * The JSON of k6's `handleSummary`, or of `--summary-export` (the same with fewer levels): sums and percentiles of the whole run, all
 * requests as one. Figures that k6 was not asked for (`summaryTrendStats`) are null.
 */
import type { ForeignFile, ForeignSink, ForeignSummary } from '../../../contracts/foreign.ts'
import type { Percentiles, SeriesResult } from '../../../contracts/result.ts'
import { ForeignMistake } from '../../../kernel/foreign-mistake.ts'
import { KEPT_BYTES_MAX } from '../../../kernel/limits.ts'

type Json = Readonly<Record<string, unknown>>

export async function readSummary(file: ForeignFile, sink: ForeignSink): Promise<ForeignSummary> {
  const summary = parse(await wholeOf(file))
  const metrics = objectOf(summary['metrics'])
  const metric = (name: string): Json => {
    const found = objectOf(metrics[name])
    return found['values'] === undefined ? found : objectOf(found['values'])
  }
  const isHttp = metrics['http_reqs'] !== undefined
  if (!isHttp && metrics['grpc_req_duration'] === undefined) {
    const names = Object.keys(metrics).join(', ') || 'none'
    throw new ForeignMistake(
      `it has no figures of requests (its metrics: ${names})`,
      'give a summary of a test with HTTP or gRPC requests, or the points of `k6 run --out json=FILE`',
    )
  }
  const requests = numberIn(metric(isHttp ? 'http_reqs' : 'iterations'), 'count') ?? 0
  const durationMs =
    numberIn(objectOf(summary['state']), 'testRunDurationMs') ??
    (requests / (numberIn(metric(isHttp ? 'http_reqs' : 'iterations'), 'rate') || 1)) * 1_000
  const failed = metric('http_req_failed')
  const failures = numberIn(failed, 'passes') ?? 0
  const trend = percentilesOf(metric(isHttp ? 'http_req_duration' : 'grpc_req_duration'))
  const mean = (name: string): number => numberIn(metric(name), 'avg') ?? 0
  const totals: SeriesResult = {
    kind: isHttp ? 'http' : 'grpc',
    method: '',
    name: '(all requests of k6)',
    requests,
    failures,
    wireRequests: requests,
    ratePerSec: durationMs > 0 ? requests / (durationMs / 1_000) : 0,
    bytesIn: numberIn(metric('data_received'), 'count') ?? 0,
    bytesOut: numberIn(metric('data_sent'), 'count') ?? 0,
    latencyMs: trend,
    responseMs: trend,
    phasesMs: {
      dns: 0,
      connect: mean('http_req_connecting'),
      tls: mean('http_req_tls_handshaking'),
      send: mean('http_req_sending'),
      wait: mean('http_req_waiting'),
      receive: mean('http_req_receiving'),
    },
    statuses: {},
  }
  if (!isHttp) sink.note('of gRPC k6 tells no number of requests: that of iterations stands for it')
  return {
    startedAtEpochMs: null,
    durationMs,
    usersMax: numberIn(metric('vus'), 'max') ?? numberIn(metric('vus_max'), 'max') ?? 0,
    totals,
    series: [totals],
    errors: [],
    checks: checksIn(objectOf(summary['root_group'])),
    windows: [],
  }
}

function percentilesOf(trend: Json): Percentiles {
  const at = (key: string): number | null => numberIn(trend, key) ?? null
  return {
    min: at('min'),
    mean: at('avg'),
    p50: at('med'),
    p75: at('p(75)'),
    p90: at('p(90)'),
    p95: at('p(95)'),
    p99: at('p(99)'),
    p999: at('p(99.9)'),
    p9999: at('p(99.99)'),
    max: at('max'),
  }
}

/** Groups hold groups; both and checks are lists, or objects by name. */
function checksIn(group: Json): { name: string; passes: number; failures: number }[] {
  const list = (value: unknown): Json[] => Object.values(objectOf(value)).map(objectOf)
  const own = list(group['checks']).map((check) => ({
    name: String(check['name'] ?? ''),
    passes: numberIn(check, 'passes') ?? 0,
    failures: numberIn(check, 'fails') ?? 0,
  }))
  return [...own, ...list(group['groups']).flatMap(checksIn)]
}

async function wholeOf(file: ForeignFile): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of file.bytes()) {
    bytes += part.length
    if (bytes > KEPT_BYTES_MAX)
      throw new ForeignMistake(
        'it is too large for a summary',
        'give the points of k6 as JSON lines or CSV',
      )
    parts.push(part)
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
}

function parse(text: string): Json {
  try {
    return objectOf(JSON.parse(text))
  } catch (error) {
    throw new ForeignMistake(
      `it is no whole JSON: ${(error as Error).message}`,
      'write it again, with `handleSummary` or `k6 run --summary-export FILE`',
    )
  }
}

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {}

const numberIn = (object: Json, key: string): number | undefined =>
  typeof object[key] === 'number' ? object[key] : undefined

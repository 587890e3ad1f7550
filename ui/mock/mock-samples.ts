/** Kept requests of a synthetic run: the slowest of each second, and the first failure where there was one. */
import { isWanted, readSampleQuery, withoutMessages } from '../../src/model/view/samples.ts'
import type { Exemplar, SampleList } from '../src/api/types.ts'
import type { MockRun } from './mock-run.ts'

export function mockSamples(run: MockRun, given: URLSearchParams): SampleList {
  const query = readSampleQuery((key) => given.get(key))
  const all = samplesOf(run)
  const wanted = typeof query === 'string' ? [] : all.filter((each) => isWanted(each, query))
  return { kept: all.length, samples: wanted.map(withoutMessages) }
}

export function mockSample(run: MockRun, id: string): Exemplar | undefined {
  return samplesOf(run).find((each) => each.id === id)
}

function samplesOf(run: MockRun): Exemplar[] {
  const { errors, series } = run.range(0, Number.POSITIVE_INFINITY)
  return run.points.flatMap(({ atMs, maxMs, failures }, index) => {
    const { method, name } = series[index % Math.max(1, series.length - 1)]!
    const slow = sampleOf(`0-${2 * index}`, method, name, atMs, (maxMs ?? 10) * 0.98, run)
    const [error] = errors
    if (failures === 0 || error === undefined) return [slow]
    const [failedMethod = '', ...rest] = error.series.split(' ')
    const failed = sampleOf(`0-${2 * index + 1}`, failedMethod, rest.join(' '), atMs, 60, run)
    const { kind, message } = error
    return [slow, { ...failed, why: 'error', status: 503, error: { kind, message } } as const]
  })
}

function sampleOf(
  id: string,
  method: string,
  name: string,
  atMs: number,
  ms: number,
  run: MockRun,
): Exemplar {
  return {
    id,
    why: 'slow',
    kind: 'http',
    method,
    name,
    worker: 0,
    error: null,
    userId: 7,
    startMs: Math.max(0, atMs + 500 - ms),
    latencyMs: ms,
    responseMs: ms,
    phasesMs: [0, 0.6, 1.4, 0.1, ms - 3, 0.9],
    status: 200,
    url: `http://localhost:3000${name}`,
    isNewConnection: true,
    bytesIn: 640,
    bytesOut: 210,
    place: '/home/me/checkout.ts:14:23',
    traceId: '',
    request: {
      head: `${method} ${name} HTTP/1.1\nHost: localhost:3000\nAuthorization: •••`,
      body: '',
      bodyBytes: 0,
      note: '',
    },
    response: {
      head: '200 OK\nContent-Type: application/json',
      body: run.body,
      bodyBytes: run.body.length,
      note: '',
    },
  }
}

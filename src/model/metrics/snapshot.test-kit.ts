/** Any snapshot there can be, for tests of everything that carries them. */
import fc from 'fast-check'
import { EXEMPLAR_REASONS, type Exemplar } from '../../contracts/exemplar.ts'
import { METRIC_KINDS, type SnapshotData } from '../../contracts/snapshot.ts'
import { LogHistogram } from './histogram.ts'

const figure = fc.oneof(
  fc.nat(),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
)
const histogram = fc
  .array(fc.double({ min: 0, max: 4e9, noNaN: true }), { maxLength: 30 })
  .map((values) => {
    const made = new LogHistogram()
    for (const value of values) made.record(value)
    return made
  })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const series = fc
  .record({
    kind: text,
    method: text,
    name: text,
    tags: fc.option(fc.dictionary(text, text, { minKeys: 1, maxKeys: 9 }), { nil: undefined }),
    requests: figure,
    failures: figure,
    wireRequests: figure,
    bytesIn: figure,
    bytesOut: figure,
    phaseSumsUs: fc.array(figure, { minLength: 6, maxLength: 6 }),
    statuses: fc.dictionary(fc.integer({ min: 0, max: 999 }).map(String), fc.nat()),
    latency: histogram,
    late: fc.option(histogram, { nil: undefined }),
  })
  .map(({ late, statuses, tags, ...rest }) => ({
    ...rest,
    ...(tags !== undefined && { tags }),
    statuses: new Map(Object.entries(statuses).map(([k, v]) => [Number(k), v])),
    response: late ?? rest.latency,
  }))
const error = fc.record({
  method: text,
  name: text,
  kind: text,
  message: text,
  count: figure,
  firstAtMs: figure,
  lastAtMs: figure,
  sample: text,
})
const metric = fc
  .record({
    kind: fc.constantFrom(...METRIC_KINDS),
    name: text,
    count: figure,
    sum: figure,
    min: figure,
    max: figure,
    last: figure,
    lastAtMs: figure,
    values: histogram,
  })
  .map(({ values, ...rest }) => ({ ...rest, values: rest.kind === 'trend' ? values : undefined }))
/** Quicker to make than `text`: a request has many. */
const word = fc.string({ maxLength: 8 })
const message = fc.record({ head: word, body: word, bodyBytes: fc.nat(), note: word })
const anyExemplar: fc.Arbitrary<Exemplar> = fc
  .record({
    id: word,
    why: fc.constantFrom(...EXEMPLAR_REASONS),
    kind: word,
    method: word,
    name: word,
    tags: fc.option(fc.dictionary(word, word, { minKeys: 1, maxKeys: 2 }), { nil: undefined }),
    worker: fc.nat(),
    error: fc.option(fc.record({ kind: word, message: word })),
    userId: fc.nat(),
    startMs: figure,
    latencyMs: figure,
    responseMs: figure,
    phasesMs: fc.array(figure, { minLength: 6, maxLength: 6 }),
    status: fc.nat(999),
    url: word,
    isNewConnection: fc.boolean(),
    bytesIn: fc.nat(),
    bytesOut: fc.nat(),
    place: word,
    traceId: word,
    request: message,
    response: fc.option(message),
  })
  .map(({ tags, ...rest }) => ({ ...rest, ...(tags !== undefined && { tags }) }))
const someExemplars = fc.option(fc.array(anyExemplar, { minLength: 1, maxLength: 2 }), {
  nil: undefined,
})
const anyCounts = fc.record({
  workerIndex: fc.nat(),
  sequence: fc.nat(),
  window: fc.nat(),
  series: fc.array(series, { maxLength: 5 }),
  errors: fc.array(error, { maxLength: 4 }),
  checks: fc.array(
    fc.record(
      { name: text, scenario: someText, passes: fc.nat(), failures: fc.nat() },
      { requiredKeys: ['name', 'passes', 'failures'] },
    ),
    {
      maxLength: 4,
    },
  ),
  users: fc.record({ active: fc.nat(), started: fc.nat(), stopped: fc.nat(), failed: fc.nat() }),
  arrivals: fc.record({
    due: fc.nat(),
    started: fc.nat(),
    dropped: fc.nat(),
    finished: fc.nat(),
    lateness: histogram,
  }),
  metrics: fc.array(metric, { maxLength: 4 }),
  health: fc.record({
    cpuRatio: figure,
    loopUtilisation: figure,
    loopDelayMsP99: figure,
    cpuWaitRatio: figure,
    rssBytes: figure,
    openSockets: figure,
    inFlight: figure,
    inFlightMs: figure,
    limits: fc.array(fc.tuple(text, fc.nat()), { maxLength: 3 }),
  }),
})
export const anySnapshot: fc.Arbitrary<SnapshotData> = fc
  .tuple(anyCounts, someExemplars)
  .map(([counts, exemplars]) => ({ ...counts, ...(exemplars !== undefined && { exemplars }) }))

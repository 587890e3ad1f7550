import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { METRIC_KINDS, type SnapshotData } from '../../contracts/snapshot.ts'
import { LogHistogram } from './histogram.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts'

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
const snapshot: fc.Arbitrary<SnapshotData> = fc.record({
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

/** Where a histogram starts its blocks depends on the order of touching; what it counts does not. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner) => {
      if (inner instanceof Map) return [...inner]
      if (!(inner instanceof LogHistogram)) return Object.is(inner, -0) ? '-0' : inner
      const { count, sumUs, minUs, maxUs } = inner
      const percentiles = [0, 1, 25, 50, 75, 90, 99].map((p) => inner.percentileUs(p))
      return { count, sumUs, minUs, maxUs, percentiles }
    }),
  )

describe('snapshot codec', () => {
  test('what is decoded is what was encoded, to the last bit', () => {
    fc.assert(
      fc.property(snapshot, (data) => {
        const decoded = decodeSnapshot(encodeSnapshot(data))
        expect(plain(decoded)).toEqual(plain(data))
        decoded.series.forEach((each, i) => {
          expect(each.response === each.latency).toBe(
            data.series[i]!.response === data.series[i]!.latency,
          )
        })
      }),
    )
  })

  test('any damaged byte, and any missing or added end, is an error', () => {
    fc.assert(
      fc.property(snapshot, fc.nat(), fc.integer({ min: 1, max: 255 }), (data, at, flip) => {
        const bytes = encodeSnapshot(data)
        const damaged = bytes.slice()
        damaged[at % bytes.length]! ^= flip
        expect(() => decodeSnapshot(damaged)).toThrow(/snapshot/)
        expect(() => decodeSnapshot(bytes.subarray(0, at % bytes.length))).toThrow(/snapshot/)
        expect(() => decodeSnapshot(Uint8Array.of(...bytes, flip))).toThrow(/snapshot/)
      }),
    )
  })

  test('arbitrary bytes behind a right checksum end in an error or a snapshot, never in a hang', () => {
    const sum = (body: Uint8Array): number =>
      body.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) >>> 0
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2),
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        (version, noise) => {
          const bytes = Uint8Array.of(version, ...noise, 0, 0, 0, 0)
          const body = bytes.subarray(0, bytes.length - 4)
          new DataView(bytes.buffer).setUint32(body.length, sum(body))
          try {
            decodeSnapshot(bytes)
          } catch (thrown) {
            expect((thrown as Error).name).toBe('SnapshotError')
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('bytes of version 1, which had no metrics, are still read', () => {
    const bytes =
      'AQYACAIIaHR0cAZHRVQCLwIAAhQoDAAAAAAAAAKQAwICuBe4F7gX7g0CAAACBG9rAgAAAAAAAAAAAAABP+AAAAAAAAAAAAAAAAIAAB8/2g=='
    const data = decodeSnapshot(Buffer.from(bytes, 'base64'))
    expect(data).toMatchObject({ workerIndex: 3, sequence: 0, window: 4, metrics: [] })
    expect(data.series).toMatchObject([{ kind: 'http', method: 'GET', name: '/', requests: 1 }])
    expect(data.series[0]!.latency.maxUs).toBe(1_500)
    expect(data.checks).toEqual([{ name: 'ok', passes: 1, failures: 0 }])
    expect(data.health.cpuRatio).toBe(0.5)
  })

  test('another version is refused by its number', () => {
    const bytes = Uint8Array.of(9, 0, 0, 0, 0, 0)
    expect(() => decodeSnapshot(bytes)).toThrow('a snapshot has format 9, this version reads 3')
  })
})

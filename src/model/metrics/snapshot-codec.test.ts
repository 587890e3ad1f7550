import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogHistogram } from './histogram.ts'
import { anySnapshot } from './snapshot.test-kit.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts'

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
      fc.property(anySnapshot, (data) => {
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
      fc.property(anySnapshot, fc.nat(), fc.integer({ min: 1, max: 255 }), (data, at, flip) => {
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
        fc.constantFrom(1, 2, 3, 4),
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

  test('bytes of version 3, which kept no requests, are still read', () => {
    const bytes =
      'AwYACAIIaHR0cAZHRVQCLwIMcmVnaW9uBGV1AgACFCgMAAAAAAAAApADAgK4F7gXuBfuDQIAAAAAAAAAAAAAAAABP+AAAAAAAAAAAAAAAb/wAAAAAAAAAAAAAgAIc29sZAACBAQEBAqIktIy'
    const data = decodeSnapshot(Buffer.from(bytes, 'base64'))
    expect(data).toMatchObject({ workerIndex: 3, metrics: [{ name: 'sold', sum: 2 }] })
    expect(data.series).toMatchObject([{ name: '/', tags: { region: 'eu' }, requests: 1 }])
    expect(data.exemplars).toBeUndefined()
  })

  test('another version is refused by its number', () => {
    const bytes = Uint8Array.of(9, 0, 0, 0, 0, 0)
    expect(() => decodeSnapshot(bytes)).toThrow('a snapshot has format 9, this version reads 4')
  })
})

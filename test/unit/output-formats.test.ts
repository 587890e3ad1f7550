/** Names and tags come from scripts and may hold anything: every text format is read strictly again and says the same. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import * as hdr from 'hdr-histogram-js'
import { describe, expect, test } from 'vitest'
import { OUTPUT_KINDS } from '../../src/app/cli/output-kinds.ts'
import { RunMeter } from '../../src/model/export/run-meter.ts'
import {
  histogramOf,
  RUN,
  STARTED_AT,
  seriesOf,
  windowOf,
} from '../../src/model/export/window.test-kit.ts'
import { encodeHdr, hdrIndex } from '../../src/plugins/outputs/hdr/hdr-encoding.ts'
import { percentileText } from '../../src/plugins/outputs/hdr/percentile-text.ts'
import { lineProtocol } from '../../src/plugins/outputs/influx/line-protocol.ts'
import { otlpMetrics } from '../../src/plugins/outputs/otlp/otlp-metrics.ts'
import { MAKE_TABLES } from '../../src/plugins/outputs/postgres/tables.ts'
import { exposition } from '../../src/plugins/outputs/prometheus/exposition.ts'
import { snappy } from '../../src/plugins/outputs/prometheus-rw/snappy.ts'
import { writeRequests } from '../../src/plugins/outputs/prometheus-rw/write-request.ts'
import { statsdLines } from '../../src/plugins/outputs/statsd/statsd-lines.ts'
import {
  readExposition,
  readLineProtocol,
  readStatsd,
  readWriteRequest,
  unsnappy,
} from '../contracts/far-ends.test-kit.ts'

const nasty = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'a,= "\\\n\r|#:{}@é🦆') }),
)
const tagKey = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,8}$/)
const tags = fc.dictionary(tagKey, nasty, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
/** Different series, by name. */
const series = fc
  .uniqueArray(fc.record({ name: nasty, tags, times: fc.array(fc.double({ min: 0, max: 9e4 })) }), {
    selector: ({ name }) => name,
    maxLength: 4,
  })
  .map((all) =>
    all.map(({ name, tags: of, times }) =>
      seriesOf(name, times.filter(Number.isFinite), { tags: of }),
    ),
  )
const window = fc
  .record({ all: series, rule: nasty, check: nasty })
  .map(({ all, rule, check }) => ({
    window: windowOf(2, all, {
      checks: [{ name: check, passes: 2, failures: 1 }],
      errors: [
        {
          ...{ method: 'GET', name: '/', kind: 'timeout', message: 'late', count: 4 },
          ...{ firstAtMs: 0, lastAtMs: 0, sample: '' },
        },
      ],
      monitors: [{ name: 'target.cpu', unit: '%', value: 12.5 }],
    }),
    thresholds: [{ rule, passed: false, observed: 3, unit: 'ms', margin: -1, firstCrossedAtMs: 0 }],
  }))
type Given = typeof window extends fc.Arbitrary<infer T> ? T : never
const requestsOf = ({ window: { series: all } }: Given): number =>
  all.reduce((sum, { requests }) => sum + requests, 0)
function familiesOf({ window: given, thresholds }: Given) {
  const meter = new RunMeter(RUN)
  meter.add(given, thresholds)
  return meter.families()
}
const sum = (values: Iterable<number>): number => [...values].reduce((all, each) => all + each, 0)

describe('whatever series, rules and checks are called', () => {
  test('Prometheus can read it, and the requests are all there', () => {
    fc.assert(
      fc.property(window, (given) => {
        const samples = readExposition(exposition(familiesOf(given)))
        const of = (name: string) => [...samples].filter(([key]) => key.startsWith(`${name}{`))
        expect(sum(of('onrush_requests_total').map(([, value]) => value))).toBe(requestsOf(given))
        const buckets = of('onrush_response_seconds_bucket')
        const infinite = buckets.filter(([key]) => key.endsWith('le="+Inf"}'))
        expect(sum(infinite.map(([, value]) => value))).toBe(requestsOf(given))
        expect(of('onrush_threshold_passed')[0]?.[1]).toBe(0)
        expect(of('onrush_monitored')[0]?.[1]).toBe(12.5)
      }),
      { numRuns: 60 },
    )
  })
  test('remote write is well-formed, and the requests are all there', () => {
    fc.assert(
      fc.property(window, (given) => {
        const bodies = writeRequests(familiesOf(given), STARTED_AT).map(snappy)
        const all = bodies.flatMap(readWriteRequest)
        const requests = all.filter(({ labels }) => labels['__name__'] === 'onrush_requests_total')
        expect(sum(requests.map(({ value }) => value))).toBe(requestsOf(given))
        expect(all.every(({ timestamp }) => timestamp === STARTED_AT)).toBe(true)
        const keys = all.map(({ labels }) => JSON.stringify(labels))
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 40 },
    )
  })
  test('InfluxDB can read it, and the requests are all there', () => {
    fc.assert(
      fc.property(window, (given) => {
        const points = readLineProtocol(lineProtocol(given.window, given.thresholds, RUN))
        const of = points.filter(({ measurement }) => measurement === 'onrush_series')
        expect(sum(of.map(({ fields }) => fields['requests']!))).toBe(requestsOf(given))
        expect(new Set(points.map(({ time }) => time))).toEqual(
          new Set([`${STARTED_AT + 2_000}000000`]),
        )
      }),
      { numRuns: 60 },
    )
  })
  test('StatsD can read it, by names and by tags, and the requests are all there', () => {
    fc.assert(
      fc.property(window, fc.constantFrom('names' as const, 'tags' as const), (given, style) => {
        const lines = statsdLines(given.window, given.window, given.thresholds, style)
        const counts = [...readStatsd(lines)].filter(([key]) =>
          style === 'tags'
            ? key.startsWith('onrush.requests|')
            : /^onrush\.http\..*\.requests$/.test(key),
        )
        expect(sum(counts.map(([, value]) => value))).toBe(requestsOf(given))
      }),
      { numRuns: 60 },
    )
  })
  test('OTLP has counts that fit its buckets', () => {
    fc.assert(
      fc.property(window, (given) => {
        const run = { id: 'r', name: 'shop', startedAtEpochMs: STARTED_AT }
        const body = JSON.parse(JSON.stringify(otlpMetrics(familiesOf(given), run, STARTED_AT + 1)))
        type Point = { count: string; bucketCounts: string[]; explicitBounds: number[] }
        type Metric = { name: string; histogram: { dataPoints: Point[] } }
        const { metrics } = body.resourceMetrics[0].scopeMetrics[0] as { metrics: Metric[] }
        const points = metrics.find(({ name }) => name === 'onrush.response')?.histogram.dataPoints
        for (const { count, bucketCounts, explicitBounds } of points ?? []) {
          expect(sum(bucketCounts.map(Number))).toBe(Number(count))
          expect(bucketCounts).toHaveLength(explicitBounds.length + 1)
        }
        expect(sum((points ?? []).map(({ count }) => Number(count)))).toBe(requestsOf(given))
      }),
      { numRuns: 30 },
    )
  })
})

describe('snappy', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 4_000 }))
      .map(([part, times]) => Buffer.alloc(part.length * times, part)),
  )
  test('is read back as it was', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        expect(unsnappy(snappy(given)).equals(Buffer.from(given))).toBe(true)
      }),
    )
  })
  test('makes labels that repeat a tenth of what they were', () => {
    const names = Array.from(
      { length: 500 },
      (_, index) => `onrush_requests_total GET /cart/${index}`,
    )
    const plain = Buffer.from(names.join(''))
    expect(snappy(plain).length).toBeLessThan(plain.length / 4)
  })
})

describe('HdrHistogram', () => {
  const times = fc.array(fc.double({ min: 0, max: 3_000_000, noNaN: true }), {
    minLength: 1,
    maxLength: 80,
  })
  test('reads counts, the largest exactly and percentiles within 0.5 %', () => {
    fc.assert(
      fc.property(times, (given) => {
        const ours = histogramOf(given)
        const theirs = hdr.decodeFromCompressedBase64(encodeHdr(ours))
        expect(theirs.totalCount).toBe(given.length)
        for (const percent of [0, 50, 90, 99, 100]) {
          const ns = ours.percentileUs(percent === 0 ? 0.00001 : percent) * 1_000
          const read = theirs.getValueAtPercentile(percent)
          expect(Math.abs(read - ns)).toBeLessThanOrEqual(ns * 0.005 + 1_000)
        }
      }),
      { numRuns: 60 },
    )
  })
  test('finds each value at the place we count it at', () => {
    const near = [1, 2_047, 2_048, 2_049, 4_095, 4_096, 2 ** 32 - 1, 2 ** 32, 3.6e12]
    const value = fc.oneof(fc.constantFrom(...near), fc.integer({ min: 1, max: 3.6e12 }))
    fc.assert(
      fc.property(value, (ns) => {
        const index = hdrIndex(ns)
        const bucket = Math.max(0, Math.floor(index / 1_024) - 1)
        const low = bucket === 0 ? index : (index - bucket * 1_024) * 2 ** bucket
        expect(low).toBeLessThanOrEqual(ns)
        expect(low + 2 ** bucket).toBeGreaterThan(ns)
      }),
    )
  })
  test('the text of percentiles grows, ends with the largest, and counts all', () => {
    fc.assert(
      fc.property(times, (given) => {
        const ours = histogramOf(given)
        const text = percentileText(ours)
        const rows = [
          ...text.matchAll(/^ *(\d+\.\d{3}) (\d\.\d{12}) +(\d+)(?: +(\d+\.\d\d))?$/gm),
        ].map((row) => row.slice(1, 4).map(Number))
        expect(rows.length).toBeGreaterThan(0)
        for (let index = 1; index < rows.length; index++) {
          const isHigher = rows[index]!.every((cell, column) => cell >= rows[index - 1]![column]!)
          expect(isHigher).toBe(true)
        }
        const [value, share, count] = rows.at(-1)!
        expect(value).toBeCloseTo(ours.maxUs / 1_000, 3)
        expect([share, count]).toEqual([1, given.length])
      }),
      { numRuns: 60 },
    )
  })
  test('a histogram of nothing is one of nothing', () => {
    expect(hdr.decodeFromCompressedBase64(encodeHdr(histogramOf([]))).totalCount).toBe(0)
    expect(percentileText(histogramOf([]))).toContain('Total count    =            0]')
  })
})

test('the guide names every kind of output and every measurement', () => {
  const guide = readFileSync(new URL('../../docs/guide/outputs.md', import.meta.url), 'utf8')
  for (const kind of Object.keys(OUTPUT_KINDS)) expect(guide).toContain(`| \`${kind}\` |`)
  const text = lineProtocol(
    windowOf(0, [seriesOf('/', [1])], {
      checks: [{ name: 'ok', passes: 1, failures: 0 }],
      monitors: [{ name: 'target.cpu', unit: '%', value: 1 }],
    }),
    [{ rule: 'r', passed: true, observed: 1, unit: '', margin: 1, firstCrossedAtMs: null }],
    RUN,
  )
  for (const { measurement, tags: of } of readLineProtocol(text)) {
    expect(guide).toContain(`| \`${measurement}\` |`)
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${measurement}\` |`))
    for (const key of Object.keys(of)) if (key !== 'run') expect(row).toContain(`\`${key}\``)
  }
})

test('the guide names every table of PostgreSQL with its columns', () => {
  const guide = readFileSync(new URL('../../docs/guide/outputs.md', import.meta.url), 'utf8')
  const tables = [...MAKE_TABLES.matchAll(/create table if not exists (\w+) \(\n([^;]+)\n\)/g)]
  expect(tables).toHaveLength(2)
  for (const [, table, columns] of tables) {
    // A measurement of InfluxDB has the name of one, and comes first.
    const row = guide.split('\n').findLast((line) => line.startsWith(`| \`${table}\` |`))
    for (const [, column] of columns!.matchAll(/^ {2}(?!primary)(\w+) /gm)) {
      // `response_ms_mean`, `_p50`, `_p95` …
      const shown = [column!, column!.replace(/^(response|latency)_ms/, '')]
      expect(shown.some((each) => row!.includes(`\`${each}\``))).toBe(true)
    }
  }
})

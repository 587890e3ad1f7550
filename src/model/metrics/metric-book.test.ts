import fc from 'fast-check'
import { expect, test } from 'vitest'
import { METRIC_KINDS, type MetricDelta, type MetricKind } from '../../contracts/snapshot.ts'
import { METRICS_MAX } from '../../kernel/limits.ts'
import { MetricBook, OTHER_METRICS } from './metric-book.ts'
import { toMetricResult } from './metric-result.ts'
import { WorkerRecorder } from './recorder.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts'
import { mergeSnapshots, RunTotals } from './window.ts'

const HEALTH = { cpuRatio: 0, loopUtilisation: 0, loopDelayMsP99: 0, rssBytes: 0, openSockets: 0 }
const results = (deltas: readonly MetricDelta[]) =>
  deltas.map((each) => toMetricResult(each, 10_000))

test('each kind is summed up in its own way', () => {
  const book = new MetricBook()
  for (const [value, atMs] of [
    [2, 10],
    [6, 20],
    [4, 30],
  ] as const) {
    book.measure('counter', 'orders', value, atMs)
    book.measure('gauge', 'stock', value, atMs)
    book.measure('rate', 'hit', value > 3 ? 1 : 0, atMs)
    book.measure('trend', 'items', value, atMs)
  }
  const [counter, gauge, rate, trend] = results(book.flush())
  expect(counter).toMatchObject({ name: 'orders', count: 3, value: 12, ratePerSec: 1.2, min: null })
  expect(gauge).toMatchObject({ name: 'stock', value: 4, min: 2, max: 6, ratePerSec: null })
  expect(rate).toMatchObject({ name: 'hit', min: null, percentiles: null })
  expect(rate!.value).toBeCloseTo(200 / 3)
  expect(trend).toMatchObject({ name: 'items', value: 4, min: 2, max: 6 })
  expect(trend!.percentiles).toMatchObject({ min: 2, p99: 6, max: 6, mean: 4 })
  expect(Math.abs(trend!.percentiles!.p50! - 4)).toBeLessThanOrEqual(4 * 0.004)
  expect(book.flush()).toEqual([])
})

test('one name may be of two kinds, which are two metrics', () => {
  const book = new MetricBook()
  book.measure('counter', 'x', 1, 0)
  book.measure('gauge', 'x', 5, 0)
  expect(results(book.flush()).map(({ kind, value }) => [kind, value])).toEqual([
    ['counter', 1],
    ['gauge', 5],
  ])
})

test('names past the bound share one, and nothing is lost', () => {
  const book = new MetricBook()
  for (let i = 0; i < METRICS_MAX + 5; i++) book.measure('counter', `order ${i}`, 1, 0)
  const deltas = book.flush()
  expect(deltas).toHaveLength(METRICS_MAX + 1)
  expect(deltas.at(-1)).toMatchObject({ name: OTHER_METRICS, sum: 5 })
  expect(book.takeLimits()).toEqual([['metrics-folded', 5]])
  expect(book.takeLimits()).toEqual([])
  book.measure('counter', 'order 7', 1, 0)
  expect(book.flush()).toMatchObject([{ name: 'order 7' }])
})

const told = fc.record({
  worker: fc.nat(2),
  window: fc.nat(3),
  kind: fc.constantFrom<MetricKind>(...METRIC_KINDS),
  name: fc.constantFrom('a', 'b'),
  value: fc.nat(1_000),
})
test('however values are spread over workers and windows, and in whatever order merged, the result is the same', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 40 }), fc.boolean(), (values, backwards) => {
      const whole = new MetricBook()
      const snapshots = [0, 1, 2].flatMap((worker) => {
        const recorder = new WorkerRecorder(worker)
        return [0, 1, 2, 3].map((window) => {
          values.forEach((each, atMs) => {
            if (each.worker !== worker || each.window !== window) return
            const value = each.kind === 'rate' ? each.value % 2 : each.value
            recorder.metrics.measure(each.kind, each.name, value, atMs)
          })
          return decodeSnapshot(encodeSnapshot(recorder.flush(window, 0, HEALTH)))
        })
      })
      values.forEach(({ kind, name, value }, atMs) => {
        whole.measure(kind, name, kind === 'rate' ? value % 2 : value, atMs)
      })
      const totals = new RunTotals()
      for (const each of backwards ? snapshots.reverse() : snapshots) totals.add(each)
      const key = ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`
      const expected = results(whole.flush()).sort((a, b) => (key(a) < key(b) ? -1 : 1))
      expect(results(totals.metrics)).toEqual(expected)
    }),
  )
})

test('a window carries what its workers told in it', () => {
  const recorder = new WorkerRecorder(0)
  recorder.metrics.measure('counter', 'orders', 3, 0)
  const window = mergeSnapshots(0, [recorder.flush(0, 0, HEALTH)], true)
  expect(window.metrics).toMatchObject([{ kind: 'counter', name: 'orders', sum: 3 }])
})

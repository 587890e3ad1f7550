import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { WINDOWS_REOPEN_MAX } from '../../kernel/limits.ts'
import { asLogHistogram, BUCKETS } from '../metrics/histogram.ts'
import { mergeSnapshots, RunTotals } from '../metrics/window.ts'
import { UnseenPart } from './unseen-part.ts'
import { HEALTH, histogramOf, seriesOf, windowOf } from './window.test-kit.ts'

/** What one worker counted, as a snapshot of the window it belongs to. */
interface Told {
  readonly window: number
  readonly times: readonly number[]
  readonly name: string
  readonly late: boolean
}
const told = fc.array(
  fc.record({
    window: fc.integer({ min: 0, max: WINDOWS_REOPEN_MAX }),
    times: fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 5 }),
    name: fc.constantFrom('/a', '/b'),
    late: fc.boolean(),
  }),
  { maxLength: 20 },
)

function countsOf(series: SeriesDelta): object {
  const buckets = (of: SeriesDelta['latency']) =>
    Array.from({ length: BUCKETS }, (_, bucket) => asLogHistogram(of).countAt(bucket))
  const { name, requests, failures, bytesIn, statuses, latency, response } = series
  const counts = { name, requests, failures, bytesIn, statuses: [...statuses] }
  const all = { ...counts, latency: buckets(latency), response: buckets(response) }
  return { ...all, min: latency.minUs, max: latency.maxUs, count: response.count }
}

test('what is new of windows that come again adds up to what was counted, in any order', () => {
  fc.assert(
    fc.property(told, (all) => {
      const unseen = new UnseenPart()
      const sum = new RunTotals()
      const direct = new RunTotals()
      const snapshots = new Map<number, ReturnType<typeof snapshotOf>[]>()
      all.forEach((each, sequence) => {
        const snapshot = snapshotOf(each, sequence)
        direct.add(snapshot)
        const known = snapshots.get(each.window) ?? []
        known.push(snapshot)
        snapshots.set(each.window, known)
        sum.add(unseen.of(mergeSnapshots(each.window, known, true)))
      })
      expect(sum.series.map(countsOf)).toEqual(direct.series.map(countsOf))
      sum.series.forEach((series, index) => {
        expect(series.latency.sumUs).toBeCloseTo(direct.series[index]!.latency.sumUs, 3)
      })
      expect(sum.errors.map(({ message, count }) => [message, count]).sort()).toEqual(
        direct.errors.map(({ message, count }) => [message, count]).sort(),
      )
      expect(sum.checks).toEqual(direct.checks)
      expect(sum.users).toEqual(direct.users)
      expect(sum.arrivals.started).toBe(direct.arrivals.started)
      expect(sum.arrivals.lateness.count).toBe(direct.arrivals.lateness.count)
      expect(sum.metrics.map(({ count, sum: value }) => [count, value])).toEqual(
        direct.metrics.map(({ count, sum: value }) => [count, value]),
      )
    }),
    { numRuns: 60 },
  )
})

test('a window that comes again unchanged has nothing new', () => {
  const unseen = new UnseenPart()
  const window = windowOf(4, [seriesOf('/a', [1, 2])])
  expect(unseen.of(window)).toBe(window)
  const { series } = unseen.of({ ...window })
  expect(series[0]).toMatchObject({ requests: 0, bytesIn: 0, statuses: new Map([[200, 0]]) })
  expect(series[0]!.latency).toMatchObject({ count: 0, sumUs: 0 })
})

function snapshotOf({ window, times, name, late }: Told, sequence: number) {
  const series = seriesOf(name, times, {
    failures: 1,
    ...(late && { response: histogramOf(times.map((ms) => ms + 7)) }),
  })
  const values = histogramOf(times)
  const { users, arrivals }: Window = windowOf(window, [])
  return {
    ...{ workerIndex: 0, sequence, window, series: [series], health: HEALTH },
    errors: [
      { method: 'GET', name, kind: 'status', message: `m${times.length}`, count: times.length },
    ].map((each) => ({ ...each, firstAtMs: 0, lastAtMs: 1, sample: '' })),
    checks: [{ name: 'ok', passes: 2, failures: 1 }],
    metrics: [
      {
        ...{ kind: 'trend' as const, name: 'm', count: times.length, sum: 3 },
        ...{ min: 1, max: 2, last: 2, lastAtMs: 5, values },
      },
    ],
    users: { ...users, started: 2, stopped: 1 },
    arrivals: { ...arrivals, due: 2, started: 2, finished: 1, lateness: histogramOf([0.1, 0.2]) },
  }
}

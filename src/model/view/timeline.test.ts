import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ViewPoint } from '../../contracts/view.ts'
import type { Window } from '../../contracts/window.ts'
import { LogHistogram } from '../metrics/histogram.ts'
import { WindowMerger } from '../metrics/merged/window-merger.ts'
import { mergeSnapshots } from '../metrics/window.ts'
import { requests } from '../plan/threshold.test-kit.ts'
import { HEAT_ROWS_MS, heatOf } from './heat.ts'
import { pointSpanMs, Timeline } from './timeline.ts'

/** A window in which requests took so long. */
function windowOf(window: number, latenciesMs: readonly number[], users = 1): Window {
  const empty = mergeSnapshots(window, [], true)
  return {
    ...empty,
    series: [requests('/', latenciesMs)],
    users: { ...empty.users, active: users },
    arrivals: { ...empty.arrivals, started: latenciesMs.length },
  }
}
const unplanned = () => ({ planned: null })
const sum = (points: readonly ViewPoint[], pick: (point: ViewPoint) => number): number =>
  points.reduce((total, point) => total + pick(point), 0)

test('each second is a point until there are too many, then two seconds are', () => {
  const timeline = new Timeline(4)
  for (const window of [0, 1, 2, 3]) timeline.add(windowOf(window, [10, 20], window))
  expect(timeline.points(unplanned).map((each) => [each.atMs, each.spanMs, each.users])).toEqual([
    [0, 1_000, 0],
    [1_000, 1_000, 1],
    [2_000, 1_000, 2],
    [3_000, 1_000, 3],
  ])
  timeline.add(windowOf(4, [30], 9))
  expect(timeline.points(unplanned).map((each) => [each.atMs, each.spanMs, each.users])).toEqual([
    [0, 2_000, 1],
    [2_000, 2_000, 3],
    [4_000, 2_000, 9],
  ])
})

test('a window that is sent again replaces its point, and is left out once that is merged', () => {
  const timeline = new Timeline(2)
  timeline.add(windowOf(0, [10]))
  timeline.add(windowOf(0, [10, 20, 30]))
  expect(timeline.points(unplanned)[0]!.requests).toBe(3)
  timeline.add(windowOf(2, [10]))
  timeline.add(windowOf(0, [10, 20, 30, 40]))
  expect([timeline.points(unplanned)[0]!.requests, timeline.late]).toEqual([3, 1])
})

test('who asks for what changed gets the new points, and all of them after neighbours became one', () => {
  const timeline = new Timeline(3)
  timeline.add(windowOf(0, [10]))
  timeline.add(windowOf(1, [10]))
  const seen = timeline.version
  timeline.add(windowOf(1, [10, 20]))
  timeline.add(windowOf(2, [10]))
  const at = (since: number) => timeline.points(unplanned, since).map((each) => each.atMs)
  expect([at(seen), timeline.halvedAt > seen]).toEqual([[1_000, 2_000], false])
  timeline.add(windowOf(3, [10]))
  expect([at(seen), timeline.halvedAt > seen]).toEqual([[0, 2_000], true])
})

test('however long the run, nothing is lost, and percentiles are those of all responses of a point', () => {
  const windows = fc.array(fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 5 }), {
    minLength: 1,
    maxLength: 60,
  })
  fc.assert(
    fc.property(windows, fc.integer({ min: 1, max: 9 }), (all, most) => {
      const timeline = new Timeline(most)
      for (const [window, latencies] of all.entries()) timeline.add(windowOf(window, latencies))
      const points = timeline.points(unplanned)
      expect(points.length).toBeLessThanOrEqual(most)
      expect(sum(points, (each) => each.requests)).toBe(all.flat().length)
      expect(sum(points, (each) => each.arrivals.started)).toBe(all.flat().length)
      for (const { atMs, spanMs, p95Ms, maxMs, heat, requests: count } of points) {
        const within = all.slice(atMs / 1_000, (atMs + spanMs) / 1_000).flat()
        const together = new LogHistogram()
        for (const ms of within) together.record(ms * 1_000)
        expect(maxMs).toBe(within.length === 0 ? null : Math.max(...within))
        expect(p95Ms).toBe(within.length === 0 ? null : together.percentileUs(95) / 1_000)
        expect(heat.reduce((total, [, each]) => total + each, 0)).toBe(count)
      }
    }),
  )
})

test('what was merged before gives the points that its windows give', () => {
  const lengths = fc.integer({ min: 1, max: 400 })
  fc.assert(
    fc.property(lengths, fc.integer({ min: 3, max: 40 }), (count, most) => {
      const windows = Array.from({ length: count }, (_, n) => windowOf(n, [10 + (n % 7), 300], n))
      const bySecond = new Timeline(most)
      for (const each of windows) bySecond.add(each)
      const merged = new Timeline(most)
      const spanMs = pointSpanMs(count * 1_000, most)
      const span = spanMs / 1_000
      for (let first = 0; first < count; first += span) {
        const merger = new WindowMerger()
        for (const each of windows.slice(first, first + span)) merger.add(each)
        merged.add(merger.merged(first, span))
      }
      expect(merged.points(unplanned)).toEqual(bySecond.points(unplanned))
      expect(merged.points(unplanned)[0]!.spanMs).toBe(spanMs)
    }),
    { numRuns: 50 },
  )
})

test('figures of monitors are means, and a gap is none', () => {
  const timeline = new Timeline(1)
  const values = [10, null, 20, null]
  for (const [window, value] of values.entries()) {
    const monitors = [{ name: 'target.cpu', unit: '%', value } as const]
    timeline.add({ ...windowOf(window, []), monitors })
  }
  expect(timeline.points(unplanned)[0]!.monitors).toEqual([
    { name: 'target.cpu', unit: '%', value: 15 },
  ])
  const gap = new Timeline()
  gap.add({ ...windowOf(0, []), monitors: [{ name: 'a', unit: '', value: null }] })
  expect(gap.points(unplanned)[0]!.monitors).toEqual([{ name: 'a', unit: '', value: null }])
})

test('a response is in the last heat row that begins at or below it', () => {
  const histogram = new LogHistogram()
  for (const ms of [0.01, 0.1, 0.5, 12, 12.1, 250_000]) histogram.record(ms * 1_000)
  const rows = heatOf(histogram).map(([row, count]) => [HEAT_ROWS_MS[row], count])
  expect(rows).toEqual([
    [0.1, 2],
    [0.4217, 1],
    [10, 2],
    [100_000, 1],
  ])
  expect(HEAT_ROWS_MS).toHaveLength(49)
})

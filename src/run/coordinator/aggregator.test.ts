import { expect, test } from 'vitest'
import type { SnapshotData } from '../../contracts/snapshot.ts'
import { WINDOWS_MAX } from '../../kernel/limits.ts'
import { measured, requests } from '../../model/plan/threshold.test-kit.ts'
import { Aggregator } from './aggregator.ts'

/** One request a second, in flight for 30 ms of it. */
function second(window: number): SnapshotData {
  const counted = measured({ window, series: [requests('/', [30])] })
  const users = { active: 1, started: 0, stopped: 0, failed: 0 }
  const health = { ...counted.health, inFlightMs: 30 }
  return { ...counted, sequence: window, errors: [], users, health }
}

test('a run of four hours keeps windows of all of it, evenly, and its sums are whole', () => {
  const aggregator = new Aggregator(() => {})
  const seconds = 4 * 3_600
  for (let window = 0; window < seconds; window++) {
    aggregator.accept(second(window), [0], (window + 1) * 1_000)
  }
  const { results, health, totals, inFlightSumMs } = aggregator
  expect(seconds).toBeGreaterThan(WINDOWS_MAX)
  for (const kept of [results.items.map((each) => each.atMs), health.items.map((h) => h.startMs)]) {
    expect(kept).toEqual(Array.from({ length: seconds / 2 }, (_, n) => 2_000 * n))
  }
  expect(totals.series[0]!.requests).toBe(seconds)
  expect(inFlightSumMs).toBe(seconds * 30)
})

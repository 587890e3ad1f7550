import { describe, expect, test } from 'vitest'
import type { SnapshotData } from '../../contracts/snapshot.ts'
import { WorkerRecorder } from './recorder.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts'
import { toErrorResult, toSeriesResults, toWindowResult } from './summary.ts'
import { mergeSnapshots, RunTotals } from './window.ts'

const HEALTH = { cpuRatio: 0.1, loopUtilisation: 0, loopDelayMsP99: 0, rssBytes: 1, openSockets: 1 }

/** Worker w answers in (w + 1) ms, `requests` times, the last one failing; worker 1 is 2 ms late. */
function snapshotOf(worker: number, requests: number, window = 0): SnapshotData {
  const recorder = new WorkerRecorder(worker)
  recorder.userStarted()
  const series = recorder.series('http', 'GET', '/')
  const lateUs = worker === 1 ? 2_000 : 0
  for (let i = 1; i < requests; i++) {
    recorder.record(series, (worker + 1) * 1_000, lateUs, 200, 10, 1, 1)
    recorder.phases(series, 0, 0, 0, 0, 600, 400)
  }
  const error = recorder.error('status', 'HTTP 503')
  recorder.end((worker + 1) * 100)
  recorder.fail(series, (worker + 1) * 1_000, lateUs, 503, 10, 1, 1, error)
  recorder.check(recorder.checkId('ok'), worker === 0)
  return decodeSnapshot(encodeSnapshot(recorder.flush(window, 1_000, HEALTH)))
}

describe('windows', () => {
  test('several workers make one window, whatever the order', () => {
    const snapshots = [snapshotOf(0, 10), snapshotOf(1, 5), snapshotOf(2, 1)]
    const window = mergeSnapshots(7, snapshots, true)
    const shuffled = mergeSnapshots(7, [...snapshots].reverse(), true)
    expect(window).toMatchObject({ window: 7, startMs: 7_000, durationMs: 1_000, complete: true })
    expect(window.series).toHaveLength(1)
    expect(window.series[0]).toMatchObject({ requests: 16, failures: 3, bytesIn: 160 })
    expect(window.series[0]!.latency).toMatchObject({ count: 16, sumUs: 10_000 + 10_000 + 3_000 })
    expect(window.series[0]!.response).toMatchObject({ count: 16, sumUs: 23_000 + 5 * 2_000 })
    expect(window.users).toEqual({ active: 3, started: 3, stopped: 0, failed: 0 })
    expect(window.checks).toEqual([{ name: 'ok', passes: 1, failures: 2 }])
    expect(window.errors[0]).toMatchObject({ count: 3, firstAtMs: 100, lastAtMs: 300 })
    expect(window.workers.map(([index]) => index)).toEqual([0, 1, 2])
    expect(toWindowResult(shuffled)).toEqual(toWindowResult(window))
  })

  test('a late second snapshot of one worker adds its deltas but not its level', () => {
    const recorder = new WorkerRecorder(0)
    recorder.userStarted()
    const copy = (window: number): SnapshotData =>
      decodeSnapshot(encodeSnapshot(recorder.flush(window, 0, HEALTH)))
    const first = copy(0)
    recorder.userStarted()
    const second = copy(0)
    const merged = mergeSnapshots(0, [second, first], true)
    expect(merged.users).toEqual({ active: 2, started: 2, stopped: 0, failed: 0 })
  })

  test('an empty window measured nothing, which is null and not zero', () => {
    const result = toWindowResult(mergeSnapshots(0, [], false))
    expect(result).toMatchObject({ requests: 0, p50Ms: null, p95Ms: null, p99Ms: null, users: 0 })
  })

  test('totals over windows equal totals over snapshots, and windows stay as they were', () => {
    const all = [
      snapshotOf(0, 10, 0),
      snapshotOf(1, 5, 0),
      snapshotOf(0, 3, 1),
      snapshotOf(1, 2, 1),
    ]
    const bySnapshot = new RunTotals()
    for (const snapshot of all) bySnapshot.add(snapshot)
    const byWindow = new RunTotals()
    const windows = [0, 1].map((n) =>
      mergeSnapshots(
        n,
        all.filter((s) => s.window === n),
        true,
      ),
    )
    for (const window of windows) byWindow.add(window)
    const before = windows.map((window) => window.series[0]!.requests)
    expect(toSeriesResults(byWindow.series, 2_000)).toEqual(
      toSeriesResults(bySnapshot.series, 2_000),
    )
    expect(byWindow.errors).toEqual(bySnapshot.errors)
    expect(before).toEqual([15, 5])
    expect(byWindow.series[0]!.requests).toBe(20)
  })
})

describe('summary', () => {
  test('rates are over the run, phases are means, times are milliseconds', () => {
    const totals = new RunTotals()
    totals.add(snapshotOf(1, 5))
    const result = toSeriesResults(totals.series, 10_000)
    expect(result.totals).toMatchObject({ name: '(all)', requests: 5, ratePerSec: 0.5 })
    expect(result.series[0]).toMatchObject({
      ratePerSec: 0.5,
      failures: 1,
      statuses: { 200: 4, 503: 1 },
      phasesMs: { dns: 0, wait: 0.48, receive: 0.32 },
      latencyMs: { min: 2, mean: 2, p50: 2, p9999: 2, max: 2 },
      responseMs: { min: 4, mean: 4, p50: 4, p9999: 4, max: 4 },
    })
    expect(toErrorResult(totals.errors[0]!)).toMatchObject({
      series: 'GET /',
      kind: 'status',
      count: 1,
    })
  })

  test('without requests every percentile is null', () => {
    const { latencyMs, ratePerSec } = toSeriesResults([], 0).totals
    expect(new Set(Object.values(latencyMs))).toEqual(new Set([null]))
    expect(ratePerSec).toBe(0)
  })
})

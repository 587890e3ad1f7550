import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SnapshotData } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { WorkerRecorder } from '../metrics/recorder.ts'
import { decodeSnapshot, encodeSnapshot } from '../metrics/snapshot-codec.ts'
import { mergeSnapshots, RunTotals } from '../metrics/window.ts'
import { recoveredWindows, unreportedArrivals } from './recovered.ts'

const HEALTH = { cpuRatio: 0, loopUtilisation: 0, loopDelayMsP99: 0, rssBytes: 0, openSockets: 0 }

/** What each of `workers` sent in `windows` windows: one request per window and worker, and one more per index. */
function sent(workers: number, windows: number): SnapshotData[] {
  return Array.from({ length: workers }, (_, worker) => {
    const recorder = new WorkerRecorder(worker)
    recorder.startAt(0)
    return Array.from({ length: windows }, (_, window) => {
      const series = recorder.series('http', 'GET', '/')
      for (let n = 0; n <= worker; n++) {
        recorder.begin(window * 1_000)
        recorder.end(window * 1_000 + 1)
        recorder.record(series, 1_000, 0, 200, 10, 10, 1)
      }
      return decodeSnapshot(encodeSnapshot(recorder.flush(window, (window + 1) * 1_000, HEALTH)))
    })
  }).flat()
}

async function* asKept(windows: readonly Window[]): AsyncIterable<Window> {
  yield* windows
}

function requestsOf(windows: readonly Window[]): number {
  const totals = new RunTotals()
  for (const window of windows) totals.add(window)
  return totals.series.reduce((sum, series) => sum + series.requests, 0)
}

test('whatever the history missed at the end and the server forgot at the beginning, every request is there once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 2, max: 9 }),
      fc.nat(8),
      fc.nat(8),
      async (workers, windows, keptCount, forgotten) => {
        const all = sent(workers, windows)
        // The last kept window was closed without the last worker, as happens when the coordinator dies.
        const kept = Array.from({ length: Math.min(windows, keptCount) }, (_, window) => {
          const isLast = window === Math.min(windows, keptCount) - 1
          const there = all.filter(
            (each) => each.window === window && !(isLast && workers > 1 && each.workerIndex === 0),
          )
          return mergeSnapshots(window, there, !isLast)
        })
        // The server has all from two windows before the last kept one.
        const from = Math.max(0, Math.min(forgotten, kept.length - 2))
        const there = all.filter((each) => each.window >= from)
        const found: Window[] = []
        for await (const window of recoveredWindows(asKept(kept), [...there, ...there]))
          found.push(window)
        expect(requestsOf(found)).toBe(all.reduce((sum, each) => sum + each.workerIndex + 1, 0))
        expect(found.map((each) => each.window)).toEqual(
          Array.from({ length: windows }, (_, at) => at),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('without snapshots the history is what there is', async () => {
  const kept = [0, 1].map((window) =>
    mergeSnapshots(window, sent(1, 2).slice(window, window + 1), true),
  )
  const found: Window[] = []
  for await (const window of recoveredWindows(asKept(kept), [])) found.push(window)
  expect(found).toEqual(kept)
})

test('arrivals that nobody reported are those that were due and are not there', () => {
  const load = {
    kind: 'constant-arrivals',
    rate: { arrivals: 10, perNs: 1e9 },
    durationMs: 5_000,
    usersMax: 5,
  } as const
  const scenario = { name: 's', users: [], load, startAfterMs: 0, gracefulStopMs: 0 }
  const plan = { scenarios: [scenario] } as never
  expect(unreportedArrivals(plan, 1_950, 15)).toBe(5)
  expect(unreportedArrivals(plan, 60_000, 15)).toBe(35)
  expect(unreportedArrivals(plan, 1_000, 15)).toBe(0)
})

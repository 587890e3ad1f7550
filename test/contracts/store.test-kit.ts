/** Runs and windows for the tests of stores. */

import type { SeriesDelta, SnapshotData } from '../../src/contracts/snapshot.ts'
import type { KeptRun } from '../../src/contracts/store.ts'
import type { Window } from '../../src/contracts/window.ts'
import { exemplar } from '../../src/model/metrics/exemplar.test-kit.ts'
import { LogHistogram } from '../../src/model/metrics/histogram.ts'
import { overviewOf } from '../../src/model/metrics/merged/overview.ts'
import { WindowMerger } from '../../src/model/metrics/merged/window-merger.ts'
import { mergeSnapshots } from '../../src/model/metrics/window.ts'
import { encodeWindow } from '../../src/model/metrics/window-codec.ts'
import { resultOf } from '../../src/model/report/result.test-kit.ts'

/** Noon of some day. */
export const NOON_EPOCH_MS = Date.UTC(2026, 10, 21, 12)

export function keptRun(id: string, more: Partial<KeptRun> = {}): KeptRun {
  return {
    id,
    plan: resultOf().run.plan,
    startedAtEpochMs: NOON_EPOCH_MS,
    workers: 1,
    script: 'shop.ts',
    scriptHash: 'h',
    version: '0.1.0',
    node: '20.19.0',
    git: { commit: 'c0ffee', branch: 'main', dirty: false },
    ...more,
  }
}

/** The same with these tags and this name. */
export function namedRun(
  id: string,
  name: string,
  tags: Record<string, string> = {},
  startedAtEpochMs = NOON_EPOCH_MS,
): KeptRun {
  return keptRun(id, { plan: { ...resultOf().run.plan, name, tags }, startedAtEpochMs })
}

/** One second in which each of `seriesCount` series answered `requests` times, in about `ms`. */
export function windowOf(number: number, requests: number, ms = 10, seriesCount = 1): Window {
  const series = Array.from({ length: seriesCount }, (_, index) =>
    seriesOf(`/items/${index}`, requests, ms * (1 + number / 100)),
  )
  const snapshot = (workerIndex: number): SnapshotData => ({
    workerIndex,
    sequence: number,
    window: number,
    series: workerIndex === 0 ? series : [],
    errors: [],
    checks: [{ name: 'greets', passes: requests, failures: 0 }],
    users: { active: 5, started: number === 0 ? 5 : 0, stopped: 0, failed: 0 },
    arrivals: { due: 7, started: 6, dropped: 1, finished: 6, lateness: new LogHistogram() },
    health: HEALTH,
  })
  const slowest = exemplar({ id: `0-${number}`, startMs: number * 1_000 })
  return { ...mergeSnapshots(number, [snapshot(0), snapshot(1)], true), exemplars: [slowest] }
}

const HEALTH = {
  cpuRatio: 0.25,
  loopUtilisation: 0.5,
  loopDelayMsP99: 1.5,
  rssBytes: 80_000_000,
  openSockets: 5,
  inFlight: 2,
  inFlightMs: 1_900,
  limits: [],
}

function seriesOf(name: string, requests: number, ms: number): SeriesDelta {
  const latency = new LogHistogram()
  // From half to twice of `ms`, evenly on a logarithmic scale, as answers are. Whole µs, so that sums are the same in any order.
  for (let i = 0; i < requests; i++)
    latency.record(Math.round(ms * 1_000 * 4 ** ((i + 0.5) / requests - 0.5)))
  return {
    kind: 'http',
    method: 'GET',
    name,
    requests,
    failures: 0,
    wireRequests: requests,
    bytesIn: requests * 1_000,
    bytesOut: requests * 100,
    phaseSumsUs: [0, 0, 0, requests, Math.round(requests * ms * 990), requests * 9.5],
    statuses: new Map([[200, requests]]),
    latency,
    response: latency,
  }
}

/** Together as one, to compare: the same windows give the same bytes, however they were merged before. */
export async function sumOf(windows: AsyncIterable<Window>): Promise<string> {
  const merger = new WindowMerger()
  for await (const window of windows) merger.add(window)
  return Buffer.from(encodeWindow(merger.merged(0, 2))).toString('hex')
}

/** As overviews. */
export async function* overviewsOf(windows: AsyncIterable<Window>): AsyncIterable<Window> {
  for await (const window of windows) yield overviewOf(window)
}

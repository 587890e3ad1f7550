/** Windows and runs for the tests of outputs. */
import type { RunInfo } from '../../contracts/output.ts'
import type { SeriesDelta, WorkerHealth } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { LogHistogram } from '../metrics/histogram.ts'

export const STARTED_AT = 1_763_736_900_000
export const RUN: RunInfo = {
  id: 'run-1',
  plan: { name: 'shop' } as RunInfo['plan'],
  startedAtEpochMs: STARTED_AT,
  workers: 1,
  script: 'shop.ts',
}

export function histogramOf(timesMs: readonly number[]): LogHistogram {
  const histogram = new LogHistogram()
  for (const ms of timesMs) histogram.record(ms * 1_000)
  return histogram
}

/** Requests that took so long, each of 50 bytes, all with status 200. */
export function seriesOf(
  name: string,
  timesMs: readonly number[],
  more: Partial<SeriesDelta> = {},
): SeriesDelta {
  const latency = histogramOf(timesMs)
  const requests = timesMs.length
  return {
    kind: 'http',
    method: 'GET',
    name,
    requests,
    failures: 0,
    wireRequests: requests,
    bytesIn: 50 * requests,
    bytesOut: 10 * requests,
    phaseSumsUs: [0, 0, 0, 0, latency.sumUs, 0],
    statuses: new Map([[200, requests]]),
    latency,
    response: latency,
    ...more,
  }
}

export const HEALTH: WorkerHealth = {
  cpuRatio: 0.25,
  loopUtilisation: 0.2,
  loopDelayMsP99: 2,
  rssBytes: 90_000_000,
  openSockets: 3,
  inFlight: 2,
  inFlightMs: 1_500,
  limits: [],
}

export function windowOf(
  window: number,
  series: readonly SeriesDelta[],
  more: Partial<Window> = {},
): Window {
  return {
    window,
    startMs: window * 1_000,
    durationMs: 1_000,
    complete: true,
    series,
    errors: [],
    checks: [],
    users: { active: 3, started: 0, stopped: 0, failed: 0 },
    arrivals: { due: 0, started: 0, dropped: 0, finished: 0, lateness: new LogHistogram() },
    workers: [[0, HEALTH]],
    ...more,
  }
}

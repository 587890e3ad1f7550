/** A run for the tests of the report: windows as workers would have made them, and the result of them. */
import type { RunResult } from '../../../contracts/result.ts'
import type { ErrorDelta } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { Prng } from '../../../kernel/prng.ts'
import { SeriesTotals } from '../../../model/metrics/series-totals.ts'
import { toErrorResult, toSeriesResults, toWindowResult } from '../../../model/metrics/summary.ts'
import { mergeSnapshots, RunTotals } from '../../../model/metrics/window.ts'
import { resultOf } from '../../../model/report/result.test-kit.ts'
import type { Made } from './sections/trust.ts'

export interface RunShape {
  readonly seconds: number
  readonly names: readonly string[]
  /** Of each name. */
  readonly requestsPerSec: number
  readonly message?: string
  readonly seed?: number
}

/** Every tenth request fails; each name is slower than the one before, and all are in the last third. */
export function windowsOf({
  seconds,
  names,
  requestsPerSec,
  message = 'no',
  seed = 7,
}: RunShape): Window[] {
  const random = Prng.of(seed, 0)
  return Array.from({ length: seconds }, (_, window) => {
    const empty = mergeSnapshots(window, [], true)
    const factor = window > (seconds * 2) / 3 ? 3 : 1
    const series = names.map((name, index) => {
      const made = new SeriesTotals('http', 'GET', name)
      for (let i = 0; i < requestsPerSec; i++) {
        made.latency.record(factor * (5_000 + 1_000 * index) * (0.2 + random.next() ** 4 * 8))
      }
      made.requests = requestsPerSec
      made.failures = Math.floor(requestsPerSec / 10)
      made.bytesIn = requestsPerSec * 1_234
      made.phaseSumsUs.splice(0, 6, 0, 10, 0, 90, 5_000 * requestsPerSec, 1_000)
      made.statuses.set(200, requestsPerSec - made.failures)
      if (made.failures > 0) made.statuses.set(503, made.failures)
      return made
    })
    const errors: ErrorDelta[] = names.map((name) => ({
      method: 'GET',
      name,
      kind: 'status',
      message,
      count: Math.floor(requestsPerSec / 10),
      firstAtMs: window * 1_000,
      lastAtMs: window * 1_000,
      sample: `${message} sample`,
    }))
    const total = names.length * requestsPerSec
    return {
      ...empty,
      series,
      errors: errors.filter((each) => each.count > 0),
      users: { ...empty.users, active: 10 },
      arrivals: { ...empty.arrivals, due: total + 1, started: total, dropped: 1 },
      workers: [
        [
          0,
          {
            cpuRatio: 0.4,
            loopUtilisation: 0.4,
            loopDelayMsP99: 3,
            rssBytes: 1e8,
            openSockets: 10,
            inFlight: 4,
            inFlightMs: 4_000,
            limits: [],
          },
        ],
      ],
    }
  })
}

export function resultOfWindows(
  windows: readonly Window[],
  more: Partial<RunResult> = {},
): RunResult {
  const sum = new RunTotals()
  for (const window of windows) sum.add(window)
  const { totals, series } = toSeriesResults(sum.series, windows.length * 1_000)
  const { due, started, dropped } = sum.arrivals
  const base = resultOf({ totals, series })
  return {
    ...base,
    run: { ...base.run, durationMs: windows.length * 1_000 },
    errors: sum.errors.map(toErrorResult),
    checks: sum.checks,
    arrivals: { ...base.arrivals, due, started, dropped },
    windows: windows.map((window) => ({
      ...toWindowResult(window),
      planned: { users: 10, arrivals: window.arrivals.due },
    })),
    ...more,
  }
}

export const MADE: Made = {
  command: 'onrush run shop.ts --html report.html',
  settings: [{ name: 'html', value: 'report.html', place: '--html' }],
}

// Windows of a run as they are kept, made without one.
import { Prng } from '../../dist/kernel/prng.js'
import { LogHistogram } from '../../dist/model/metrics/histogram.js'
import { mergeSnapshots } from '../../dist/model/metrics/window.js'

export const KEPT_RUN = {
  ...{ id: 'bench', plan: { name: 'bench', tags: {}, scenarios: [] }, startedAtEpochMs: 0 },
  ...{ workers: 1, script: '', scriptHash: '', version: '', node: '', git: null },
}

/** As many different seconds of `seriesCount` series that each answer `requests` times. */
export function madeWindows(count, seriesCount, requests) {
  const random = Prng.of(1, 'history')
  return Array.from({ length: count }, () => windowOf(random, seriesCount, requests))
}

/** Each series around its own median of 2 to 100 ms, spread as answers are. */
function windowOf(random, seriesCount, requests) {
  const series = Array.from({ length: seriesCount }, (_, index) => {
    const latency = new LogHistogram()
    const medianUs = 2_000 + index * 2_000
    for (let n = 0; n < requests; n++) {
      const normal = random.next() + random.next() + random.next() + random.next() - 2
      latency.record(medianUs * Math.exp(normal))
    }
    return {
      ...{ kind: 'http', method: 'GET', name: `/items/:id/part-${index}`, requests, failures: 0 },
      ...{ wireRequests: requests, bytesIn: 1_234 * requests, bytesOut: 321 * requests },
      phaseSumsUs: [0, 0, 0, random.next() * 1e4, latency.sumUs * 0.9, random.next() * 1e5],
      ...{ statuses: new Map([[200, requests]]), latency, response: latency },
    }
  })
  const idle = { cpuRatio: random.next(), loopUtilisation: random.next(), loopDelayMsP99: 1.5 }
  const snapshot = {
    ...{ workerIndex: 0, sequence: 0, window: 0, series, errors: [], checks: [] },
    users: { active: 100, started: 0, stopped: 0, failed: 0 },
    arrivals: { due: 0, started: 0, dropped: 0, finished: 0, lateness: new LogHistogram() },
    health: { ...idle, rssBytes: 1e8, openSockets: 100, inFlight: 9, inFlightMs: 9e3, limits: [] },
  }
  return mergeSnapshots(0, [snapshot], true)
}

import { describe, expect, test } from 'vitest'
import { WorkerRecorder } from '../../../model/metrics/recorder.ts'
import { allOf } from '../../../model/metrics/series-totals.ts'
import { checkLittlesLaw } from './generator.ts'

const HEALTH = {
  cpuRatio: 0.1,
  loopUtilisation: 0.1,
  loopDelayMsP99: 0,
  rssBytes: 1,
  openSockets: 1,
}

/** 1,000 requests of 50 ms, one each 10 ms: 5 in flight; `tell` gets each latency before the recorder does. */
function lawFor(tell: (latencyUs: number, count: number) => number | undefined, ends = 1) {
  const recorder = new WorkerRecorder(0)
  const series = recorder.series('http', 'GET', '/')
  const moments = Array.from({ length: 1_000 }, (_, k) => [
    { atMs: k * 10, begins: true, count: k },
    { atMs: k * 10 + 50, begins: false, count: k },
  ])
    .flat()
    .sort((a, b) => a.atMs - b.atMs)
  for (const { atMs, begins, count } of moments) {
    if (begins) {
      recorder.begin(atMs)
      continue
    }
    if (count % 100 < ends * 100) recorder.end(atMs)
    const latencyUs = tell(50_000, count)
    if (latencyUs !== undefined) recorder.record(series, latencyUs, 0, 200, 1, 1, 1)
  }
  const { health, series: counted } = recorder.flush(0, 10_050, HEALTH)
  return checkLittlesLaw({
    durationMs: 10_050,
    windows: [{ startMs: 0, workers: [[0, health]] }],
    arrivals: recorder.flush(1, 10_050, HEALTH).arrivals,
    latencyMsP50: 50,
    latencyMsMax: 50,
    latencySumMs: allOf(counted).latency.sumUs / 1_000,
    inFlightSumMs: health.inFlightMs,
    resourceFailures: 0,
    workers: [{ index: 0, lost: false }],
  })
}

describe('Little’s law on what the recorder counted', () => {
  test('holds when every request is told as it was', () => {
    const law = lawFor((us) => us)
    expect(law.holds).toBe(true)
    expect(law.inFlightMean).toBeCloseTo((1_000 * 50) / 10_050, 6)
    expect(law.expected).toBeCloseTo(law.inFlightMean, 6)
  })
  test('is broken by latencies that are a fifth too short', () => {
    expect(lawFor((us) => us * 0.8).holds).toBe(false)
  })
  test('is broken when one in ten is never told', () => {
    expect(lawFor((us, count) => (count % 10 === 0 ? undefined : us)).holds).toBe(false)
  })
  test('is broken by an end that was forgotten once in a hundred', () => {
    expect(lawFor((us) => us, 0.99).holds).toBe(false)
  })
})

// What findings cost the coordinator: collecting one window of 50 series, and looking at an hour of them. Budget: ≤ 5 ms per look.
//   node micro/findings.mjs [--small]
import { INSIGHTS } from '../../dist/app/insights.js'
import { conclude } from '../../dist/model/insight/conclude.js'
import { FactBook } from '../../dist/model/insight/fact-book.js'
import { LogHistogram } from '../../dist/model/metrics/histogram.js'
import { SeriesTotals } from '../../dist/model/metrics/series-totals.js'
import { toSeriesResults, toWindowResult } from '../../dist/model/metrics/summary.js'
import { RunTotals } from '../../dist/model/metrics/window.js'
import { measure } from '../lib/micro.mjs'
import { options } from '../lib/report.mjs'

const { small } = options({ small: false })
const SECONDS = small ? 60 : 3_600
const SERIES = 50
const REQUESTS = 20

const series = Array.from({ length: SERIES }, (_, index) => {
  const totals = new SeriesTotals('http', 'GET', `/route-${index}`)
  totals.requests = REQUESTS
  totals.statuses.set(200, REQUESTS)
  const medianUs = 2_000 + ((index * 2654435761) % 98_000)
  for (let n = 0; n < REQUESTS; n++) {
    totals.latency.record(medianUs * 2 ** (((n * 7) % REQUESTS) / 6.5 - 1))
  }
  return totals
})
const windowOf = (window) => ({
  window,
  startMs: window * 1_000,
  durationMs: 1_000,
  complete: true,
  series,
  errors: [],
  checks: [],
  users: { active: 50, started: window === 0 ? 50 : 0, stopped: 0, failed: 0 },
  arrivals: {
    due: 1_000,
    started: 1_000,
    dropped: 0,
    finished: 1_000,
    lateness: new LogHistogram(),
  },
  monitors: ['cpu', 'memory', 'threads', 'descriptors'].map((metric) => ({
    name: `target.${metric}`,
    unit: metric === 'cpu' ? '%' : metric === 'memory' ? 'bytes' : '',
    value: metric === 'memory' ? 8e7 + ((window * 2654435761) % 1e7) : 50 + (window % 20),
  })),
  workers: [[0, { inFlight: 40, inFlightMs: 40_000, cpuRatio: 0.3, loopDelayMsP99: 2 }]],
})

const [book, totals, results] = [new FactBook(), new RunTotals(), []]
let window = 0
measure(
  `collecting a window of ${SERIES} series with ${REQUESTS} requests each`,
  (count) => {
    for (let n = 0; n < count; n++) book.add(windowOf(window++))
    return window
  },
  { operations: Math.floor(SECONDS / 10), rounds: 9 },
)
while (window < SECONDS) book.add(windowOf(window++))
for (let n = 0; n < window; n++) {
  totals.add(windowOf(n))
  results.push(toWindowResult(windowOf(n)))
}
const result = {
  run: { durationMs: window * 1_000, script: 'shop.ts', workers: 1 },
  ...toSeriesResults(totals.series, window * 1_000),
  errors: [],
  users: { max: 50, started: 50 },
  generator: { trustworthy: true, reasons: [], voidBy: [], cpuRatioMax: 0.3 },
  windows: results,
  monitors: windowOf(0).monitors.map(({ name, unit }) => ({ name, unit, source: 'pid:1' })),
}
const ns = measure(
  `looking at ${window} s of ${SERIES} series`,
  (count) => {
    let found = 0
    for (let n = 0; n < count; n++) {
      found += conclude(INSIGHTS, book.facts(result, totals.series)).insights.evaluated.length
    }
    return found
  },
  { operations: small ? 2 : 20 },
)
console.log(`${(ns / 1e6).toFixed(1)} ms per look; ${INSIGHTS.length} insights`)

// Memory of a run of a day, in virtual time: the heap after a collection, each hour. Bounded lists fill in the first hours; after
// that nothing may grow: the second half of the run needs no more than the first. Exits 1 when it does, or when the run is not right.
//   node --expose-gc end-to-end/memory-24h.mjs [--hours 24] [--workers 2] [--rate 5]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseThreshold } from '../../dist/model/plan/threshold.js'
import { ConsoleOutput } from '../../dist/plugins/outputs/console/console-output.js'
import { makeStyle } from '../../dist/plugins/outputs/console/style.js'
import { CsvOutput } from '../../dist/plugins/outputs/csv/csv-output.js'
import { machine, options, save, table } from '../lib/report.mjs'
import { virtualRun } from '../lib/virtual-run.mjs'

const { hours, workers, rate } = options({ hours: 24, workers: 2, rate: 5 })
if (globalThis.gc === undefined) throw new Error('needs node --expose-gc')
const HOUR_MS = 3_600_000
const rules = [
  'p95(http) < 1s',
  'p99(http) < 1s over 60s',
  'errors(GET /page-1) < 5% over 10s',
  'rate(http) > 1/s over 60s',
  "checks('logged in') > 90%",
  'generator.cpu < 90%',
]
const plan = {
  schemaVersion: 1,
  name: 'a day',
  seed: 1,
  host: 'http://localhost',
  hostOverrides: false,
  scenarios: [
    {
      name: 'visits',
      users: [{ className: 'Visitor', weight: 1, fixedCount: 0 }],
      load: {
        kind: 'constant-arrivals',
        rate: { arrivals: rate, perNs: 1e9 },
        durationMs: hours * HOUR_MS,
        usersMax: 100,
      },
      startAfterMs: 0,
      gracefulStopMs: 1_000,
    },
  ],
  thresholds: rules.map((rule) => parseThreshold(rule)),
  tags: {},
  include: null,
  exclude: [],
}

/** What is in use after everything that can be collected was. */
async function heapMb() {
  // What waits on promises is let go first.
  await new Promise((resolve) => setImmediate(resolve))
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

const folder = mkdtempSync(join(tmpdir(), 'onrush-day-'))
const hourly = []
let result
try {
  const console = new ConsoleOutput({
    sink: { write: () => {} },
    style: () => makeStyle({ live: true, unicode: true, columns: 100, colour: false }),
    places: () => ({}),
    describeLoad: () => '',
    quiet: false,
  })
  const csv = new CsvOutput(join(folder, 'day'), (text) => process.stderr.write(`${text}\n`))
  const run = virtualRun({ plan, workers, outputs: [console, csv] })
  const ended = run.handle.finished.then((finished) => {
    result = finished
  })
  const startMs = run.clock.nowMs()
  // A minute later than the hour, when the run stands still or has only just begun.
  for (let hour = 0; hour < hours; hour++) {
    await run.clock.runUntil(startMs + hour * HOUR_MS + 60_000)
    hourly.push({ hour, heapMb: Number((await heapMb()).toFixed(2)) })
    process.stderr.write(`hour ${hour}: ${hourly.at(-1).heapMb} MB\n`)
  }
  await run.clock.runUntil(startMs + hours * HOUR_MS + 10_000)
  await ended
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const { arrivals, totals, generator, windows, verdict } = result
console.log(
  table(
    ['after', 'heap, MB', 'more than an hour before, kB'],
    hourly.map(({ hour, heapMb }, n) => [
      `${hour} h`,
      heapMb.toFixed(2),
      n === 0 ? '' : ((heapMb - hourly[n - 1].heapMb) * 1000).toFixed(0),
    ]),
  ),
)
const half = Math.floor(hourly.length / 2)
const highest = (list) => Math.max(...list.map((each) => each.heapMb))
const growth = half >= 6 ? highest(hourly.slice(half)) / highest(hourly.slice(0, half)) : null
const right = arrivals.started === rate * hours * 3600 && verdict.passed && generator.trustworthy
const about = machine()
console.log(`
highest heap of the second half ${growth === null ? 'not asked of so short a run' : `${growth.toFixed(3)} × that of the first (≤ 1.1)`}
${arrivals.started} of ${arrivals.due} arrivals, ${totals.requests} requests, ${windows.length} windows in the result; ${verdict.reason}
the generator ${generator.trustworthy ? 'is to be trusted' : `is not to be trusted: ${generator.reasons.join(' ')}`}
${about.cpu}, Linux ${about.kernel}, Node ${about.node}, ${about.date}`)
save(fileURLToPath(new URL('../results/memory-24h.json', import.meta.url)), {
  hours,
  workers,
  rate,
  growth,
  hourly,
})
process.exitCode = right && (growth ?? 1) <= 1.1 ? 0 : 1

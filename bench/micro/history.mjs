// What keeping a run costs the process that coordinates it: one window of 50 series written (budget: ≤ 3 ms), its bytes, and reading it back.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Prng } from '../../dist/kernel/prng.js'
import { LogHistogram } from '../../dist/model/metrics/histogram.js'
import { mergeSnapshots, RunTotals } from '../../dist/model/metrics/window.js'
import { openSqliteStore } from '../../dist/plugins/stores/sqlite/sqlite-store.js'
import { median, options } from '../lib/report.mjs'

const { small } = options({ small: false })
const SERIES = 50
const REQUESTS = 200
const WINDOWS = small ? 20 : 600

const random = Prng.of(1, 'history')
const folder = mkdtempSync(join(tmpdir(), 'onrush-history-'))
const path = join(folder, 'history.db')
try {
  const store = await openSqliteStore(path, { epochMs: Date.now, onError: console.error })
  const writer = await store.begin({
    ...{ id: 'bench', plan: { name: 'bench', tags: {} }, startedAtEpochMs: 0, workers: 1 },
    ...{ script: '', scriptHash: '', version: '', node: '', git: null },
  })
  // Made before, so that making them is no part of what is measured.
  const made = Array.from({ length: Math.min(30, WINDOWS) }, () => windowOf(0))
  const costs = []
  const cpuMs = []
  for (let n = 0; n < WINDOWS; n++) {
    const window = { ...made[n % made.length], window: n, startMs: n * 1_000 }
    const cpu = process.cpuUsage()
    const startMs = performance.now()
    writer.window(window)
    writer.write()
    costs.push(performance.now() - startMs)
    const { user, system } = process.cpuUsage(cpu)
    cpuMs.push((user + system) / 1_000)
    // As in a run, the event loop is free in between.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await writer.abandon()
  const readMs = []
  for (let turn = 0; turn < 3; turn++) {
    const startMs = performance.now()
    const totals = new RunTotals()
    for await (const window of store.windows('bench')) totals.add(window)
    readMs.push(performance.now() - startMs)
  }
  await store.close()
  costs.sort((a, b) => a - b)
  const at = (share) => costs[Math.floor(share * (costs.length - 1))].toFixed(2)
  console.log(
    `${SERIES} series × ${REQUESTS} requests: written in ${at(0.5)} ms a window (p95 ${at(0.95)}, max ${at(1)}), CPU ${median(cpuMs).toFixed(2)} ms`,
  )
  const bytes = statSync(path).size / WINDOWS
  console.log(
    `${(bytes / 1_000).toFixed(1)} kB a window, ${(bytes / SERIES).toFixed(0)} bytes a series`,
  )
  console.log(`read and added up: ${(median(readMs) / WINDOWS).toFixed(2)} ms a window`)
} finally {
  rmSync(folder, { recursive: true })
}

/** Each series around its own median of 2 to 100 ms, spread as answers are. */
function windowOf(number) {
  const series = Array.from({ length: SERIES }, (_, index) => {
    const latency = new LogHistogram()
    const medianUs = 2_000 + index * 2_000
    for (let n = 0; n < REQUESTS; n++) {
      const normal = random.next() + random.next() + random.next() + random.next() - 2
      latency.record(medianUs * Math.exp(normal))
    }
    return {
      ...{ kind: 'http', method: 'GET', name: `/items/:id/part-${index}`, requests: REQUESTS },
      ...{
        failures: 0,
        wireRequests: REQUESTS,
        bytesIn: 1_234 * REQUESTS,
        bytesOut: 321 * REQUESTS,
      },
      phaseSumsUs: [0, 0, 0, random.next() * 1e4, latency.sumUs * 0.9, random.next() * 1e5],
      ...{ statuses: new Map([[200, REQUESTS]]), latency, response: latency },
    }
  })
  const idle = { cpuRatio: random.next(), loopUtilisation: random.next(), loopDelayMsP99: 1.5 }
  const snapshot = {
    ...{ workerIndex: 0, sequence: number, window: number, series, errors: [], checks: [] },
    users: { active: 100, started: 0, stopped: 0, failed: 0 },
    arrivals: { due: 0, started: 0, dropped: 0, finished: 0, lateness: new LogHistogram() },
    health: { ...idle, rssBytes: 1e8, openSockets: 100, inFlight: 9, inFlightMs: 9e3, limits: [] },
  }
  return mergeSnapshots(number, [snapshot], true)
}

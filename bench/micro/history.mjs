// What keeping a run costs the process that coordinates it: one window of 50 series written (budget: ≤ 3 ms), its bytes, and reading it back.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunTotals } from '../../dist/model/metrics/window.js'
import { openSqliteStore } from '../../dist/plugins/stores/sqlite/sqlite-store.js'
import { KEPT_RUN, madeWindows } from '../lib/kept-windows.mjs'
import { median, options } from '../lib/report.mjs'

const { small } = options({ small: false })
const SERIES = 50
const REQUESTS = 200
const WINDOWS = small ? 20 : 600

const folder = mkdtempSync(join(tmpdir(), 'onrush-history-'))
const path = join(folder, 'history.db')
try {
  const store = await openSqliteStore(path, { epochMs: Date.now, onError: console.error })
  const writer = await store.begin(KEPT_RUN)
  // Made before, so that making them is no part of what is measured.
  const made = madeWindows(Math.min(30, WINDOWS), SERIES, REQUESTS)
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

// What looking at a long kept run costs: figures of random parts of it (budget: ≤ 100 ms for 95 of 100), opening it on the page (≤ 300 ms), and
// what keeping it that way costs: CPU per second of the run (≤ 20 ms) and bytes per hour.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Prng } from '../../dist/kernel/prng.js'
import { rebuildResult } from '../../dist/model/report/rebuild.js'
import { judgeGenerator } from '../../dist/plugins/insights/generator/generator.js'
import { openSqliteStore } from '../../dist/plugins/stores/sqlite/sqlite-store.js'
import { keptRange, keptView } from '../../dist/run/web/kept-run.js'
import { KEPT_RUN, madeWindows } from '../lib/kept-windows.mjs'
import { median, options, save, table } from '../lib/report.mjs'

const given = options({
  hours: 0,
  series: 50,
  requests: 200,
  ranges: 100,
  cpu: false,
  small: false,
  json: '',
})
const CASES = given.small
  ? [{ hours: 0.03, series: 3 }]
  : given.hours > 0
    ? [{ hours: given.hours, series: given.series }]
    : [
        { hours: 1, series: 50 },
        { hours: 24, series: 30 },
      ]
const RANGES = given.small ? 5 : given.ranges
const rows = []
for (const each of CASES) rows.push(await measure(each))
const head = ['run', 'part of it p50', 'p95', 'max', 'all of it', 'opened', 'cut off, opened']
const texts = rows.map((row) => [row.run, ...row.timesMs.map((ms) => `${ms.toFixed(0)} ms`)])
console.log(table(head, texts))
for (const { run, cpuMsPerSecond, holdMsMax, bytesPerHour } of rows) {
  const cost = `${cpuMsPerSecond.toFixed(1)} ms of CPU per second, at most ${holdMsMax.toFixed(0)} ms at once`
  console.log(`${run}: kept for ${cost}, ${(bytesPerHour / 1e6).toFixed(1)} MB an hour`)
}
if (given.json !== '') save(given.json, { rows })

async function measure({ hours, series }) {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-ranges-'))
  const path = join(folder, 'history.db')
  try {
    const seconds = Math.round(hours * 3_600)
    const kept = await write(path, seconds, series)
    const store = await openSqliteStore(path, { epochMs: Date.now, onError: console.error })
    const random = Prng.of(2, 'ranges')
    const parts = Array.from({ length: RANGES }, () => partOf(random, seconds))
    const rangeMs = []
    for (const part of parts) rangeMs.push(await timed(() => keptRange(store, 'bench', part)))
    rangeMs.sort((a, b) => a - b)
    const all = { fromMs: 0, toMs: seconds * 1_000 }
    const merged = () => ({
      merged: store.merged('bench', { detail: 'series' }),
      seconds: store.merged('bench', { detail: 'overview', spanMsMax: 1_000 }),
    })
    const rebuilt = (_, run) => rebuildResult(run, merged(), judgeGenerator)
    const result = await rebuilt(store, await store.read('bench'))
    const opened = () => timed(() => keptView(store, 'bench', async () => result))
    const timesMs = [
      ...[0.5, 0.95, 1].map((share) => rangeMs[Math.floor(share * (RANGES - 1))]),
      await timed(() => keptRange(store, 'bench', all)),
      median([await opened(), await opened(), await opened()]),
      await timed(() => keptView(store, 'bench', rebuilt)),
    ]
    await store.close()
    const run = `${hours} h × ${series} series`
    return { run, timesMs, ...kept, bytesPerHour: statSync(path).size / hours }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function write(path, seconds, series) {
  const store = await openSqliteStore(path, { epochMs: Date.now, onError: console.error })
  const writer = await store.begin(KEPT_RUN)
  const made = madeWindows(30, series, given.requests)
  const cpu = process.cpuUsage()
  let holdMsMax = 0
  for (let window = 0; window < seconds; window++) {
    const startMs = performance.now()
    writer.window({ ...made[window % made.length], window, startMs: window * 1_000 })
    await writer.flush()
    // The first ones also wait for the compiler.
    if (window > 100) holdMsMax = Math.max(holdMsMax, performance.now() - startMs)
    if (window % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await writer.abandon()
  const { user, system } = process.cpuUsage(cpu)
  await store.close()
  return { cpuMsPerSecond: (user + system) / 1_000 / seconds, holdMsMax }
}

/** Of any length: a minute is as likely as an hour. */
function partOf(random, seconds) {
  const lengthMs = 1_000 * Math.ceil(Math.exp(random.next() * Math.log(seconds)))
  const fromMs = 1_000 * Math.floor(random.next() * (seconds - lengthMs / 1_000))
  return { fromMs, toMs: fromMs + lengthMs }
}

/** On a machine that does something else too, only its CPU time says what it costs (`--cpu`). */
async function timed(run) {
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await run()
  const wallMs = performance.now() - startMs
  const { user, system } = process.cpuUsage(cpu)
  return given.cpu ? (user + system) / 1_000 : wallMs
}

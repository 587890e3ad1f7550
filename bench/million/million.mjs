// A million people on one machine: each a user of onrush with a TCP connection, a cookie and a random generator of its own, who
// acts every one or two minutes; the target, nginx, is on the same machine and counts for itself.
//   node million/million.mjs [--users 100000] [--spawn-rate 10000] [--hold 130] [--think 60,120] [--set-sysctls]
// Memory per user is told three ways: of onrush alone, of the target alone, and of the whole machine with its kernel. Nothing is
// taken as a figure that failed: any error, a lost worker or a connection too few ends with exit code 1.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { command } from '../lib/onrush.mjs'
import { has, residentBytes, start } from '../lib/process.mjs'
import { machine, options, save, table } from '../lib/report.mjs'
import { descriptorLimit, kernelMemory, raise, sourceAddresses, tooLow } from './kernel.mjs'
import { startTarget } from './target.mjs'

/** Node's heap and one event loop are comfortable with so many. */
const USERS_PER_WORKER_MAX = 20_000
/** Descriptors of a worker that are no connections; the command line asks for as many. */
const OWN_DESCRIPTORS = 100
const STOP_TIMEOUT_SEC = 30
/** Each worker has its own. */
const REASONS_SHOWN = 3

const { users, spawnRate, hold, think, workers, setSysctls } = options({
  users: 100_000,
  spawnRate: 10_000,
  hold: 130,
  think: '60,120',
  workers: 0,
  setSysctls: false,
})
if (!has('nginx')) {
  console.log('nginx is not installed: nothing measured (Debian: apt install nginx-light)')
  process.exit(0)
}
prepareKernel()

const limit = descriptorLimit()
const workerCount =
  workers || Math.ceil(users / Math.min(USERS_PER_WORKER_MAX, limit - OWN_DESCRIPTORS))
const sources = sourceAddresses(users)
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const folder = mkdtempSync(join(tmpdir(), 'onrush-million-run-'))
const before = kernelMemory()
const target = await startTarget(users, limit)
const targetBase = residentBytes(target.pid)
try {
  report(await measure())
} finally {
  await target.close()
  rmSync(folder, { recursive: true, force: true })
}

function prepareKernel() {
  const low = tooLow(users)
  if (low.length === 0) return
  if (setSysctls) return raise(low)
  const lines = low.map(({ command, why }) => `  ${command}   # ${why}`)
  console.log(`Linux does not allow ${users} connections here. As root, or with --set-sysctls:`)
  console.log(lines.join('\n'))
  process.exit(2)
}

async function measure() {
  const idle = await memoryOfIdleRun()
  const { requests: requestsBefore } = await target.counts()
  const file = join(folder, 'result.json')
  const run = launch(users, hold, '--json', file)
  const startedAt = performance.now()
  let ended = false
  void run.closed.then(() => {
    ended = true
  })
  let peak = 0
  let atPeak
  while (!ended) {
    const { connections } = await target.counts()
    peak = Math.max(peak, connections)
    if (connections >= users) atPeak ??= memory(run.pid)
    const seconds = Math.round((performance.now() - startedAt) / 1_000)
    process.stderr.write(`\r ${seconds} s  ${connections} connections  `)
    await Promise.race([run.closed, pause(1_000)])
  }
  process.stderr.write('\n')
  const { requests } = await target.counts()
  const result = readResult(file, run)
  return { result, peak, idle, atPeak, targetRequests: requests - requestsBefore }
}

/** The same workers with a user each: what is there before the users are. */
async function memoryOfIdleRun() {
  const run = launch(workerCount, 600)
  const ended = run.closed.then(() => {
    throw new Error(`the run ended before its first users were there:\n${run.output.stderr}`)
  })
  while ((await target.counts()).connections < workerCount) {
    await Promise.race([ended, pause(100)])
  }
  ended.catch(() => undefined)
  await pause(2_000)
  const bytes = residentBytes(run.pid)
  await run.stop()
  return bytes
}

/** One after the other, not in a burst every second: all workers of this machine share its cores. */
function launch(count, holdSec, ...more) {
  const rampSec = Math.max(1, Math.ceil(count / spawnRate))
  const shape = `0 → ${count} over ${rampSec}s, hold ${holdSec}s`
  const load = ['--users', shape, '--workers', workerCount]
  const rest = ['-H', target.url, '--stop-timeout', `${STOP_TIMEOUT_SEC}s`, ...more]
  return start(
    command('million', '--quiet', '--no-history', '--no-watch', ...load, ...rest).map(String),
    { env: { BENCH_SOURCES: sources.join(), BENCH_THINK: think } },
  )
}

function memory(pid) {
  return { onrush: residentBytes(pid), target: residentBytes(target.pid), kernel: kernelMemory() }
}

function readResult(file, run) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`the run left no result:\n${run.output.stderr}`, { cause })
  }
}

function report({ result, peak, idle, atPeak, targetRequests }) {
  const full = result.windows.find((each) => each.users >= users)
  const first = result.windows.find((each) => each.users > 0)
  const held = result.windows.filter((each) => full !== undefined && each.atMs > full.atMs)
  const lasted = held.slice(0, -1)
  const mean = (of) => lasted.reduce((sum, each) => sum + of(each), 0) / Math.max(1, lasted.length)
  const perUser = (bytes) =>
    Number.isNaN(bytes) || bytes === undefined ? '–' : `${(bytes / users / 1_000).toFixed(2)} kB`
  const gb = (bytes) => (bytes === undefined ? '–' : `${(bytes / 1e9).toFixed(2)} GB`)
  const lost = result.generator.workers.filter((each) => each.lost).length
  const rows = [
    ['users at once, most', result.users.max],
    ["connections open, by the target's own count, most", peak],
    [
      'workers, target processes, source addresses',
      `${workerCount}, ${target.processes}, ${sources.length}`,
    ],
    ['all users there, from the first one on', full && `${(full.atMs - first.atMs) / 1_000 + 1} s`],
    [
      'memory per user: onrush (workers and coordinator, less what they had before)',
      perUser(atPeak && atPeak.onrush - idle),
    ],
    ['… the target', perUser(atPeak && atPeak.target - targetBase)],
    ['… kernel objects (slab)', perUser(atPeak && atPeak.kernel.slab - before.slab)],
    [
      '… the whole machine, all processes with their own',
      perUser(atPeak && before.available - atPeak.kernel.available),
    ],
    [
      'memory of the whole machine in use by all this',
      gb(atPeak && before.available - atPeak.kernel.available),
    ],
    ['memory of onrush before the first user, with users', `${gb(idle)}, ${gb(atPeak?.onrush)}`],
    ['buffers of TCP', gb(atPeak?.kernel.tcpBuffers)],
    ['requests, of which failed', `${result.totals.requests}, ${result.totals.failures}`],
    ["requests by the target's own count", targetRequests],
    [
      'requests per second with all users',
      `${Math.round(mean((each) => each.requests))} (${lasted.length} s)`,
    ],
    [
      'latency p50, p99 with all users (mean of seconds)',
      `${mean((each) => each.p50Ms ?? 0).toFixed(2)}, ${mean((each) => each.p99Ms ?? 0).toFixed(2)} ms`,
    ],
    [
      'lateness: event loops behind, p99 of the worst second',
      `${result.generator.loopDelayMsP99.toFixed(0)} ms`,
    ],
    ['workers lost', lost],
  ]
  console.log(table(['what', 'measured'], rows))
  console.log(`\n${result.verdict.reason}`)
  const { reasons } = result.generator
  for (const reason of reasons.slice(0, REASONS_SHOWN)) console.log(reason)
  if (reasons.length > REASONS_SHOWN) console.log(`… and ${reasons.length - REASONS_SHOWN} more`)
  const about = machine()
  console.log(
    `\n${about.cpu}, ${about.memoryGb} GB, Linux ${about.kernel}, Node ${about.node}, ${about.date}`,
  )
  save(fileURLToPath(new URL(`../results/million-${users}.json`, import.meta.url)), {
    users,
    spawnRate,
    hold,
    think,
    rows,
    events: result.events,
    errors: result.errors,
  })
  if (peak < users || result.totals.failures > 0 || lost > 0) process.exitCode = 1
}

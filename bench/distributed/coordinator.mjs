// What a run costs its coordinator by the number of workers: the real coordinator, the real line over a real nats-server, the real
// codec; only the load is simulated. All on this machine, so the figures are those of the software and not of a network.
//   node distributed/coordinator.mjs --workers 20,100 --series 200 --seconds 10
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { SystemClock } from '../../dist/kernel/clock.js'
import { judgeGenerator } from '../../dist/plugins/insights/generator/generator.js'
import { dial } from '../../dist/plugins/transports/nats/connect.js'
import { natsTransport } from '../../dist/plugins/transports/nats/nats.js'
import { startRun } from '../../dist/run/coordinator/start-run.js'
import { startNats } from '../lib/nats.mjs'
import { has } from '../lib/process.mjs'
import { machine, options, table } from '../lib/report.mjs'

const PER_PROCESS = 250
const REQUESTS_PER_SERIES = 20
const { workers, series, seconds } = options({ workers: '20', series: 200, seconds: 5 })
const counts = String(workers).split(',').map(Number)
if (!has('nats-server')) {
  console.log('nats-server is not installed: nothing measured')
  process.exit(0)
}

const rows = []
for (const count of counts) rows.push(await measure(count))
const { date, cpu, node } = machine()
console.log(
  `\n${series} series per worker and second, ${seconds} s; ${cpu}, Node ${node}, ${date}\n`,
)
console.log(
  table(
    [
      'workers',
      'kB/snapshot',
      'coordinator CPU',
      'nats-server CPU',
      'nats-server MB',
      'start known before',
      'snapshots',
    ],
    rows,
  ),
)

async function measure(count) {
  const server = await startNats()
  try {
    return await run(count, server.url, server.pid)
  } finally {
    await server.close()
  }
}

async function run(count, url, serverPid) {
  const version = 'simulated'
  const news = []
  const swarms = Array.from({ length: Math.ceil(count / PER_PROCESS) }, (_, at) => {
    const size = Math.min(PER_PROCESS, count - at * PER_PROCESS)
    const swarm = fork(
      new URL('./swarm.mjs', import.meta.url),
      [url, size, series, version].map(String),
    )
    swarm.on('message', (message) => news.push(message))
    return swarm
  })
  await until(() => news.filter((each) => each.joined).length === swarms.length)
  const clock = new SystemClock()
  const link = await dial({ url, clientName: 'bench', pingMs: 500 })
  const transport = natsTransport({ link, clock, version, by: 'bench', onTrouble: console.error })
  const { taken } = await transport.claim(count, 20_000, count)
  if (taken.length < count) throw new Error(`${taken.length} of ${count} workers could be claimed`)
  let began
  const output = {
    name: 'bench',
    onWindow: () => {
      began ??= { cpu: process.cpuUsage(), server: cpuOf(serverPid), atMs: performance.now() }
    },
  }
  const handle = startRun({
    runId: 'bench',
    plan: planOf(seconds),
    bundle: { code: 'x'.repeat(50_000), map: '', hash: 'none', entry: '/bench.ts' },
    allowedHosts: [],
    shared: undefined,
    transport,
    workers: count,
    outputs: [output],
    clock,
    strictGenerator: false,
    judgeGenerator,
    facts: {
      script: 'bench',
      scriptHash: '',
      version,
      node: '',
      startedAt: '',
      git: Promise.resolve(null),
    },
  })
  await new Promise((resolve) => setTimeout(resolve, 0))
  const planned = setTimeout(() => handle.stop('user'), (seconds + 3) * 1_000 + count * 40)
  let used
  const atEnd = setInterval(() => {
    if (began === undefined || performance.now() - began.atMs < (seconds - 2) * 1_000 || used)
      return
    const wallMs = performance.now() - began.atMs
    const { user, system } = process.cpuUsage(began.cpu)
    used = {
      coordinator: (user + system) / 1_000 / wallMs,
      server: (cpuOf(serverPid) - began.server) / wallMs,
      serverMb: memoryMbOf(serverPid),
    }
    handle.stop('user')
  }, 50)
  const result = await handle.finished
  clearInterval(atEnd)
  clearTimeout(planned)
  await until(() => news.filter((each) => each.leadMsMin !== undefined).length === swarms.length)
  for (const swarm of swarms) swarm.disconnect()
  const ends = news.filter((each) => each.leadMsMin !== undefined)
  const snapshots = result.totals.requests / (series * REQUESTS_PER_SERIES)
  const lost = result.generator.workers.filter((each) => each.lost).length
  return [
    count,
    (ends[0].snapshotBytes / 1_000).toFixed(1),
    percent(used?.coordinator),
    percent(used?.server),
    used?.serverMb,
    `${Math.round(Math.min(...ends.map((each) => each.leadMsMin)))} ms`,
    `${snapshots}${lost > 0 ? `, ${lost} workers lost` : ''}`,
  ]
}

function planOf(durationSec) {
  const load = {
    kind: 'constant-users',
    users: 1,
    spawnRatePerSec: 1,
    durationMs: null,
  }
  return {
    schemaVersion: 1,
    name: `bench ${durationSec} s`,
    seed: 1,
    host: null,
    hostOverrides: false,
    scenarios: [
      {
        name: 'none',
        users: [{ className: 'None', weight: 1, fixedCount: 0 }],
        load,
        startAfterMs: 0,
        gracefulStopMs: 5_000,
      },
    ],
    thresholds: [],
    tags: {},
    include: null,
    exclude: [],
  }
}

/** CPU time so far, ms: clock ticks of 10 ms. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function memoryMbOf(pid) {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]
  return Math.round(Number(kb) / 1_024)
}

async function until(isSo) {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}

function percent(ratio) {
  return ratio === undefined ? '–' : `${(ratio * 100).toFixed(1)} %`
}

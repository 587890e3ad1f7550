// Every budget that is not a throughput: memory per user, spawning, arrivals on time, start-up, installed size.
//   node end-to-end/budgets.mjs [--small] [--only memory,waiting,spawn,arrivals,ramp,workers,startup,install]
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startNginx } from '../lib/nginx.mjs'
import { command, onrush, resultOf } from '../lib/onrush.mjs'
import { residentBytes, run, start } from '../lib/process.mjs'
import { machine, median, options, save, table } from '../lib/report.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const { small, only } = options({ small: false, only: '' })
const root = here('../..')
const seconds = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Memory of a run once its users stand still, less that of the same run with one user, per user. */
async function memoryPerUser(name, users, target) {
  const measure = async (count) => {
    const child = start(
      command(
        name,
        '--quiet',
        '-u',
        String(count),
        '-r',
        String(Math.max(1, count / 5)),
        '-t',
        '60s',
        '-H',
        target ?? 'http://127.0.0.1:1',
      ),
      { core: 0 },
    )
    let previous = 0
    for (let look = 0; look < 50; look++) {
      await seconds(1000)
      const now = residentBytes(child.pid)
      if (look >= 8 && Math.abs(now - previous) < 256 * 1024) break
      previous = now
    }
    const bytes = residentBytes(child.pid)
    if (bytes === 0) throw new Error(`the run ended too early:\n${child.output.stderr}`)
    await child.stop()
    return bytes
  }
  const base = await measure(1)
  const full = await measure(users)
  return { perUserKb: (full - base) / users / 1000, baseMb: base / 1e6, fullMb: full / 1e6 }
}

/** The script itself says when its last user stood; spawn rate far above what is possible. */
async function spawnRate(name, users, target) {
  const out = await run(
    command(
      name,
      '-u',
      String(users),
      '-r',
      String(users),
      '-t',
      '60s',
      '-H',
      target ?? 'http://127.0.0.1:1',
    ),
    {
      core: 0,
      env: { BENCH_USERS: String(users) },
      timeoutMs: 20_000,
    },
  )
  const found = `${out.stdout}${out.stderr}`.match(/@spawned (\d+) ([\d.]+)/)
  if (!found) throw new Error(`no @spawned line within 20 s:\n${out.stderr.slice(-2000)}`)
  return Number(found[1]) / (Number(found[2]) / 1000)
}

/** What Node itself can do here: sockets and one request each, nothing of ours. */
async function bareConnections(count, port) {
  const out = await run(
    [process.execPath, here('../lib/bare-connections.mjs'), String(count), port],
    { core: 0 },
  )
  return Number(out.stdout)
}

const budgets = {
  async memory(nginx) {
    const users = small ? 500 : 15_000
    const { perUserKb, baseMb, fullMb } = await memoryPerUser('connected', users, nginx.http)
    return [
      {
        what: `resident memory per user with an open connection (${users} users)`,
        measured: `${perUserKb.toFixed(2)} kB`,
        must: '≤ 6 kB',
        note: `base ${baseMb.toFixed(0)} MB, full ${fullMb.toFixed(0)} MB`,
      },
    ]
  },
  async waiting() {
    const users = small ? 2000 : 100_000
    const { perUserKb } = await memoryPerUser('waiting', users)
    return [
      {
        what: `resident memory per user that only waits (${users} users)`,
        measured: `${perUserKb.toFixed(2)} kB`,
        must: '≤ 1.5 kB',
      },
    ]
  },
  async spawn(nginx) {
    const idle = await spawnRate('waiting', small ? 1000 : 100_000)
    const connected = await spawnRate('spawning', small ? 500 : 15_000, nginx.http)
    const bare = await bareConnections(small ? 500 : 10_000, new URL(nginx.http).port)
    return [
      {
        what: 'spawning, before the first connection',
        measured: `${Math.round(idle)} users/s`,
        must: '≥ 20000 users/s',
      },
      {
        what: 'spawning, first request answered',
        measured: `${Math.round(connected)} users/s`,
        must: '≥ 12000 users/s',
        note: `bare net.connect and one request: ${Math.round(bare)}/s`,
      },
    ]
  },
  async arrivals(nginx) {
    const rate = small ? 500 : 10_000
    const time = small ? 2 : 10
    const rounds = []
    for (let round = 0; round < (small ? 1 : 5); round++) {
      rounds.push(await arrivalsOnce(`${rate}/s for ${time}s`, nginx.http))
    }
    const started = rounds.map((each) => each.arrivals.started)
    const p99 = rounds.map((each) => each.arrivals.latenessMs.p99)
    return [
      {
        what: `constant arrivals ${rate}/s for ${time} s: started`,
        measured: `${median(started)} (median of ${rounds.length})`,
        must: `${rate * time}`,
        note: started.join(' '),
      },
      {
        what: '… lateness p99',
        measured: `${median(p99).toFixed(2)} ms (median)`,
        must: '≤ 1 ms',
        note: p99.map((each) => each.toFixed(2)).join(' '),
      },
    ]
  },
  async ramp(nginx) {
    const peak = small ? 1_000 : 20_000
    const shape = `0 → ${peak}/s over ${small ? 2 : 20}s`
    const rounds = []
    for (let round = 0; round < (small ? 1 : 3); round++) {
      rounds.push((await arrivalsOnce(shape, nginx.http)).arrivals)
    }
    const p99 = rounds.map((each) => each.latenessMs.p99)
    return [
      {
        what: `ramping arrivals ${shape}: lateness p99`,
        measured: `${median(p99).toFixed(2)} ms (median of ${rounds.length})`,
        must: '≤ 2 ms',
        note: rounds.map((each) => `${each.started} of ${each.due}`).join(', '),
      },
    ]
  },
  async workers(nginx) {
    const ratios = []
    for (let round = 0; round < (small ? 1 : 3); round++) {
      const one = await cpuPerRequest(1, nginx.http)
      ratios.push((await cpuPerRequest(4, nginx.http)) / one)
    }
    return [
      {
        what: 'CPU time per request once started, 4 workers against one, on one core',
        measured: `${median(ratios).toFixed(2)} × (median of ${ratios.length})`,
        must: '≤ 1.1 ×',
        note: ratios.map((each) => each.toFixed(2)).join(' '),
      },
    ]
  },
  async startup() {
    const versions = []
    for (let turn = 0; turn < (small ? 3 : 15); turn++) versions.push(await versionMs())
    const firsts = []
    for (let turn = 0; turn < (small ? 2 : 9); turn++) firsts.push(await firstRequestMs())
    return [
      { what: 'onrush --version', measured: `${median(versions).toFixed(0)} ms`, must: '≤ 80 ms' },
      {
        what: 'from launch to the first request of a one-file script',
        measured: `${median(firsts).toFixed(0)} ms`,
        must: '≤ 400 ms',
      },
    ]
  },
  async install() {
    const folder = mkdtempSync(join(tmpdir(), 'onrush-install-'))
    try {
      const pack = await run(['npm', 'pack', '--silent', '--pack-destination', folder, root])
      const tarball = join(
        folder,
        readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'missing',
      )
      const app = join(folder, 'app')
      const install = await run([
        'npm',
        'install',
        '--silent',
        '--ignore-scripts',
        '--prefix',
        app,
        tarball,
      ])
      if (pack.code !== 0 || install.code !== 0)
        throw new Error(`install failed\n${pack.stderr}\n${install.stderr}`)
      const megabytes =
        Number((await run(['du', '-s', '--block-size=1000', app])).stdout.split('\t')[0]) / 1000
      const packages = (
        await run([
          'sh',
          '-c',
          `find ${app}/node_modules -name package.json -path '*node_modules/*' | grep -E 'node_modules/(@[^/]+/)?[^/]+/package.json$' | wc -l`,
        ])
      ).stdout.trim()
      const works = await run([
        process.execPath,
        join(app, 'node_modules/onrush/bin/onrush.js'),
        '--version',
      ])
      return [
        {
          what: 'installed from the packed tarball, scripts blocked',
          measured: `${megabytes.toFixed(1)} MB, ${packages} packages`,
          must: '≤ 45 MB, ≤ 70 packages',
          note: works.code === 0 ? 'runs' : 'DOES NOT RUN',
        },
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** A longer run less a shorter one: what starting processes costs is in both. */
async function cpuPerRequest(workers, host) {
  const [short, long] = small ? [1, 2] : [3, 9]
  const runFor = async (time) => {
    const load = ['-u', '50', '-r', '50', '-t', `${time}s`, '--workers', String(workers)]
    const { totals, cpuSec } = await resultOf('scripted', [...load, '-H', host], { core: 0 })
    return { requests: totals.requests, cpuSec }
  }
  const less = await runFor(short)
  const more = await runFor(long)
  return (more.cpuSec - less.cpuSec) / (more.requests - less.requests)
}

/** Not pinned: in its first second V8 compiles on threads beside the worker's own, which would then share its core. */
function arrivalsOnce(arrivals, host) {
  return resultOf('scripted', ['--arrivals', arrivals, '--users-max', '500', '-H', host])
}

async function versionMs() {
  const started = performance.now()
  const child = start([process.execPath, onrush, '--version'])
  await child.closed
  return performance.now() - started
}

async function firstRequestMs() {
  let arrivedAt = 0
  const server = createServer((_, response) => {
    arrivedAt ||= performance.now()
    response.end('ok')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const launchedAt = performance.now()
  await run(
    command(
      'scripted',
      '--quiet',
      '-u',
      '1',
      '-t',
      '1s',
      '-H',
      `http://127.0.0.1:${server.address().port}`,
    ),
  )
  server.closeAllConnections()
  server.close()
  if (arrivedAt === 0) throw new Error('no request arrived')
  return arrivedAt - launchedAt
}

const names = only === '' ? Object.keys(budgets) : only.split(',')
const nginx = await startNginx({ core: 1 })
const rows = []
try {
  for (const name of names) {
    console.error(`measuring ${name} …`)
    rows.push(...(await budgets[name](nginx)))
  }
} finally {
  await nginx.close()
}
console.log(
  table(
    ['what', 'measured', 'must reach', ''],
    rows.map((row) => [row.what, row.measured, row.must, row.note ?? '']),
  ),
)
const about = machine()
console.log(`\n${about.cpu}, Linux ${about.kernel}, Node ${about.node}, ${about.date}`)
save(here('../results/budgets.json'), { small, rows })

// Requests per second of onrush beside other clients: one target, one machine, one run, cores kept apart.
// Every round runs all tools one after the other and ratios are taken within a round, because the machine's speed drifts.
//   node end-to-end/throughput.mjs [--seconds 5] [--rounds 3] [--connections 50] [--tools wrk,onrush,…] [--no-tls]
import { fileURLToPath } from 'node:url'
import { startNginx } from '../lib/nginx.mjs'
import { has, run } from '../lib/process.mjs'
import { machine, median, options, save, table } from '../lib/report.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const {
  seconds,
  rounds,
  connections,
  tools: wanted,
  tls,
} = options({ seconds: 5, rounds: 3, connections: 50, tools: '', tls: true })
const onrush = here('../../bin/onrush.js')
const autocannon = here('../node_modules/autocannon/autocannon.js')
const fallbackAutocannon = here('../../node_modules/autocannon/autocannon.js')

async function onrushRun(url, workers) {
  const { origin, pathname } = new URL(url)
  const out = await run(
    [
      process.execPath,
      onrush,
      'run',
      here('../scripts/scripted.ts'),
      '--headless',
      '--quiet',
      '--no-preflight',
      '-u',
      String(connections),
      '-r',
      String(connections),
      '-t',
      `${seconds}s`,
      '-H',
      origin,
      '--workers',
      String(workers),
      '--json',
      '-',
    ],
    { core: 0, env: { BENCH_PATH: pathname } },
  )
  if (out.code !== 0) throw new Error(`onrush exited ${out.code}\n${out.stderr}`)
  const result = JSON.parse(out.stdout)
  return {
    perSec: result.totals.requests / (result.run.durationMs / 1000),
    requests: result.totals.requests,
    cpuSec: out.cpuSec,
    p99Ms: result.totals.latencyMs.p99,
  }
}

/** name → { there(), run(url) → { perSec, requests, cpuSec } } */
const tools = {
  wrk: {
    there: () => has('wrk'),
    async run(url) {
      const out = await run(['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', url], {
        core: 0,
      })
      return {
        perSec: Number(out.stdout.match(/Requests\/sec:\s+([\d.]+)/)[1]),
        requests: Number(out.stdout.match(/(\d+) requests in/)[1]),
        cpuSec: out.cpuSec,
      }
    },
  },
  onrush: { there: () => true, run: (url) => onrushRun(url, 1) },
  'onrush 4 workers': { there: () => true, run: (url) => onrushRun(url, 4) },
  autocannon: {
    there: () => has(autocannon) || has(fallbackAutocannon),
    async run(url) {
      const out = await run(
        [
          process.execPath,
          has(autocannon) ? autocannon : fallbackAutocannon,
          '-j',
          '-c',
          String(connections),
          '-d',
          String(seconds),
          url,
        ],
        { core: 0, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      )
      const result = JSON.parse(out.stdout)
      return {
        perSec: result.requests.average,
        requests: result.requests.total,
        cpuSec: out.cpuSec,
      }
    },
  },
  hey: {
    there: () => has('hey'),
    async run(url) {
      const out = await run(
        ['hey', '-cpus', '1', '-c', String(connections), '-z', `${seconds}s`, url],
        { core: 0 },
      )
      const perSec = Number(out.stdout.match(/Requests\/sec:\s+([\d.]+)/)[1])
      return { perSec, requests: Math.round(perSec * seconds), cpuSec: out.cpuSec }
    },
  },
  ab: {
    there: () => has('ab'),
    async run(url) {
      const out = await run(
        [
          'ab',
          '-k',
          '-q',
          '-c',
          String(connections),
          '-t',
          String(seconds),
          '-n',
          '100000000',
          url,
        ],
        { core: 0 },
      )
      return {
        perSec: Number(out.stdout.match(/Requests per second:\s+([\d.]+)/)[1]),
        requests: Number(out.stdout.match(/Complete requests:\s+(\d+)/)[1]),
        cpuSec: out.cpuSec,
      }
    },
  },
  k6: {
    there: () => has('k6'),
    async run(url) {
      const out = await run(
        [
          'k6',
          'run',
          '-q',
          '--insecure-skip-tls-verify',
          '--vus',
          String(connections),
          '--duration',
          `${seconds}s`,
          '-e',
          `URL=${url}`,
          here('../scripts/k6.js'),
        ],
        { core: 0, env: { GOMAXPROCS: '1' } },
      )
      const perSec = Number(out.stdout.match(/http_reqs\D+\d+\s+([\d.]+)\/s/)[1])
      return { perSec, requests: Math.round(perSec * seconds), cpuSec: out.cpuSec }
    },
  },
  locust: {
    there: () => has('locust'),
    async run(url) {
      const { origin, pathname } = new URL(url)
      const out = await run(
        [
          'locust',
          '-f',
          here('../scripts/locustfile.py'),
          '--headless',
          '-u',
          String(connections),
          '-r',
          String(connections),
          '-t',
          `${seconds}s`,
          '-H',
          origin,
          '--json',
          '--skip-log-setup',
        ],
        { core: 0, env: { BENCH_PATH: pathname } },
      )
      const requests = JSON.parse(out.stdout.slice(out.stdout.indexOf('['))).reduce(
        (sum, entry) => sum + entry.num_requests,
        0,
      )
      return { perSec: requests / seconds, requests, cpuSec: out.cpuSec }
    },
  },
}

const names = Object.keys(tools).filter(
  (name) => (wanted === '' || wanted.split(',').includes(name)) && tools[name].there(),
)
const missing = Object.keys(tools).filter((name) => !tools[name].there())
const nginx = await startNginx({ core: 1 })
const results = {}
try {
  const targets = {
    'http, 2 bytes': `${nginx.http}/`,
    'http, 10 kB': `${nginx.http}/10k`,
    ...(tls ? { 'https, 2 bytes': `${nginx.https}/` } : {}),
  }
  for (const [target, url] of Object.entries(targets)) {
    const samples = Object.fromEntries(names.map((name) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const name of names) samples[name].push(await tools[name].run(url))
    }
    const rows = names.map((name) => {
      const perSec = median(samples[name].map((sample) => sample.perSec))
      const ratio = samples.wrk
        ? median(samples[name].map((sample, round) => sample.perSec / samples.wrk[round].perSec))
        : NaN
      const cpuUs = median(samples[name].map((sample) => (sample.cpuSec / sample.requests) * 1e6))
      return {
        name,
        perSec: Math.round(perSec),
        ratioToWrk: Number(ratio.toFixed(3)),
        cpuUsPerRequest: Number(cpuUs.toFixed(2)),
      }
    })
    results[target] = rows
    console.log(
      `\n${target}  (${connections} connections, ${rounds} × ${seconds} s, client on one core, nginx on another)`,
    )
    console.log(
      table(
        ['client', 'requests/s', '× wrk -t1', 'CPU µs/request'],
        rows.map((row) => [row.name, row.perSec, row.ratioToWrk, row.cpuUsPerRequest]),
      ),
    )
  }
} finally {
  await nginx.close()
}
const about = machine()
console.log(
  `\n${about.cpu}, Linux ${about.kernel}, Node ${about.node}, ${about.date}${missing.length > 0 ? `; not installed: ${missing.join(', ')}` : ''}`,
)
save(here('../results/throughput.json'), { seconds, rounds, connections, results })

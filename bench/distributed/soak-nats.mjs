// Many real worker processes over a real nats-server for minutes: at the end the result must hold every request that the target counted.
//   node distributed/soak-nats.mjs [--minutes 10] [--workers 20] [--rate 50]      rate: arrivals per second and worker
// Exit code 1 when the books differ by one, a worker was lost, or an arrival was dropped or is unknown.

import { startNats } from '../lib/nats.mjs'
import { startNginx } from '../lib/nginx.mjs'
import { onrush, resultOf } from '../lib/onrush.mjs'
import { has, residentBytes, start } from '../lib/process.mjs'
import { machine, options, table } from '../lib/report.mjs'

const { minutes, workers, rate } = options({ minutes: 10, workers: 20, rate: 50 })
const missing = ['nats-server', 'nginx'].filter((each) => !has(each))
if (missing.length > 0) {
  console.log(`${missing.join(' and ')} not installed: nothing measured`)
  process.exit(0)
}

const nats = await startNats()
const target = await startNginx({})
const pool = start([
  process.execPath,
  onrush,
  'worker',
  '--join',
  nats.url,
  '--workers',
  `${workers}`,
])
const serverMemory = []
const watching = setInterval(() => serverMemory.push(residentBytes(nats.pid)), 10_000)
try {
  const load = ['--arrivals', `${rate * workers}/s`, '--users-max', `${workers * 50}`]
  const where = [
    '--join',
    nats.url,
    '--workers',
    `${workers}`,
    '--join-wait',
    '2m',
    '-H',
    target.http,
  ]
  const result = await resultOf('scripted', [...load, ...where, '-t', `${minutes * 60}s`], {
    timeoutMs: minutes * 60_000 + 300_000,
  })
  report(result, await target.requests())
} finally {
  clearInterval(watching)
  await pool.stop()
  await target.close()
  await nats.close()
}

function report(result, counted) {
  const { arrivals, totals, generator, events } = result
  const lost = generator.workers.filter((each) => each.lost).length
  const told = events.filter((each) => each.level !== 'info').map((each) => each.text)
  const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`
  console.log(
    table(
      ['what', 'measured'],
      [
        ['workers, minutes', `${workers}, ${minutes}`],
        ['arrivals due, started', `${arrivals.due}, ${arrivals.started}`],
        ['… dropped, unknown', `${arrivals.dropped}, ${arrivals.unknown}`],
        ['requests in the result, failed', `${totals.wireRequests}, ${totals.failures}`],
        ["requests by the target's own count", counted],
        ['workers lost', lost],
        ['lateness p99', `${arrivals.latenessMs.p99?.toFixed(2)} ms`],
        [
          'CPU of coordinator, per second',
          `${((100 * result.cpuSec) / (minutes * 60)).toFixed(1)} %`,
        ],
        [
          'memory of nats-server, after 10 s and at most',
          `${megabytes(serverMemory[0] ?? 0)}, ${megabytes(Math.max(0, ...serverMemory))}`,
        ],
        ['warnings of the run', told.length === 0 ? 'none' : told.slice(0, 3).join('; ')],
      ],
    ),
  )
  const { cpu, node, date } = machine()
  console.log(`\n${cpu}, Node ${node}, ${date}`)
  const whole = counted === totals.wireRequests && lost === 0 && totals.failures === 0
  if (!whole || arrivals.dropped + arrivals.unknown > 0) process.exitCode = 1
}

// What a worker more costs: so many worker processes of this machine, each with the same load, far below what a core can. The target's
// work and the number of cores are left out by that: what is compared is the CPU time of onrush, all its processes, per request, and
// whether every arrival was there in time. A longer run less a shorter one, so that starting processes is in neither.
//   node distributed/scaling.mjs [--workers 1,2,4,8,16] [--rate 200] [--seconds 10]     rate: arrivals per second and worker

import { startNginx } from '../lib/nginx.mjs'
import { resultOf } from '../lib/onrush.mjs'
import { machine, options, table } from '../lib/report.mjs'

const { workers, rate, seconds } = options({ workers: '1,2,4,8,16', rate: 200, seconds: 10 })
const SHORT_SECONDS = 3

const target = await startNginx({})
const rows = []
let first
try {
  for (const count of String(workers).split(',').map(Number)) {
    const short = await measure(count, SHORT_SECONDS)
    const long = await measure(count, SHORT_SECONDS + seconds)
    const cpuUs = ((long.cpuSec - short.cpuSec) / (long.requests - short.requests)) * 1e6
    first ??= cpuUs
    rows.push([
      count,
      `${count * rate}/s`,
      `${long.started} of ${long.due}`,
      long.counted === long.requests ? 'the same' : `${long.counted} against ${long.requests}`,
      `${long.latenessMs.toFixed(2)} ms`,
      `${cpuUs.toFixed(0)} µs`,
      `${((100 * first) / cpuUs).toFixed(0)} %`,
    ])
  }
} finally {
  await target.close()
}
const head = [
  'workers',
  'load',
  'arrivals started',
  "target's own count",
  'lateness p99',
  'CPU per request',
  'efficiency',
]
console.log(table(head, rows))
const { cpu, node, date } = machine()
console.log(`\n${rate}/s per worker, ${SHORT_SECONDS + seconds} s; ${cpu}, Node ${node}, ${date}`)

async function measure(count, time) {
  const before = await target.requests()
  const load = ['--arrivals', `${count * rate}/s for ${time}s`, '--users-max', `${count * 100}`]
  const { totals, arrivals, cpuSec } = await resultOf('scripted', [
    ...[...load, '--workers', String(count), '--no-watch', '--no-history', '-H', target.http],
  ])
  return {
    cpuSec,
    requests: totals.wireRequests,
    counted: (await target.requests()) - before,
    started: arrivals.started,
    due: arrivals.due,
    latenessMs: arrivals.latenessMs.p99 ?? Number.NaN,
  }
}

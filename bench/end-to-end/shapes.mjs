// Each load shape as a real run against a target in its own process that notes when what arrives, beside the pure schedule.
//   node end-to-end/shapes.mjs [--seconds 60] [--workers 1,4] [--only ramp,sine,…]
// Counts must be exact, or it exits 1; how close times are depends on how quiet the machine is, and is said, not judged.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isOpen } from '../../dist/model/plan/shape.js'
import { arrivalsApart, iterationsApart, usersApart } from '../lib/against-schedule.mjs'
import { startLoggingTarget } from '../lib/logging-target.mjs'
import { resultOf } from '../lib/onrush.mjs'
import { machine, options, save, table } from '../lib/report.mjs'

const { seconds, workers, only } = options({ seconds: 60, workers: '1,4', only: '' })
const folder = mkdtempSync(join(tmpdir(), 'onrush-shapes-'))
/** So much of the whole time, as people write it. */
const part = (share) => `${Math.round(seconds * share * 1000)}ms`

/** name → the load as a script says it. Around 1,000 arrivals per second, of which two cores get tired nowhere. */
const shapes = {
  constant: { arrivals: '1000/s', for: part(1) },
  // A stall of half a second is made up for; with ten times the users a longer one would end in a storm of new connections.
  'constant-10000': { arrivals: '10000/s', usersMax: 5000, for: part(1) },
  ramp: { arrivals: `0 → 2000/s over ${part(1)}` },
  stairs: {
    arrivals: `stairs 250/s by 250/s × 6 every ${part(1 / 12)} with ramps ${part(1 / 12)}`,
  },
  spike: {
    arrivals: `500/s for ${part(0.4)}, spike to 4000/s for ${part(0.2)}, hold ${part(0.4)}`,
  },
  sine: { arrivals: `sine 500/s to 1500/s every ${part(1 / 3)} for ${part(1)}` },
  'smooth-peak': {
    arrivals: `200/s for ${part(0.2)}, smooth peak 2000/s over ${part(0.6)}, hold ${part(0.2)}`,
  },
  poisson: { arrivals: '1000/s', spread: 'poisson', for: part(1) },
  replay: { arrivals: { file: recording(), speed: 2 } },
  'constant-users': { users: 200, spawnRate: Math.ceil(400 / seconds), for: part(1) },
  'ramping-users': {
    users: `0 → 200 over ${part(0.4)}, hold ${part(0.2)}, → 20 over ${part(0.4)}`,
  },
  'per-user-iterations': { users: 50, iterations: seconds * 9, perUser: true, for: part(2) },
  'shared-iterations': { users: 50, iterations: seconds * 450, for: part(2) },
}

/** Instants in whole milliseconds, 500 per second on average and at twice the speed 1,000, from 0 to 4 ms apart. */
function recording() {
  const file = join(folder, 'recording.txt')
  const instants = []
  for (let ms = 0; ms < seconds * 2000; ms += (instants.length * 7919) % 5) {
    instants.push(new Date(1.7e12 + ms).toISOString())
  }
  writeFileSync(file, instants.join('\n'))
  return file
}

/** A run that breaks down is a row of its own: the others are still worth having. */
async function measure(name, count) {
  const target = await startLoggingTarget()
  try {
    const args = ['--workers', String(count), '-H', target.url]
    const result = await resultOf('shapes', args, {
      env: { BENCH_LOAD: JSON.stringify(shapes[name]) },
      timeoutMs: (2 * seconds + 60) * 1000,
    })
    const books = await target.books()
    const { startMs: _, ...found } = compare(result.run.plan.scenarios[0].load, count, books)
    const exact = isExact({ ...found, result })
    const { latenessMs } = 'workersApartMs' in found ? result.arrivals : {}
    const { socketErrors } = books
    return { name, workers: count, exact, socketErrors, latenessMs, ...found }
  } catch (error) {
    console.error(error.message)
    return { name, workers: count, exact: false, seen: 'no result' }
  } finally {
    await target.close()
  }
}

function compare(load, count, books) {
  if (isOpen(load)) return arrivalsApart(load, count, books)
  return 'iterations' in load ? iterationsApart(load, books) : usersApart(load, books)
}

/** The run and the target agree with the plan, and nobody was missing or left over. */
function isExact({ due, seen, usersWithOtherCount = 0, result }) {
  const { arrivals, users, totals } = result
  const own = arrivals.due > 0 ? arrivals.started : users.started
  return seen === due && own === due && usersWithOtherCount === 0 && totals.failures === 0
}

const percent = (share) => (share === undefined ? '' : `${(share * 100).toFixed(2)} %`)
const ms = (value) => (typeof value === 'number' ? value.toFixed(2) : '')
const names = only === '' ? Object.keys(shapes) : only.split(',')
const unknown = names.filter((name) => shapes[name] === undefined)
if (unknown.length > 0) throw new Error(`no shape ${unknown}; there are ${Object.keys(shapes)}`)
const rows = []
try {
  for (const count of workers.split(',').map(Number)) {
    for (const name of names) {
      console.error(`${name} on ${count} …`)
      rows.push(await measure(name, count))
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(
  table(
    [
      'shape',
      'workers',
      'due',
      'at the target',
      '≤ 1 ms',
      '≤ 2 ms',
      'p99, ms',
      'max, ms',
      'workers apart, ms',
      "run's own lateness p50, p99, max, ms",
      'users apart',
    ],
    rows.map((row) => [
      row.name,
      row.workers,
      row.due ?? '',
      row.exact ? 'all' : `${row.seen}: NOT EXACT`,
      percent(row.within1Ms),
      percent(row.within2Ms),
      ms(row.p99Ms),
      ms(row.maxMs),
      row.workers > 1 ? ms(row.workersApartMs) : '',
      row.latenessMs === undefined ? '' : Object.values(row.latenessMs).map(ms).join('  '),
      row.usersApartMax ?? '',
    ]),
  ),
)
const about = machine()
console.log(`
≤ 1 ms … max: how far what the target saw was from the schedule; its own event loop and the way there are part of it. Of users: their
connections, as they came and went. Must reach: ≥ 99 % within 1 ms on one worker, within 2 ms over four.
lateness: what the run says itself, when it began each arrival against when it was due.
users apart: most by which the number of connections differed from the plan, looked at every 100 ms.
${about.cpu}, Linux ${about.kernel}, Node ${about.node}, ${about.date}`)
save(fileURLToPath(new URL('../results/shapes.json', import.meta.url)), { seconds, rows })
process.exitCode = rows.every((row) => row.exact) ? 0 : 1

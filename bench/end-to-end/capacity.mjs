// What `onrush capacity` finds of targets whose limit is known: by a timetable, or by asking for as much as they give just before and just after
// (the demo shop with a search that computes, and with a lost index in its database). Exits 1 when an answer is more than 5 % from the
// truth, or takes longer than five minutes.
//   node end-to-end/capacity.mjs [--only single,pool] [--trial 5] [--saturate 15]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onrush, resultOf } from '../lib/onrush.mjs'
import { run, start } from '../lib/process.mjs'
import { machine, options, save, table } from '../lib/report.mjs'

const { only, trial, saturate } = options({ only: '', trial: 5, saturate: 15 })
const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const server = (name) => [process.execPath, here('../lib/limited-servers.mjs'), name]
const shop = (...knobs) => [process.execPath, here('../../dist/app/demo/shop-process.js'), ...knobs]

const TARGETS = {
  single: { command: server('single'), truth: 100, slo: 'p95 < 200ms' },
  pool: { command: server('pool'), truth: 100, slo: 'p95 < 200ms' },
  limiter: { command: server('limiter'), truth: 50, slo: 'p95 < 1s' },
  'shop-cpu': {
    command: shop('--demo-cpu-ms', '10'),
    path: '/search?q=a',
    slo: 'p95 < 500ms',
  },
  'shop-db': { command: shop('--demo-missing-index'), path: '/items/7', slo: 'p95 < 500ms' },
}
const WIDTH = 0.05
const SECONDS_MAX = 300

const names = Object.keys(TARGETS).filter((name) => only === '' || only.split(',').includes(name))
const rows = []
let failed = names.length === 0
for (const name of names) {
  const row = await measured(name, TARGETS[name])
  rows.push(row)
  failed ||= !(Math.abs(row.holds / row.truth - 1) <= WIDTH) || row.tookSec > SECONDS_MAX
}
console.log(machine())
console.log(
  table(
    ['target', 'truth/s', 'holds/s', 'breaks/s', 'off by', 'limited by', 'requests', 'took'],
    rows.map((each) => [
      ...[each.name, each.truth.toFixed(1), each.holds, each.breaks],
      `${(100 * (each.holds / each.truth - 1)).toFixed(1)} %`,
      ...[each.limitedBy ?? '–', each.requests, `${Math.round(each.tookSec)} s`],
    ]),
  ),
)
save(here('../results/capacity.json'), { rows })
process.exitCode = failed ? 1 : 0

async function measured(name, { command, truth, path = '/', slo }) {
  const target = start(command)
  const folder = mkdtempSync(join(tmpdir(), 'onrush-bench-capacity-'))
  try {
    const url = await urlOf(target)
    const env = { TARGET_PATH: path }
    const before = truth ?? (await mostOf(url, env))
    const out = join(folder, 'found.json')
    const words = [onrush, 'capacity', here('../scripts/capacity.ts'), '--host', url]
    const limits = ['--slo', slo, '--slo', 'errors < 1%', '--start', `${Math.round(before / 8)}/s`]
    const times = ['--trial', `${trial}s`, '--soak', `${2 * trial}s`, '--json', out]
    const { code, stderr, wallMs } = await run([process.execPath, ...words, ...limits, ...times], {
      env,
      cwd: folder,
      timeoutMs: 2 * SECONDS_MAX * 1_000,
    })
    if (code !== 0) throw new Error(`onrush exited ${code}\n${stderr}`)
    const { answer, limitingResource, requests } = JSON.parse(readFileSync(out, 'utf8'))
    const after = truth ?? (await mostOf(url, env))
    return {
      ...{ name, truth: (before + after) / 2, holds: answer.holds, breaks: answer.high },
      ...{ limitedBy: limitingResource?.name, requests, tookSec: wallMs / 1_000 },
    }
  } finally {
    await target.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Good answers a second when eight users ask without a pause: the middle of the run, so that its ends do not count. */
async function mostOf(url, env) {
  const args = ['--host', url, '-u', '8', '-r', '8', '-t', `${saturate}s`]
  const { windows } = await resultOf('capacity', args, { env })
  const middle = windows.slice(2, -2)
  return middle.reduce((sum, each) => sum + each.requests - each.failures, 0) / middle.length
}

async function urlOf({ output, closed }) {
  const ended = closed.then(() => true)
  while (!output.stdout.includes('\n')) {
    const isOver = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))])
    if (isOver === true) throw new Error(`the target ended: ${output.stderr}`)
  }
  return output.stdout.trim()
}

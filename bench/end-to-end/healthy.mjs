// How often something is wrong with what is healthy: runs of `examples/shop.ts` against the demo shop, in a process of its own. Exits 1 when any
// has a finding about the target above "info".
//   node end-to-end/healthy.mjs [--runs 20] [--seconds 15]
import { fileURLToPath } from 'node:url'
import { startDemo } from '../../dist/app/demo/start-demo.js'
import { onrush } from '../lib/onrush.mjs'
import { run } from '../lib/process.mjs'
import { machine, options, save, table } from '../lib/report.mjs'

const { runs, seconds } = options({ runs: 20, seconds: 15 })
const script = fileURLToPath(new URL('../../examples/shop.ts', import.meta.url))
const rows = []
for (let number = 1; number <= runs; number++) {
  const shop = await startDemo()
  try {
    const load = number % 2 === 0 ? ['--arrivals', '30/s', '--users-max', '100'] : ['--users', '20']
    const args = ['--host', shop.url, '--run-time', `${seconds}s`, '--seed', `${number}`, ...load]
    const quiet = ['--headless', '--no-history', '--quiet', '--json', '-']
    const { stdout, stderr } = await run([
      process.execPath,
      onrush,
      'run',
      script,
      ...args,
      ...quiet,
    ])
    if (!stdout.startsWith('{')) throw new Error(`no result: ${stderr}`)
    const { findings, totals, generator } = JSON.parse(stdout)
    const found = findings.filter(({ id, severity }) => id !== 'generator' && severity !== 'info')
    rows.push({
      run: number,
      load: load.slice(0, 2).join(' '),
      requests: totals.requests,
      p95Ms: totals.responseMs.p95,
      trustworthy: generator.trustworthy,
      found: found.map(({ title }) => title),
    })
  } finally {
    await shop.close()
  }
}

console.log(machine())
console.log(
  table(
    ['run', 'load', 'requests', 'p95 ms', 'generator', 'findings above info'],
    rows.map((each) => [
      each.run,
      each.load,
      each.requests,
      each.p95Ms.toFixed(1),
      each.trustworthy ? 'ok' : 'was a limit',
      each.found.length === 0 ? 'none' : each.found.join('; '),
    ]),
  ),
)
save(fileURLToPath(new URL('../results/healthy.json', import.meta.url)), { seconds, rows })
process.exitCode = rows.some(({ found }) => found.length > 0) ? 1 : 0

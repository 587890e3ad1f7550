// What `onrush compare` finds, counted over many simulated pairs of runs of five minutes: how many of the same target are called
// different, and how many that are 10 % slower are found, for several levels of noise; and how long a comparison of 50 series takes.
// Exits 1 when more than 5 of 100 equal pairs differ, or when fewer than 90 of 100 slower ones are found up to a noise of 4 %, or fewer
// than 90 by the p95 of all requests up to 3 %.
//   node end-to-end/compare.mjs [--pairs 100] [--seconds 300] [--slower 1.1]
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { machine, options, save, table } from '../lib/report.mjs'

const { pairs, seconds, slower: factor } = options({ pairs: 100, seconds: 300, slower: 1.1 })
const kit = await load('../../src/model/compare/simulated-run.test-kit.ts')
const rows = []
let failed = false

for (const wander of [0, 0.02, 0.03, 0.04, 0.06, 0.1]) {
  const run = { ...kit.SHOP, seconds, wander }
  const found = { different: 0, same: 0, worse: 0, p95: 0 }
  for (let pair = 0; pair < pairs; pair++) {
    const equal = kit.compareSimulated(run, 3 * pair, run, 3 * pair + 1)
    if (equal.verdict === 'worse' || equal.verdict === 'better') found.different++
    if (p95Of(equal) === 'same') found.same++
    const changed = kit.compareSimulated(run, 3 * pair, kit.slower(run, factor), 3 * pair + 2)
    if (changed.verdict === 'worse') found.worse++
    if (p95Of(changed) === 'worse') found.p95++
  }
  failed ||= found.different > 0.05 * pairs
  failed ||= wander <= 0.04 && found.worse < 0.9 * pairs
  failed ||= wander <= 0.03 && pairs >= 50 && found.p95 < 0.9 * pairs
  rows.push({ wanderPercent: wander * 100, pairs, ...found })
}

const many = {
  ...kit.SHOP,
  seconds,
  series: Array.from({ length: 50 }, (_, n) => ({ ...kit.SHOP.series[0], name: `/${n}` })),
}
const pairing = kit.pairSimulated(many)
const windows = [1, 2].map((seed) => [...kit.simulate(many, seed)])
const startedMs = performance.now()
const before = process.cpuUsage()
const tables = windows.map((each) => kit.tableOf(each, pairing.span))
const { series } = kit.compareTables(pairing, ...tables)
const tookMs = Math.round(performance.now() - startedMs)
// On a machine that does other things as well, the time of others is not ours.
const cpuMs = Math.round(process.cpuUsage(before).user / 1_000)

console.log(machine())
console.log(
  table(
    [
      'level wanders by',
      'pairs',
      'equal, called different',
      'equal, p95 same',
      'slower, found',
      'slower, by p95',
    ],
    rows.map((each) => [
      `${each.wanderPercent} %`,
      each.pairs,
      each.different,
      each.same,
      each.worse,
      each.p95,
    ]),
  ),
)
console.log(
  `${series.length} series of two runs of ${seconds} s compared in ${tookMs} ms (${cpuMs} ms of CPU)`,
)
save(fileURLToPath(new URL('../results/compare.json', import.meta.url)), { rows, tookMs, cpuMs })
process.exitCode = failed ? 1 : 0

function p95Of({ totals }) {
  return totals.metrics.find(({ metric }) => metric === 'p95').verdict
}

/** TypeScript of the tests, which is not part of what is built. */
async function load(path) {
  const entry = fileURLToPath(new URL(path, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  return import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
}

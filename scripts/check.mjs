/**
 * The gate for a change: types, lint and format, boundaries, dead exports, package exports and package size, side by
 * side, with one line each and the full output of what failed. `npm run check` brings the tree up to date first.
 */
import { pathToFileURL } from 'node:url'
import { packageSize } from './package-size.mjs'
import { run, tool } from './run.mjs'

const gates = [
  ['types', () => run(tool('tsc'), ['-p', '.'])],
  ['types of the page', () => run(tool('tsc'), ['-p', 'ui'])],
  ['types of the report', () => run(tool('tsc'), ['-p', 'src/plugins/outputs/html/page'])],
  ['lint', () => run(tool('biome'), ['ci', '--colors=off'])],
  [
    'boundaries',
    () => run(tool('vitest'), ['run', '--project', 'unit', 'test/unit/boundaries.test.ts']),
  ],
  ['dead exports', () => run(tool('knip'), [])],
  ['package exports', () => run(tool('publint'), ['--strict'])],
  ['package size', packageSize],
]

/** Answers how many gates passed and failed. */
export async function check() {
  const results = await Promise.all(
    gates.map(async ([name, gate]) => ({ name, ...(await gate()) })),
  )
  for (const { name, code, durationMs, note } of results) {
    const verdict = code === 0 ? 'ok  ' : 'FAIL'
    console.log(
      `${verdict} ${name.padEnd(17)} ${(durationMs / 1000).toFixed(1)} s${note ? `  ${note}` : ''}`,
    )
  }
  const failed = results.filter(({ code }) => code !== 0)
  for (const { name, output } of failed) console.log(`\n── ${name}\n${output.trim()}`)
  return { passed: results.length - failed.length, failed: failed.length }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { failed } = await check()
  process.exitCode = failed === 0 ? 0 : 1
}

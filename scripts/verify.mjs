/**
 * Everything, from a fresh clone: system tools, packages, build, the gate, all tests, a smoke run of the benchmarks, and
 * the built command line once more on the current Node LTS. What this machine cannot do is skipped and says why.
 * The last line is `N passed, N failed, N skipped`; the exit code is 1 when anything failed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrap, root } from './bootstrap.mjs'
import { installTools } from './system-tools.mjs'

const LTS = '24'
/** On two busy cores they take a quarter of an hour. */
const TESTS_MS_MAX = 40 * 60_000
const total = { passed: 0, failed: 0, skipped: 0 }
const count = (passed, failed = 0, skipped = 0) => {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}
const heading = (text) => console.log(`\n== ${text}`)
const skip = (what, why) => {
  console.log(`skipped: ${what}: ${why}`)
  count(0, 0, 1)
}

heading('system tools')
for (const { name, why } of installTools()) skip(name, why)

heading('packages and build')
try {
  bootstrap()
  console.log('ready')
  await everything()
} catch (error) {
  console.log(`failed: ${error.message}`)
  count(0, 1)
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1

async function everything() {
  // Only now are the development tools there.
  const { check } = await import('./check.mjs')
  const { run, tool } = await import('./run.mjs')
  heading('check')
  const gate = await check()
  count(gate.passed, gate.failed)
  for (const project of ['unit', 'system']) {
    heading(`${project} tests`)
    await tests(project, run, tool)
  }
  heading('benchmark smoke')
  await benchmarks(run)
  heading(`command line and HTTP client on Node ${LTS}`)
  await onLts(run, tool)
}

/** `node`: another Node than this one. `files`: only tests below these. */
async function tests(project, run, tool, { node, files = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-verify-'))
  const report = join(folder, 'report.json')
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...files,
  ]
  try {
    const command =
      node === undefined ? [tool('vitest')] : [node, join(root, 'node_modules/vitest/vitest.mjs')]
    const { code, output } = await run(command[0], [...command.slice(1), ...args], {
      show: true,
      timeoutMs: TESTS_MS_MAX,
      env: { ...process.env, NO_COLOR: '1', ONRUSH_LONG: '1' },
    })
    if (!existsSync(report)) {
      console.log(`the ${project} tests came to no end: ${output.trim().slice(-300)}`)
      return count(0, 1)
    }
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(report, 'utf8'),
    )
    // A file that does not load, or an error outside a test, fails the run without failing a test.
    const failed = code === 0 ? 0 : Math.max(1, numFailedTests)
    count(numPassedTests, failed, numPendingTests + numTodoTests)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function benchmarks(run) {
  const path = join(root, 'bench/package.json')
  if (!existsSync(path)) return skip('benchmark smoke', 'there is no bench/')
  const { scripts = {} } = JSON.parse(readFileSync(path, 'utf8'))
  if (scripts.smoke === undefined)
    return skip('benchmark smoke', 'bench/package.json has no "smoke"')
  report(
    await run('npm', ['run', '--silent', 'smoke'], {
      cwd: join(root, 'bench'),
      timeoutMs: 600_000,
    }),
  )
}

/** What the npm package `node` installs by a script, installed by name: the binary package needs none. */
async function onLts(run, tool) {
  const system = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const name = system === 'darwin-arm64' ? `node-bin-${system}` : `node-${system}`
  const folder = mkdtempSync(join(tmpdir(), 'onrush-node-'))
  try {
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund']
    const installed = await run('npm', ['install', '--prefix', folder, ...quiet, `${name}@${LTS}`])
    const node = join(folder, 'node_modules', name, 'bin/node')
    if (!existsSync(node)) {
      return skip(
        `Node ${LTS}`,
        `${name} could not be installed: ${installed.output.trim().slice(-300)}`,
      )
    }
    report(await run(node, [join(root, 'scripts/smoke.mjs')], { timeoutMs: 120_000 }))
    // What leans on Node's insides most: sockets, parser, TLS, HTTP/2.
    await tests('system', run, tool, { node, files: ['src/load/http', 'test/loopback'] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function report({ code, output }) {
  console.log(output.trim())
  count(code === 0 ? 1 : 0, code === 0 ? 0 : 1)
}

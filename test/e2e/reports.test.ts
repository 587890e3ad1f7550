import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliFolder, scriptOf, Target } from './cli.test-kit.ts'

const SHORT = ['-u', '1', '-t', '400ms', '--quiet']
const RULE = 'p95(http) < 0.001ms'
let folder: CliFolder
let target: Target
const read = (name: string): string => readFileSync(join(folder.path, name), 'utf8')
beforeAll(async () => {
  folder = new CliFolder()
  target = await new Target().open()
  const body = `@task() async look() {
    await this.client.get('/', { checks: { greets: (r) => r.text() === 'ok' } })
  }`
  folder.write(
    'shop.ts',
    `${scriptOf(body, target.url)}
export const plan = {
  // onrush run shop.ts --threshold '${RULE}'
  thresholds: ['errors < 1%', '${RULE}'],
}`,
  )
})
afterAll(async () => {
  await target.close()
  folder.remove()
})
/** Counts from 1. */
const lineOfRule = (): number =>
  read('shop.ts')
    .split('\n')
    .findIndex((line) => line.startsWith('  thresholds:')) + 1

describe('a run that fails a rule', () => {
  test('leaves every report that was asked for, each with the rule and its line', async () => {
    const args = ['shop.ts', ...SHORT, '--threshold', 'rate(http) > 1/s', '--json', 'out/run.json']
    args.push('--junit', 'out/junit.xml', '--markdown', 'out/summary.md', '--csv', 'out/locust')
    const { code, out, err } = await folder.run(...args)
    expect(code, err).toBe(1)
    expect(out).toBe('')
    const place = `shop.ts:${lineOfRule()}`

    const junit = read('out/junit.xml')
    expect(junit).toContain('<testsuites name="onrush" tests="4" failures="1" errors="0"')
    expect(junit).toContain(
      `<testcase name="p95(http) &lt; 0.001ms" classname="shop.thresholds" file="shop.ts" line="${lineOfRule()}">`,
    )
    expect(junit).toMatch(/<failure message="observed [\d.]+ ms, limit &lt; 0.001 ms, margin -/)
    expect(junit).toContain('rule: --threshold')
    expect(junit).toContain('<testcase name="greets" classname="shop.checks">')

    const page = read('out/summary.md')
    expect(page).toMatch(/^## ❌ shop: failed/)
    expect(page).toContain(`| ${place} |`)

    const [heads, look, all] = read('out/locust_stats.csv').split('\r\n')
    expect(heads).toMatch(/^Type,Name,Request Count,.*,99\.99%,100%$/)
    expect(look).toMatch(/^GET,\/,\d+,0,/)
    const { totals } = JSON.parse(read('out/run.json'))
    expect(all).toMatch(new RegExp(`^,Aggregated,${totals.requests},0,`))
    expect(readdirSync(join(folder.path, 'out')).sort()).toEqual([
      'junit.xml',
      'locust_exceptions.csv',
      'locust_failures.csv',
      'locust_stats.csv',
      'locust_stats_history.csv',
      'run.json',
      'summary.md',
    ])
  })
  test('on GitHub Actions is annotated at the line, and has a step summary', async () => {
    const variables = `export GITHUB_ACTIONS=true GITHUB_WORKSPACE=$PWD GITHUB_STEP_SUMMARY=$PWD/step.md`
    folder.write('step.md', 'from the step before\n')
    const { code, err, out } = await folder.start(['shop.ts', ...SHORT], variables).ended
    expect(code, err).toBe(1)
    expect(out).toBe('')
    const lines = err.split('\n').filter((line) => line.startsWith('::error'))
    expect(lines).toHaveLength(1)
    const start = `::error file=shop.ts,line=${lineOfRule()},title=${RULE}::observed `
    expect(lines[0]!.slice(0, start.length)).toBe(start)
    expect(read('step.md')).toMatch(/^from the step before\n## ❌ shop: failed/)
  })
})

describe('a report that cannot be written', () => {
  test('is found before any load, all of them at once', async () => {
    const before = target.requests
    folder.write('file', '')
    const args = ['--junit', 'file/a.xml', '--markdown', '.', '--csv', 'file/b']
    const { code, err } = await folder.run('shop.ts', ...SHORT, ...args, '--no-preflight')
    expect(code, err).toBe(2)
    expect(err.match(/cannot write to/g)).toHaveLength(3)
    expect(target.requests).toBe(before)
  })
  test('afterwards is said, and neither the other reports nor the exit code suffer', async () => {
    const variables = 'export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$PWD/gone/step.md'
    const args = [...SHORT, '--threshold', 'errors < 1%', '--junit', 'late.xml']
    const script = scriptOf("@task() async look() { await this.client.get('/') }", target.url)
    folder.write('fine.ts', script)
    const { code, err } = await folder.start(['fine.ts', ...args], variables).ended
    expect(code, err).toBe(0)
    expect(err).toContain('GITHUB_STEP_SUMMARY was not written: ENOENT')
    expect(existsSync(join(folder.path, 'late.xml'))).toBe(true)
  })
})

test('a run that is stopped by a signal leaves its reports too', async () => {
  const before = target.requests
  const script = scriptOf("@task() async look() { await this.client.get('/') }", target.url)
  const args = [folder.write('long.ts', script), '-u', '1', '-t', '1h', '--quiet']
  const { child, ended } = folder.start([...args, '--junit', 'long.xml', '--csv', 'long'])
  // One of them is the preflight.
  await target.until(() => target.requests > before + 3)
  child.kill('SIGINT')
  const { code, err } = await ended
  expect(code, err).toBe(130)
  expect(read('long.xml')).toContain('<property name="exitCode" value="130"/>')
  expect(read('long_stats.csv')).toContain('Aggregated')
})

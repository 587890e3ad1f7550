/** The target in view, as a user sees it: with the built command line, real processes and real files. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { CliFolder, GET, resultOf, scriptOf, Target } from './cli.test-kit.ts'

const folder = new CliFolder()
const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})
afterAll(() => folder.remove())

/** A server in a process of its own; `busyMs` of CPU per request. */
async function serve(busyMs: number): Promise<{ url: string; pid: number; child: ChildProcess }> {
  const code = `require('node:http').createServer((_, response) => {
    const end = performance.now() + ${busyMs}
    while (performance.now() < end);
    response.end('ok')
  }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  const port = String((await once(child.stdout!, 'data'))[0]).trim()
  return { url: `http://127.0.0.1:${port}`, pid: child.pid!, child }
}

const RUN = ['-u', '2', '-t', '4s', '--json', '-'] as const

describe.skipIf(!existsSync('/proc/self/stat'))('a target on this machine', () => {
  test('is found by its port and shown without asking: live, in the summary, in windows, result and report', async () => {
    const { url, pid } = await serve(2)
    const script = folder.write('found.ts', scriptOf(GET, url))
    const rule = 'monitor.max(target.memory) < 4GB'
    const ended = await folder.run(
      ...['run', script, ...RUN, '--markdown', 'found.md', '--threshold', rule],
    )
    expect(ended.code, ended.err).toBe(0)
    const result = resultOf(ended)
    const cpu = result.monitors.find((each) => each.name === 'target.cpu')!
    expect(cpu).toMatchObject({ unit: '%', gaps: 0 })
    expect(cpu.max).toBeGreaterThan(5)
    expect(cpu.source).toContain(new URL(url).port)
    // The first windows may have gone by before it was found.
    const values = result.windows.flatMap((window) => window.monitors?.['target.cpu'] ?? [])
    expect(values.length).toBe(cpu.readings)
    expect(Math.max(...values)).toBe(cpu.max)
    const highest = result.monitors.find((each) => each.name === 'target.memory')!.max
    expect(result.thresholds).toMatchObject([{ rule, passed: true, observed: highest }])
    expect(ended.err).toMatch(/^ target +cpu .*memory [\d.]+ MB/m)
    expect(readFileSync(join(folder.path, 'found.md'), 'utf8')).toMatch(
      /### Target[\s\S]*\| target\.cpu \|/,
    )
    expect(pid).toBeGreaterThan(0)
  })

  test('that fails a rule fails the run', async () => {
    const { url } = await serve(2)
    const script = folder.write('fails.ts', scriptOf(GET, url))
    const ended = await folder.run(
      'run',
      script,
      ...RUN,
      '--threshold',
      'monitor(target.cpu) < 0.1%',
    )
    expect(ended.code, ended.err).toBe(1)
    expect(resultOf(ended).verdict.reason).toContain('monitor(target.cpu) < 0.1%')
  })

  test('is left alone with --no-watch', async () => {
    const { url } = await serve(0)
    const script = folder.write('left.ts', scriptOf(GET, url))
    const ended = await folder.run('run', script, ...RUN, '--no-watch')
    expect(resultOf(ended).monitors).toEqual([])
    expect(resultOf(ended).windows.every((window) => !('monitors' in window))).toBe(true)
  })

  test('a watched process that dies is a gap and one sentence, and the run goes on', async () => {
    const { pid, child } = await serve(0)
    let requests = 0
    // Dies in the middle of the run, told by the requests.
    const target = await new Target((_, response) => {
      if (++requests === 100) child.kill('SIGKILL')
      response.end('ok')
    }).open()
    const plan = `export const plan = { watch: ['db=pid:${pid}'], scenarios: { a: { users: 2, for: '5s' } } }`
    const script = folder.write('dies.ts', `${scriptOf(GET, target.url)}${plan}`)
    const ended = await folder.run('run', script, '--json', '-')
    await target.close()
    expect(ended.code, ended.err).toBe(0)
    const result = resultOf(ended)
    const memory = result.monitors.find((each) => each.name === 'db.memory')!
    expect(memory.readings).toBeGreaterThan(0)
    expect(memory.gaps).toBeGreaterThan(0)
    const said = result.events.filter((each) => each.text.includes('db (pid:'))
    expect(said).toHaveLength(1)
    expect(said[0]).toMatchObject({ level: 'warn' })
    expect(ended.err.split('cannot be watched').length).toBe(2)
    expect(result.windows.at(-2)?.monitors?.['db.memory']).toBeNull()
  })
})

test('sources of every kind stand side by side, one that is down among them, and secrets stay out of the result', async () => {
  const target = await new Target().open()
  const metrics = createServer((_, response) => {
    response.end('# TYPE queue gauge\nqueue 12\n')
  }).listen(0, '127.0.0.1')
  await once(metrics, 'listening')
  const { port } = metrics.address() as AddressInfo
  folder.write('numbers.sh', 'echo "sessions 42"')
  const script = folder.write('kinds.ts', scriptOf(GET, target.url))
  const sources = [
    'cmd:sh numbers.sh',
    `shop=http://user:s3cret@127.0.0.1:${port}/metrics?token=s3cret#queue`,
    'cache=redis://:s3cret@127.0.0.1:1',
  ].flatMap((source) => ['--watch', source])
  const ended = await folder.run('run', script, ...RUN, ...sources)
  metrics.closeAllConnections()
  metrics.close()
  await target.close()
  expect(ended.code, ended.err).toBe(0)
  const result = resultOf(ended)
  const byName = new Map(result.monitors.map((each) => [each.name, each]))
  expect(byName.get('command.sessions')).toMatchObject({ mean: 42, gaps: 0 })
  expect(byName.get('shop.queue')).toMatchObject({
    max: 12,
    source: expect.stringContaining('#queue'),
  })
  expect(ended.err).toMatch(/cache \(redis:\/\/127\.0\.0\.1:1\) cannot be watched: .*ECONNREFUSED/)
  expect(`${ended.out}${ended.err}`).not.toContain('s3cret')
})

test('check tells the names of figures, and a source that is down, which is no mistake', async () => {
  const target = await new Target().open()
  const script = folder.write('checked.ts', scriptOf(GET, target.url))
  folder.write('figures.sh', 'echo "sessions 42"')
  const sources = ['--watch', 'app=cmd:sh figures.sh', '--watch', 'redis://127.0.0.1:1']
  const { code, out, err } = await folder.run('check', script, ...sources)
  await target.close()
  expect(code, err).toBe(0)
  expect(out).toMatch(/app \(cmd:sh figures\.sh\): app\.sessions$/m)
  expect(out).toMatch(/redis \(redis:\/\/127\.0\.0\.1:1\) cannot be watched: .*ECONNREFUSED/)
  if (existsSync('/proc/self/stat'))
    expect(out).toMatch(/target \(the process .*target\.cpu, target\.memory/)
})

test.each([
  [['--watch', 'ftp://x'], 'E_WATCH', '"ftp://x/" cannot be watched'],
  [['--watch', 'http://x/metrics#9'], 'E_WATCH', 'does not begin with a name'],
  [['--watch', 'a=host', '--watch', 'a=pid:1'], 'E_WATCH', 'has the name a already'],
  [['--threshold', 'monitor(dtabase.cpu) < 1%'], 'E_WATCH', 'under the name dtabase'],
  [['--no-watch', '--threshold', 'monitor(target.cpu) < 1%'], 'E_WATCH', 'under the name target'],
])('%j is refused before any load', async (args, code, what) => {
  const target = await new Target().open()
  const script = folder.write('wrong.ts', scriptOf(GET, target.url))
  const ended = await folder.run('run', script, ...RUN, ...args)
  await target.close()
  expect(ended.code).toBe(2)
  expect(ended.err).toContain(code)
  expect(ended.err).toContain(what)
  expect(target.requests).toBe(0)
})

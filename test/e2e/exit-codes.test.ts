import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliFolder, closedPort, GET, scriptOf, Target } from './cli.test-kit.ts'

let folder: CliFolder
let target: Target
beforeAll(async () => {
  folder = new CliFolder()
  target = await new Target((request, response) => {
    response.statusCode = request.url === '/bad' ? 500 : 200
    response.end('ok')
  }).open()
})
afterAll(async () => {
  await target.close()
  folder.remove()
})
const SHORT = ['-u', '1', '-t', '400ms']

describe('exit codes', () => {
  test('0 when nothing failed; standard output is the result alone, standard error has no colours', async () => {
    const { code, result, err } = await folder.result('ok.ts', scriptOf(GET, target.url), ...SHORT)
    expect(code, err).toBe(0)
    expect(result.verdict).toMatchObject({ passed: true, exitCode: 0 })
    expect(result.totals.requests).toBeGreaterThan(5)
    expect(err).not.toContain('\u001B')
    expect(folder.saved()).toEqual(result)
  })
  test('without --json standard output stays empty', async () => {
    const { code, out } = await folder.run('ok.ts', ...SHORT)
    expect([code, out]).toEqual([0, ''])
  })
  test('1 when a threshold fails, and 0 when it holds in spite of failures', async () => {
    const script = scriptOf("@task() async look() { await this.client.get('/bad') }", target.url)
    folder.write('bad.ts', script)
    const slow = await folder.run('ok.ts', ...SHORT, '--threshold', 'p95(http) < 0.001ms')
    expect(slow.code, slow.err).toBe(1)
    expect(slow.err).toContain('p95(http) < 0.001ms')
    const allowed = await folder.run('bad.ts', ...SHORT, '--threshold', 'errors <= 100%')
    expect(allowed.code, allowed.err).toBe(0)
  })
  test('1 when more than 5 % fail and there is no threshold', async () => {
    const { code, err } = await folder.run('bad.ts', ...SHORT)
    expect(code, err).toBe(1)
    expect(err).toContain('5 %')
  })
  test('1 when all users fail in onStart: that is not green', async () => {
    const script = scriptOf(`async onStart() { throw new Error('no login') }\n${GET}`, target.url)
    const { code, result } = await folder.result(
      'nobody.ts',
      script,
      ...SHORT,
      '-u',
      '3',
      '-r',
      '100',
    )
    expect(code).toBe(1)
    expect(result.users).toMatchObject({ started: 3, failed: 3 })
    expect(result.verdict.reason).toContain('all 3 users failed')
    expect(result.errors[0]).toMatchObject({ kind: 'script', count: 3 })
  })
  test('1 when no request was made', async () => {
    const { code, result } = await folder.result(
      'idle.ts',
      scriptOf('@task() async idle() {}', target.url),
      ...SHORT,
    )
    expect(code).toBe(1)
    expect(result.verdict.reason).toContain('no request was made')
  })
  test('2 for usage, configuration and syntax', async () => {
    folder.write('syntax.ts', 'export const = 1')
    expect((await folder.run('ok.ts', '--usres', '3')).code).toBe(2)
    expect((await folder.run('syntax.ts')).code).toBe(2)
    const configured = new CliFolder()
    configured.write('onrush.config.ts', "export default { usres: '3' }")
    const { code, err } = await configured.run(configured.write('a.ts', 'export {}'), '-u', '1')
    configured.remove()
    expect(code).toBe(2)
    expect(err).toContain('did you mean "users"?')
  })
  test('3 when the script throws while loading, and nothing is sent', async () => {
    const before = target.requests
    const script = `${scriptOf(GET, target.url)}throw new Error('no data')`
    const { code, err } = await folder.run(folder.write('thrower.ts', script), ...SHORT)
    expect(code).toBe(3)
    expect(err).toMatch(/Error: no data[\s\S]*❯ +\d+ │ throw new Error/)
    expect(target.requests).toBe(before)
  })
  test('3 when a hook before the start throws, with the line of the script, and nothing is sent', async () => {
    const script = `import { events } from 'onrush'
${scriptOf(GET, target.url)}
events.testStart.addListener(() => {
  throw new Error('no database')
})`
    const { code, result, err } = await folder.result('setup.ts', script, ...SHORT)
    expect(code, err).toBe(3)
    expect(result.verdict.reason).toContain('no database')
    expect(err).toContain('setup.ts:11')
    expect(result.totals.requests).toBe(0)
  })
  test('4 when nothing listens there: found before any load', async () => {
    const host = `http://127.0.0.1:${await closedPort()}`
    const { code, err } = await folder.run('ok.ts', ...SHORT, '--host', host)
    expect(code).toBe(4)
    expect(err).toContain('E_REFUSED')
    expect(err).toContain('no load was sent')
  })
  test('4 when nearly every request failed the same way on the wire', async () => {
    const host = `http://127.0.0.1:${await closedPort()}`
    const args = [...SHORT, '--host', host, '--no-preflight', '--json', '-']
    const { code, out, err } = await folder.run('ok.ts', ...args)
    expect(code, err).toBe(4)
    expect(JSON.parse(out).verdict.reason).toContain('refused')
  })
  test('5 for a generator that was the bottleneck under --strict-generator', async () => {
    const spin = scriptOf(
      `@task() async look() { await this.client.get('/'); const until = performance.now() + 150; while (performance.now() < until); }`,
      target.url,
    )
    const args = ['-u', '3', '-r', '100', '-t', '4s', '--strict-generator']
    const { code, result } = await folder.result('spin.ts', spin, ...args)
    expect(result.generator.trustworthy).toBe(false)
    expect(code, result.verdict.reason).toBe(5)
  })
})

/** The list of everything people get wrong: each says what, where, why and what to do, and loses nothing measured. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliFolder, closedPort, GET, scriptOf, Target } from './cli.test-kit.ts'

let folder: CliFolder
let target: Target
beforeAll(async () => {
  folder = new CliFolder()
  target = await new Target((request, response) => {
    response.end(request.url === '/big' ? Buffer.alloc(100_000) : 'ok')
  }).open()
  folder.write('ok.ts', scriptOf(GET, target.url))
})
afterAll(async () => {
  await target.close()
  folder.remove()
})
const SHORT = ['-u', '1', '-t', '400ms']

describe('before any load', () => {
  const refused = async (args: readonly string[], code: number, ...parts: readonly string[]) => {
    const before = target.requests
    const ended = await folder.run(...args)
    expect(ended.code, ended.err).toBe(code)
    for (const part of [...parts, 'no load was sent']) expect(ended.err).toContain(part)
    expect(ended.out).toBe('')
    expect(target.requests).toBe(before)
  }
  test('an unknown option names the nearest', () =>
    refused(['ok.ts', '--usres', '3'], 2, 'E_USAGE', '--usres', 'did you mean --users?'))
  test('a bad duration, a bad rate and a bad seed are shown together', async () => {
    const args = ['ok.ts', '--arrivals', '50 per s', '-t', '5 parsecs', '--seed', 'x']
    await refused(args, 2, 'E_DURATION', '5 parsecs', 'E_RATE', '50 per s', '--seed')
  })
  test('a file that is not there', () => refused(['nowhere.ts'], 2, 'E_FILE', 'nowhere.ts'))
  test('a script without a user class says what it exports', async () => {
    folder.write('empty.ts', 'export const shop = 1')
    await refused(['empty.ts', ...SHORT], 2, 'E_NO_USERS', 'shop (number)', 'extends HttpUser')
  })
  test('two classes of one name, in two files', async () => {
    folder.write('a.ts', scriptOf(GET, target.url))
    folder.write('b.ts', scriptOf(GET, target.url))
    await refused(['a.ts', 'b.ts', ...SHORT], 2, 'E_USER_TWICE', 'a.ts', 'b.ts', 'rename')
  })
  test('two classes of one name, in one file', async () => {
    folder.write('twice.ts', scriptOf(GET) + scriptOf(GET).split('\n').slice(2).join('\n'))
    await refused(['twice.ts', ...SHORT], 2, 'E_SYNTAX', 'twice.ts:', 'Shopper')
  })
  test('an HttpUser without any host', async () => {
    folder.write('homeless.ts', scriptOf(GET))
    await refused(['homeless.ts', ...SHORT], 2, 'E_NO_HOST', 'Shopper', '--host http')
  })
  test('a host without a scheme, also where no preflight looks', async () => {
    const host = target.url.replace('http://', '')
    await refused(['ok.ts', ...SHORT, '--host', host], 2, 'E_SCHEME', host, `http://${host}`)
    const typed = ['ok.ts', ...SHORT, '--host', 'localhost:3000', '--no-preflight']
    await refused(typed, 2, 'E_SCHEME', 'localhost:3000', '--host')
    folder.write('bare.ts', scriptOf(GET, 'localhost:3000'))
    await refused(['bare.ts', ...SHORT, '--no-preflight'], 2, 'E_SCHEME', 'from bare.ts')
  })
  test('an unreachable host', async () => {
    const port = await closedPort()
    const args = ['ok.ts', ...SHORT, '--host', `http://127.0.0.1:${port}`]
    await refused(args, 4, 'E_REFUSED', `127.0.0.1:${port}`, 'start the server')
  })
  test('a certificate nobody vouches for', async () => {
    const tls = new URL('../fixtures/tls/', import.meta.url)
    const server = createServer({
      key: readFileSync(new URL(KEY, tls)),
      cert: readFileSync(new URL(CERTIFICATE, tls)),
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const args = ['ok.ts', ...SHORT, '--host', `https://localhost:${port}`]
    await refused(args, 4, 'E_TLS', 'certificate', 'NODE_EXTRA_CA_CERTS')
    await new Promise((resolve) => server.close(resolve))
  })
  test('a port that is in use', async () => {
    const { port } = new URL(target.url)
    await refused(['demo', '--port', port], 2, 'E_PORT', `port ${port} is in use`, 'another port')
    await refused(['demo', '--port', 'x'], 2, 'E_USAGE', '"x" is not a port')
  })
  test('an option of a target that nobody heeds', async () => {
    folder.write(
      'onrush.config.ts',
      "export default { targets: { 'shop.example.com': { allow: true, maxRate: '5/s' } } }",
    )
    await refused(['ok.ts', ...SHORT], 2, 'E_UNKNOWN_KEY', "targets['shop.example.com'].maxRate")
    folder.write('onrush.config.ts', 'export default {}')
  })
  test.runIf(process.platform === 'linux')('too few file descriptors', async () => {
    const { ended } = folder.start(['ok.ts', '-u', '500', '-t', '1s'], 'ulimit -n 300')
    const { code, err } = await ended
    expect(code, err).toBe(2)
    for (const part of ['E_FDS', 'limit is 300', 'ulimit -n 564']) expect(err).toContain(part)
  })
})

describe('during the load, as data', () => {
  const THEN = "await this.client.get('/')"
  const run = (name: string, body: string, ...args: string[]) =>
    folder.result(`${name}.ts`, scriptOf(body, target.url), ...SHORT, ...args)

  test('a constructor that throws', async () => {
    const { code, result, err } = await run('ctor', `constructor() { super(); nope() }\n${GET}`)
    expect(code).toBe(1)
    expect(result.errors[0]).toMatchObject({ kind: 'script', message: /nope is not defined/ })
    expect(err).toMatch(/Shopper\.constructor threw[\s\S]*ctor\.ts:6/)
  })
  test('an onStart that throws', async () => {
    const { code, err } = await run('start', `onStart() { throw new Error('no login') }\n${GET}`)
    expect(code).toBe(1)
    expect(err).toMatch(/Shopper\.onStart threw[\s\S]*no login[\s\S]*start\.ts:6/)
  })
  test('a task that throws is counted, shown once with its line, and loses nothing', async () => {
    const body = `@task() async buy() { ${THEN}; throw new TypeError('no cart') }`
    const { code, result, err } = await run('task', body)
    expect(code).toBe(1)
    const { requests } = result.series.find((each) => each.kind === 'http')!
    expect(requests).toBeGreaterThan(3)
    expect(result.errors[0]).toMatchObject({ kind: 'script', series: /buy/, count: requests })
    expect(err.split('Shopper.buy threw')).toHaveLength(2)
    expect(err).toContain('task.ts:6')
    expect(result.errors[0]!.sample).toContain('task.ts:6')
  })
  test('an onStop that throws', async () => {
    const { result, err } = await run('stop', `${GET}\nonStop() { throw new Error('no logout') }`)
    expect(result.totals.requests).toBeGreaterThan(5)
    expect(result.errors[0]).toMatchObject({ message: /no logout/, count: 1 })
    expect(err).toMatch(/Shopper\.onStop threw/)
  })
  test('a task that never returns is named, and what was measured before is kept', async () => {
    const body = `@task() async hang() { ${THEN}; await new Promise(() => {}) }`
    const { result, err } = await run('hang', body, '--stop-timeout', '100ms')
    expect(result.totals.requests).toBe(1)
    expect(err).toMatch(/user 1 hangs in Shopper\.hang/)
    expect(result.events.some((each) => each.text.includes('Shopper.hang'))).toBe(true)
  })
  test('a task that blocks the whole process is ended, and its worker named', async () => {
    const body = `@task() async spin() { ${THEN}; await this.sleep(0.2); for (;;); }`
    const { code, result, err } = await run('spin', body, '--stop-timeout', '100ms')
    expect(code).not.toBe(0)
    expect(err).toContain('Worker 0 is lost')
    expect(result.generator.workers[0]).toMatchObject({ lost: true })
  })
  test('a body larger than the limit', async () => {
    const body = `http = { maxBodyBytes: 1000 }\n@task() async big() { await this.client.get('/big') }`
    const { code, result } = await run('big', body)
    expect(code).toBe(1)
    expect(result.errors[0]).toMatchObject({ kind: 'too-large', series: /big/ })
    expect(result.errors[0]!.message).toMatch(/larger than the limit.*maxBodyBytes/)
  })
  test('a check that throws fails the request and says what it threw', async () => {
    const body = `@task() async look() { await this.client.get('/', { check: (r) => r.json().items.length > 0 }) }`
    const { code, result } = await run('check', body)
    expect(code).toBe(1)
    expect(result.checks[0]!.passes).toBe(0)
    expect(result.errors[0]).toMatchObject({ series: expect.stringContaining('/') })
    expect(result.errors[0]!.message).toMatch(/threw SyntaxError: .*check\.ts:\d+:\d+/)
  })
})
const KEY = 'self.key'
const CERTIFICATE = 'self.pem'

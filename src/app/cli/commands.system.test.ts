import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeStyle } from '../../plugins/outputs/console/style.ts'
import { runCommand } from './main.ts'
import { preflight } from './preflight.ts'
import type { Terminal } from './terminal.ts'

let folder = ''
let server: Server
let base = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-cli-'))
  server = createServer((_, response) => response.writeHead(503).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

async function onrush(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const style = makeStyle({ live: false, unicode: true, columns: 100, colour: false })
  const terminal: Terminal = {
    environment: {},
    folder,
    attended: false,
    style: () => style,
    outStyle: () => style,
    setColour: () => undefined,
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    ask: async () => undefined,
    keys: () => undefined,
    interrupt: () => undefined,
  }
  return { code: await runCommand(args, terminal), ...said }
}

describe('the command line', () => {
  it('refuses an unknown option with the nearest one, and exits 2', async () => {
    const { code, err, out } = await onrush('run', 'x.ts', '--usres', '3')
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('E_USAGE')
    expect(err).toContain('did you mean --users?')
  })
  it('takes a file without a command as run, and says that it is not there', async () => {
    const { code, err } = await onrush('nowhere.ts')
    expect(code).toBe(2)
    expect(err).toContain('E_FILE  there is no nowhere.ts')
    expect(err).toContain('no load was sent')
  })
  it('takes a mistyped command for one', async () => {
    expect((await onrush('chekc', 'a.ts')).err).toContain('did you mean "check"?')
  })
  it('prints help and explanations on standard output, and exits 0', async () => {
    expect(await onrush('--help')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('demo'),
    })
    expect(await onrush('explain', 'refused')).toMatchObject({
      code: 0,
      out: expect.stringContaining('E_REFUSED: nothing is listening'),
    })
    expect(await onrush('explain', 'E_REFUSD')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean E_REFUSED?'),
    })
  })
  it('exits 2 for a script that does not compile and 3 for one that throws, showing the line', async () => {
    writeFileSync(join(folder, 'broken.ts'), 'const a = = 1')
    writeFileSync(join(folder, 'thrower.ts'), '\nthrow new Error("no data")')
    const broken = await onrush('check', 'broken.ts')
    const thrower = await onrush('check', 'thrower.ts')
    expect([broken.code, thrower.code]).toEqual([2, 3])
    expect(broken.err).toContain('❯ 1 │ const a = = 1')
    expect(thrower.err).toContain('❯ 2 │ throw new Error("no data")')
  })
  it('says several problems of one script together', async () => {
    writeFileSync(
      join(folder, 'empty.ts'),
      'export const plan = { scenarios: { a: { users: 1, four: "1m" } }, thresholds: ["p95 <"] }',
    )
    const { code, err } = await onrush('plan', 'empty.ts', '--seed', 'x')
    expect(code).toBe(2)
    for (const part of ['E_NO_USERS', 'E_THRESHOLD', 'four', '--seed']) expect(err).toContain(part)
  })
  it('draws a plan without sending anything, or prints it as JSON', async () => {
    const script = `import { User } from 'onrush'
      export class A extends User { static tasks = { a: 1 }; async a() { throw new Error('ran') } }`
    writeFileSync(join(folder, 'drawn.ts'), script)
    const load = ['--arrivals', '0 → 100/s over 1s, hold 1s']
    const { code, out, err } = await onrush('plan', 'drawn.ts', ...load, '--workers', '2')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('main: arrivals 0 → 100/s over 1s, hold 1s (2s), 150 arrivals in all')
    expect(out).toMatch(/100\/s │ +▁?[▂▃▄▅▆▇]+█+\n/)
    expect(out).toContain('per worker 75, 75 arrivals, at most 50/s each')
    const { out: json } = await onrush('plan', 'drawn.ts', ...load, '--json', '-')
    expect(JSON.parse(json).scenarios[0].load).toEqual({
      kind: 'ramping-arrivals',
      perNs: 1e9,
      startArrivals: 0,
      stages: [
        { arrivals: 100, durationMs: 1_000 },
        { arrivals: 100, durationMs: 1_000 },
      ],
      durationMs: 2_000,
      usersMax: 1_000,
    })
    const { code: refused, err: why } = await onrush('plan', 'drawn.ts', ...load, '--json', 'no/a')
    expect([refused, why]).toEqual([2, expect.stringContaining('E_OUTPUT  cannot write to no/a')])
  })
  it('says at which character of a shape the mistake is, and that the time is said twice', async () => {
    const wrong = await onrush('plan', 'drawn.ts', '--arrivals', '0 → 10/s over 1s, hodl 2s')
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('--arrivals:19')
    expect(wrong.err).toContain("did you mean 'hold'?")
    const twice = await onrush('plan', 'drawn.ts', '--users', '0 → 10 over 1s', '-t', '5s')
    expect(twice.code).toBe(2)
    expect(twice.err).toMatch(/E_PLAN {2}5s is not how long the load takes\n +where +--run-time/)
  })
  it('explains where each setting came from', async () => {
    const { code, out } = await onrush('run', '--users', '3', '--explain-config')
    expect(code).toBe(0)
    expect(out).toMatch(/users\s+"3"\s+--users/)
  })
})

describe('the preflight', () => {
  it('is content with any HTTP answer', async () => {
    expect(await preflight([base, `${base}/path`], '--host')).toEqual([])
  })
  it('tells refused, no name and no scheme apart, all at once', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const problems = await preflight(
      [`http://127.0.0.1:${port}`, 'http://no-such-name.invalid', 'localhost:3000'],
      '--host',
    )
    expect(problems.map((each) => each.code).sort()).toEqual(['E_DNS', 'E_REFUSED', 'E_SCHEME'])
  })
  it('leaves certificates to a script that has TLS options of its own', async () => {
    const tls = new URL('../../../test/fixtures/tls/', import.meta.url)
    const server = createTlsServer(
      {
        key: readFileSync(new URL('self.key', tls)),
        cert: readFileSync(new URL('self.pem', tls)),
      },
      (_, response) => response.end(),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = `https://localhost:${(server.address() as AddressInfo).port}`
    expect(await preflight([host], '--host')).toMatchObject([{ code: 'E_TLS' }])
    expect(await preflight([host], '--host', true)).toEqual([])
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  it('says that a port which speaks plain HTTP speaks no TLS', async () => {
    expect(await preflight([base.replace('http', 'https')], '--host')).toMatchObject([
      { code: 'E_TLS', fix: expect.stringContaining('http://') },
    ])
  })
})

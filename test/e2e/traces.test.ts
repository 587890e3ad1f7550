/** Kept requests of real runs: by `onrush traces`, in the result, and of a run that was killed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Exemplar } from '../../src/contracts/exemplar.ts'
import { CliFolder, Target } from './cli.test-kit.ts'

const SCRIPT = (url: string): string => `
import { HttpUser, secret, task } from 'onrush'
const key = secret('SHOP_KEY')
export class Shopper extends HttpUser {
  host = '${url}'
  waitTime = () => 0.02
  @task async shop() {
    await this.client.get('/items', { headers: { 'X-Api-Key': key } })
    await this.client.post('/fail', { json: { key } })
  }
}
`
let folder: CliFolder
let target: Target
beforeAll(async () => {
  target = await new Target((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      response.statusCode = request.url === '/fail' ? 503 : 200
      response.end(request.url === '/fail' ? `no: ${body}` : '{"item":1}')
    })
  }).open()
  return () => target.close()
})
afterEach(() => folder.remove())

const SHORT = ['-u', '2', '-t', '1500ms', '--quiet', '--no-preflight']
const traces = async (...more: string[]): Promise<Exemplar[]> =>
  JSON.parse((await folder.run('traces', 'last', '--json', '-', ...more)).out)

test('the slowest and the first failed requests of a run over two workers are kept, without the secret', async () => {
  process.env['SHOP_KEY'] = 'k3y-"of&the shop'
  folder = new CliFolder()
  folder.write('shop.ts', SCRIPT(target.url))
  const { err } = await folder.run('shop.ts', ...SHORT, '--workers', '2')
  const [failed] = await traces('--errors')
  expect(failed, err).toMatchObject({
    ...{ why: 'error', method: 'POST', name: '/fail', status: 503 },
    error: { kind: 'status', message: 'status 503' },
    request: { body: '{"key":"•••"}' },
    response: { body: 'no: {"key":"•••"}' },
  })
  const slow = await traces('--slowest', '/items')
  expect(new Set(slow.map((each) => each.worker)).size).toBe(2)
  expect(slow[0]!.place).toBe(`${join(folder.path, 'shop.ts')}:8:23`)
  expect(slow[0]!.request.head).toContain('X-Api-Key: •••')

  const result = folder.saved()
  expect(result.slowest![0]).toEqual(slow[0])
  expect(result.errors[0]!.exemplar!.name).toBe('/fail')
  const saved = readFileSync(
    join(folder.path, '.onrush', 'runs', result.run.id, 'result.json'),
    'utf8',
  )
  for (const part of ['k3y-', 'of&the', 'azN5LQ']) expect(saved).not.toContain(part)

  const shown = await folder.run('traces', 'last', '--errors', '--limit', '1')
  expect(shown.out).toMatch(/POST \/fail {2}\S+ {2}status: status 503/)
  expect(shown.out).toContain('> POST /fail HTTP/1.1')
  expect(shown.err).toMatch(/1 shown of \d+ kept of \d+ requests/)
})

test('--samples heads keeps no bodies, none keeps no request, and anything else is refused', async () => {
  process.env['SHOP_KEY'] = 'k3y'
  folder = new CliFolder()
  folder.write('shop.ts', SCRIPT(target.url))
  await folder.run('shop.ts', ...SHORT, '--samples', 'heads')
  const [first] = await traces()
  expect(first!.response).toMatchObject({ body: '', note: 'bodies are not kept' })
  await folder.run('shop.ts', ...SHORT, '--samples', 'none')
  expect(await traces()).toEqual([])
  expect((await folder.run('traces', 'last')).err).toContain('no request was kept')
  const wrong = await folder.run('shop.ts', ...SHORT, '--samples', 'some')
  expect(wrong.code).toBe(2)
  expect(wrong.err).toContain('it is `all`, `heads`')
  expect((await folder.run('traces', 'last', '--limit', 'x')).code).toBe(2)
})

test('--output samples writes every request of every worker, and what cannot be read is refused', async () => {
  process.env['SHOP_KEY'] = 'k3y'
  folder = new CliFolder()
  folder.write('shop.ts', SCRIPT(target.url))
  const { err } = await folder.run(
    'shop.ts',
    ...SHORT,
    '--workers',
    '2',
    '--output',
    'samples=logs',
  )
  const { run, totals } = folder.saved()
  const lines = [0, 1].flatMap((worker) => {
    const path = join(folder.path, 'logs', `${run.id}-worker-${worker}.jsonl`)
    const [header, ...rest] = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(JSON.parse(header!), err).toMatchObject({ schema: 'onrush.samples/1', worker })
    return rest.map((line) => JSON.parse(line) as unknown[])
  })
  expect(lines).toHaveLength(totals.requests)
  expect(lines.filter(([, , , status]) => status === 503)).toHaveLength(totals.failures)
  for (const where of ['logs,max=much', 'shop.ts']) {
    const wrong = await folder.run('shop.ts', ...SHORT, '--output', `samples=${where}`)
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('samples')
  }
})

test('of a run that was killed the requests kept so far are there', async () => {
  process.env['SHOP_KEY'] = 'k3y'
  folder = new CliFolder()
  folder.write('shop.ts', SCRIPT(target.url))
  const started = folder.start(['shop.ts', '-u', '2', '-t', '60s', '--quiet', '--no-preflight'])
  await expect
    .poll(async () => (await traces().catch(() => [])).length, { timeout: 20_000, interval: 300 })
    .toBeGreaterThan(0)
  started.child.kill('SIGKILL')
  await started.ended
  expect((await traces('--errors'))[0]!.name).toBe('/fail')
})

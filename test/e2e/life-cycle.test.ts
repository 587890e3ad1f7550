import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CliFolder, scriptOf, Target } from './cli.test-kit.ts'

let folder: CliFolder
let target: Target
let asked: string[] = []
beforeAll(async () => {
  folder = new CliFolder()
  target = await new Target((request, response) => {
    asked.push(request.url ?? '')
    response.end('ok')
  }).open()
})
beforeEach(() => {
  asked = []
})
afterAll(async () => {
  await target.close()
  folder.remove()
})

const TASK =
  "@task() async look() { await this.client.get('/item?' + this.environment.shared.token) }"
const hooks = (setup = `return { token: 'abc', since: new Date(0) }`): string => `
export async function setup() { await fetch('${target.url}/setup'); ${setup} }
export async function teardown(shared) { await fetch(\`${target.url}/teardown?\${shared.token}\`) }
`
const count = (path: string): number => asked.filter((each) => each === path).length

test('setup runs once, its value reaches every worker, and teardown ends it', async () => {
  folder.write('both.ts', scriptOf(TASK, target.url) + hooks())
  const { code, err } = await folder.run(
    'both.ts',
    '--workers',
    '2',
    '-u',
    '4',
    '-r',
    '100',
    '-t',
    '1s',
  )
  expect(code, err).toBe(0)
  expect([asked[0] === '/' ? asked[1] : asked[0], count('/setup')]).toEqual(['/setup', 1])
  expect(asked.at(-1)).toBe('/teardown?abc')
  expect(count('/teardown?abc')).toBe(1)
  const items = asked.filter((path) => path.startsWith('/item'))
  expect(items.length).toBeGreaterThan(10)
  expect(new Set(items)).toEqual(new Set(['/item?abc']))
})

test('teardown runs after an interrupted run and after a failed verdict', async () => {
  folder.write('both.ts', scriptOf(TASK, target.url) + hooks())
  const { child, ended } = folder.start(['both.ts', '-u', '1', '-t', '60s'])
  await target.until(() => asked.includes('/item?abc'))
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
  expect(count('/teardown?abc')).toBe(1)
  const failed = await folder.run(
    'both.ts',
    '-u',
    '1',
    '-t',
    '300ms',
    '--threshold',
    'p95 < 0.001ms',
  )
  expect(failed.code).toBe(1)
  expect(count('/teardown?abc')).toBe(2)
})

test('a setup that throws ends with 3, its line, and no load', async () => {
  folder.write('throws.ts', scriptOf(TASK, target.url) + hooks(`throw new Error('no database')`))
  const kept = folder.runs()
  const { code, err } = await folder.run('throws.ts', '-u', '1', '-t', '300ms')
  expect(code).toBe(3)
  for (const part of ['E_SCRIPT', 'no database', 'throws.ts:', 'by setup', 'no load was sent'])
    expect(err).toContain(part)
  expect(asked.filter((path) => path.startsWith('/item') || path.startsWith('/teardown'))).toEqual(
    [],
  )
  expect(folder.runs(), 'nothing ran').toEqual(kept)
})

test('a report that cannot be written is said before setup runs, and leaves no run behind', async () => {
  folder.write('both.ts', scriptOf(TASK, target.url) + hooks())
  folder.write('taken', 'a file, no folder')
  const { code, err } = await folder.run(
    'both.ts',
    '-u',
    '1',
    '-t',
    '300ms',
    '--junit',
    'taken/x.xml',
  )
  expect(code).not.toBe(0)
  expect(err).toContain('E_OUTPUT')
  expect(asked).not.toContain('/setup')
})

test('a value that cannot travel, and a hook that is no function, are said before any load', async () => {
  folder.write('value.ts', scriptOf(TASK, target.url) + hooks('return { close() {} }'))
  const value = await folder.run('value.ts', '-u', '1', '-t', '300ms')
  expect(value.code, value.err).toBe(3)
  expect(value.err).toContain('E_SETUP_VALUE')
  folder.write('number.ts', `${scriptOf(TASK, target.url)}export const setup = 5`)
  const number = await folder.run('number.ts', '-u', '1', '-t', '300ms')
  expect(number.code, number.err).toBe(2)
  expect(number.err).toContain('the export `setup` is no function')
  expect(asked.filter((path) => path.startsWith('/item'))).toEqual([])
})

test('what teardown throws is said and changes no verdict', async () => {
  const throws = `export function teardown() { throw new Error('left behind') }`
  folder.write('late.ts', scriptOf(TASK.replace('.shared.token', '.tags'), target.url) + throws)
  const { code, err } = await folder.run('late.ts', '-u', '1', '-t', '300ms')
  expect(code, err).toBe(0)
  expect(err).toContain('left behind')
  expect(err).toMatch(/late\.ts:\d+/)
})

test('debug runs both hooks around its one iteration', async () => {
  folder.write('both.ts', scriptOf(TASK, target.url) + hooks())
  const { code, err } = await folder.run('debug', 'both.ts')
  expect(code, err).toBe(0)
  expect(asked).toContain('/item?abc')
  expect([count('/setup'), asked.at(-1)]).toEqual([1, '/teardown?abc'])
})

test('users of two workers meet: nobody passes before the last one is there', async () => {
  const body = `
  async onStart() { if (this.id === 4) await this.sleep(0.5) }
  @task() async meet() {
    await this.client.get('/before?' + this.id)
    const met = await this.rendezvous('pay', 4)
    await this.client.get('/after?' + met)
    await this.rendezvous('never', 5, { timeout: 0.05 }).then((met) => this.client.get('/alone?' + met))
    this.stop()
  }`
  folder.write('meet.ts', scriptOf(body, target.url))
  const { code, err } = await folder.run(
    'meet.ts',
    '--workers',
    '2',
    '-u',
    '4',
    '-r',
    '100',
    '-t',
    '5s',
  )
  expect(code, err).toBe(0)
  const places = asked.filter((path) => path !== '/').map((path) => path.split('?')[0])
  expect(places.slice(0, 4)).toEqual(['/before', '/before', '/before', '/before'])
  expect(asked.filter((path) => path === '/after?true')).toHaveLength(4)
  expect(asked.filter((path) => path === '/alone?false')).toHaveLength(4)
})
test('a user that waits for others ends with the run', async () => {
  const body =
    "@task() async meet() { await this.client.get('/x'); await this.rendezvous('pay', 2) }"
  const script = scriptOf(body, target.url)
  const { code, result, err } = await folder.result('wait.ts', script, '-u', '1', '-t', '400ms')
  expect(code, err).toBe(0)
  expect(result.run.durationMs).toBeLessThan(2_000)
  expect(result.errors).toEqual([])
})

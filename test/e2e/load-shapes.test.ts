import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliFolder, GET, scriptOf, Target } from './cli.test-kit.ts'

let folder: CliFolder
let target: Target
beforeAll(async () => {
  folder = new CliFolder()
  target = await new Target().open()
})
afterAll(async () => {
  await target.close()
  folder.remove()
})

describe('a load over time', () => {
  test('of arrivals, given as text, makes as many requests as onrush plan said', async () => {
    const load = ['--arrivals', '0 → 100/s over 1s', '--workers', '2', '--no-preflight']
    const script = scriptOf(GET, target.url)
    const { out } = await folder.run('plan', folder.write('ramp.ts', script), ...load)
    expect(out).toContain('50 arrivals in all')
    const before = target.requests
    const { code, result, err } = await folder.result('ramp.ts', script, ...load)
    expect(code, err).toBe(0)
    expect(result.arrivals).toMatchObject({ due: 50, started: 50, dropped: 0 })
    expect(target.requests - before).toBe(50)
    expect(err).toContain('arrivals 0 → 100/s over 1s')
  })

  test('of users, as stages, comes to its peak and ends with its last stage', async () => {
    const plan = `export const plan = { scenarios: { a: {
      stages: [{ to: 6, over: '300ms', hold: '300ms' }, { to: 0, over: '300ms' }] } } }`
    const script = `${scriptOf(GET, target.url)}${plan}`
    const { code, result, err } = await folder.result('stages.ts', script)
    expect(code, err).toBe(0)
    expect(result.users).toMatchObject({ started: 6, stopped: 6 })
    expect(result.run.durationMs).toBeGreaterThanOrEqual(900)
  })

  test('of users, with other classes from a stage on, has those classes and no others', async () => {
    const user = (name: string) => `export class ${name} extends HttpUser {
      waitTime = constant(0.02)
      @task async act() { await this.client.get('/${name}') }
    }
    `
    const paths: string[] = []
    const noting = await new Target((request, response) => {
      paths.push(request.url!)
      response.end('ok')
    }).open()
    const plan = `export const plan = { host: '${noting.url}', scenarios: { a: { user: Browser, from: 4, gracefulRampDown: '1s',
      stages: [{ to: 4, hold: '500ms' }, { to: 6, hold: '500ms', classes: { Buyer: 1 } }] } } }`
    const head = "import { HttpUser, task, constant } from 'onrush'\n"
    const script = `${head}${user('Browser')}${user('Buyer')}${user('Other')}${plan}`
    const { code, result, err } = await folder.result('classes.ts', script, '--no-preflight')
    await noting.close()
    expect(code, err).toBe(0)
    expect(result.users).toMatchObject({ started: 10, stopped: 10, failed: 0 })
    const order = paths
      .join(' ')
      .replace(/(\/Browser ?)+/g, 'B')
      .replace(/(\/Buyer ?)+/g, 'b')
    // In between one of the old may end its task while one of the new has come.
    expect(order).toMatch(/^B[Bb]*b$/)
    expect(paths).toContain('/Buyer')
  })

  test('of iterations ends when all are done', async () => {
    const plan = "export const plan = { scenarios: { a: { users: 3, iterations: 7, for: '1m' } } }"
    const before = target.requests
    const script = `${scriptOf(GET, target.url)}${plan}`
    const { code, result, err } = await folder.result('iterations.ts', script, '--no-preflight')
    expect(code, err).toBe(0)
    expect(target.requests - before).toBe(7)
    expect(result.run.durationMs).toBeLessThan(30_000)
  })

  test('as recorded in a file comes as often as the file says, from two workers', async () => {
    folder.write(
      'access.log',
      Array.from(
        { length: 30 },
        (_, n) => `- - [21/Nov/2026:12:00:0${n % 3} +0000] "GET / HTTP/1.1" 200 2\n`,
      ).join(''),
    )
    const load = "{ arrivals: { file: 'access.log', speed: 3 } }"
    const script = `${scriptOf(GET, target.url)}export const plan = { scenarios: { a: ${load} } }`
    const { code, result, err } = await folder.result('replay.ts', script, '--workers', '2')
    expect(code, err).toBe(0)
    expect(result.arrivals).toMatchObject({ due: 30, started: 30, dropped: 0 })
    expect(result.run.durationMs).toBeGreaterThan(900)

    folder.write('access.log', 'no instant here\n')
    const { code: wrong, err: why } = await folder.run('replay.ts')
    expect(wrong).toBe(2)
    for (const part of ['E_REPLAY', 'plan.scenarios.a.arrivals.file']) expect(why).toContain(part)
  })

  test('at random makes the arrivals that onrush plan said', async () => {
    const load = "{ arrivals: '60/s', for: '1s', spread: 'poisson' }"
    const script = `${scriptOf(GET, target.url)}export const plan = { seed: 4, scenarios: { a: ${load} } }`
    const { code, result, err } = await folder.result('random.ts', script)
    expect(code, err).toBe(0)
    const { out } = await folder.run('plan', 'random.ts')
    expect(out).toContain(`${result.arrivals.due} arrivals in all`)
    expect(result.arrivals.started).toBe(result.arrivals.due)
  })

  test('of several scenarios has users whose ids are all different', async () => {
    const body = "@task() async one() { await this.client.get('/' + this.id); this.stop() }"
    const plan =
      "export const plan = { scenarios: { a: { users: 2 }, b: { users: 3, for: '1m' } } }"
    const script = `${scriptOf(body, target.url)}${plan}`
    const { code, result, err } = await folder.result('ids.ts', script, '--workers', '2')
    expect(code, err).toBe(0)
    expect(result.series.map((each) => each.name).sort()).toEqual(['/1', '/2', '/3', '/4', '/5'])
  })

  test('says again how long it takes: a mistake, unless it is the same', async () => {
    const name = folder.write('twice.ts', scriptOf(GET, target.url))
    const { code, err } = await folder.run('plan', name, '--users', '0 → 5 over 1s', '-t', '2s')
    expect(code).toBe(2)
    expect(err).toContain('--run-time')
    expect((await folder.run('plan', name, '--users', '0 → 5 over 1s', '-t', '1s')).code).toBe(0)
  })
})

describe('a load test shape', () => {
  const guide = readFileSync(new URL('../../docs/guide/load-shapes.md', import.meta.url), 'utf8')
  const text = /```ts\n([^`]*extends LoadTestShape[^`]*)```/.exec(guide)![1]!

  test('of the guide is drawn, and followed on two workers to its end', async () => {
    folder.write('two-steps.ts', text)
    const { out } = await folder.run('plan', 'two-steps.ts', '-H', target.url)
    expect(out).toContain('TwoSteps decides while it runs')
    expect(out).toContain('users 0 → 3 over 300ms')
    expect(out).toContain('(4s)')
    const { result, code, err } = await folder.result(
      'two-steps.ts',
      text,
      '-H',
      target.url,
      '--workers',
      '2',
    )
    expect(code, err).toBe(0)
    expect(result.users).toMatchObject({ max: 6, started: 6, stopped: 6 })
    expect(result.windows.slice(0, 4).map((each) => each.users)).toEqual([3, 3, 6, 6])
    expect(result.events.find((each) => each.by === 'TwoSteps')?.text).toContain(
      '3 users becomes 6',
    )
    expect(result.run.durationMs).toBeLessThan(10_000)
  })

  const withClasses = `${text.replace('class Shopper', 'class Browser')}
    export class Buyer extends HttpUser {
      @task async buy() { await this.client.get('/buy') }
    }`.replace('[3, 10] : [6, 10]', '[3, 10, [Browser]] : [6, 10, { Buyer: 1, Browser: 1 }]')

  test('may say the classes, by reference or with weights', async () => {
    folder.write('classes-by-tick.ts', withClasses)
    const { out } = await folder.run('plan', 'classes-by-tick.ts', '-H', target.url)
    expect(out).toContain('  users      3 Browser\n  from 2s    3 Browser, 3 Buyer\n')
    const { result, code, err } = await folder.result(
      'classes-by-tick.ts',
      withClasses,
      '-H',
      target.url,
    )
    expect(code, err).toBe(0)
    expect(result.series.map((each) => each.name).sort()).toEqual(['/', '/buy'])
    // One of the three browsers makes room for a buyer.
    expect(result.users).toMatchObject({ started: 7, stopped: 7 })
    const wrong = withClasses.replace('Buyer: 1, ', 'Byer: 1, ')
    const refused = await folder.result('wrong-class.ts', wrong, '-H', target.url)
    expect([refused.code, refused.result.verdict.reason]).toEqual([
      2,
      expect.stringContaining('Byer'),
    ])
  })

  test.each([
    ['beside --users', text, ['-u', '5'], 2, 'the load is given twice'],
    ['that answers nonsense', text.replace('[3, 10]', "['many']"), [], 2, 'tick returned ["many"]'],
    [
      'that throws',
      text.replace('const sec', "throw new Error('no plan'); const sec"),
      [],
      3,
      'no plan',
    ],
    ['that never begins', text.replace('sec >= 4', 'sec >= 0'), [], 2, 'the shape never begins'],
  ])('%s is refused before any load', async (_, script, args, exitCode, sentence) => {
    const before = target.requests
    const { code, err } = await folder.run(
      folder.write('wrong.ts', script),
      '-H',
      target.url,
      ...args,
    )
    expect(code, err).toBe(exitCode)
    expect(err).toContain(sentence)
    expect(target.requests).toBe(before)
  })
})

/** What a seed fixes, and what the number of workers must not change. */
import { afterEach, expect, test } from 'vitest'
import { CALM_ONCE, ONE, runCli } from './run-cli.ts'
import { startTarget, type Target } from './target.ts'

const targets: Target[] = []
afterEach(async () => {
  for (const target of targets.splice(0)) await target.close()
})
async function arrivalsOf(source: string, args: string): Promise<Target['arrivals']> {
  const target = await startTarget((_request, response) => response.end('ok'))
  targets.push(target)
  const { code, stderr } = await runCli(source, `${args} --host ${target.url}`)
  expect(code, stderr).toBe(0)
  return target.arrivals
}

const WANDERER = `
import { between, HttpUser, task } from 'onrush'
export class Wanderer extends HttpUser {
  waitTime = between(0.005, 0.015)
  @task(3) async item() { await this.client.get('/items/' + this.random.integer(1, 1e6), { name: '/items/:id' }) }
  @task async home() { await this.client.get('/home') }
}`

test('the same seed takes the same path, another seed another one', async () => {
  const load = '--users 1 --run-time 1s'
  const runs = [
    await arrivalsOf(WANDERER, `${load} --seed 7`),
    await arrivalsOf(WANDERER, `${load} --seed 7`),
    await arrivalsOf(WANDERER, `${load} --seed 8`),
  ]
  // How far a user comes within a second differs; the way does not.
  const length = Math.min(...runs.map((each) => each.length))
  expect(length).toBeGreaterThan(20)
  const [first, again, other] = runs.map((each) => each.slice(0, length).map(({ path }) => path))
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
})

test('every user has a path of its own that does not depend on the number of workers', async () => {
  const named = WANDERER.replaceAll("'/items/'", "this.id + '/items/'").replaceAll(
    'get(this',
    "get('/' + this",
  )
  const load = '--users 4 --spawn-rate 100 --run-time 1s --seed 7'
  const pathsOf = (arrivals: Target['arrivals'], user: number) =>
    arrivals.map(({ path }) => path).filter((path) => path.startsWith(`/${user}/`))
  const one = await arrivalsOf(named, `${load} --workers 1`)
  const three = await arrivalsOf(named, `${load} --workers 3`)
  for (const user of [1, 2, 3, 4]) {
    const alone = pathsOf(one, user)
    const shared = pathsOf(three, user)
    const length = Math.min(alone.length, shared.length)
    expect(length).toBeGreaterThan(10)
    expect(shared.slice(0, length)).toEqual(alone.slice(0, length))
  }
})

test.each([1, 3])(
  'arrivals reach the server when they are due, from %i workers',
  CALM_ONCE,
  async (workers) => {
    const arrivals = await arrivalsOf(
      ONE,
      `--arrivals 100/s --users-max 60 --run-time 2s --workers ${workers}`,
    )
    expect(arrivals).toHaveLength(200)
    const startMs = Math.min(...arrivals.map(({ epochMs }, k) => epochMs - k * 10))
    const offMs = arrivals.map(({ epochMs }, k) => epochMs - k * 10 - startMs).sort((a, b) => a - b)
    // One in twenty may meet a busy machine; a wrong schedule would put most of them off.
    expect(offMs[190]).toBeLessThan(5)
    expect(offMs[199]).toBeLessThan(60)
  },
)

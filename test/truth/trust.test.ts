/** Whether the generator was the limit is said when it was, and never when it was not. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { CALM_ONCE, ONE, runCli } from './run-cli.ts'
import { type Answer, startTarget, type Target } from './target.ts'

const targets: Target[] = []
const busy: ChildProcess[] = []
afterEach(async () => {
  for (const child of busy.splice(0)) child.kill('SIGKILL')
  for (const target of targets.splice(0)) await target.close()
})
async function listen(answer: Answer): Promise<Target> {
  const target = await startTarget(answer)
  targets.push(target)
  return target
}

const PACED = ONE.replace('@task', 'waitTime = () => 0.02\n  @task')
const fast: Answer = (_request, response) => response.end('ok')
const slow: Answer = (_request, response) => setTimeout(() => response.end('ok'), 120)
const large: Answer = (_request, response) => response.end(Buffer.alloc(50_000, 97))
const failing: Answer = (_request, response) => response.writeHead(503).end()
const resetting: Answer = (request) => request.socket.resetAndDestroy()
const closingAfter: Answer = (_request, response) =>
  response.setHeader('connection', 'close').end('ok')

describe('a healthy run is never marked', () => {
  test.each<[string, Answer, string]>([
    ['one user', fast, '--users 1'],
    ['20 users', fast, '--users 20 --spawn-rate 100'],
    ['20 users on 2 workers', fast, '--users 20 --spawn-rate 100 --workers 2'],
    ['a slow target', slow, '--users 30 --spawn-rate 100'],
    ['large answers', large, '--users 5 --spawn-rate 100'],
    ['a target that fails', failing, '--users 5 --spawn-rate 100'],
    ['a target that resets', resetting, '--users 5 --spawn-rate 100'],
    ['a connection per request', closingAfter, '--users 5 --spawn-rate 100'],
    ['arrivals', fast, '--arrivals 100/s --users-max 50'],
    ['arrivals at a slow target', slow, '--arrivals 50/s --users-max 50 --workers 2'],
  ])('%s', CALM_ONCE, async (_name, answer, load) => {
    const target = await listen(answer)
    const { result, stderr } = await runCli(PACED, `${load} --run-time 2s --host ${target.url}`)
    expect(result.totals.requests).toBeGreaterThan(20)
    const { reasons, trustworthy, littlesLaw } = result.generator
    expect(trustworthy, reasons.join('; ')).toBe(true)
    expect(littlesLaw.holds).toBe(true)
    expect(stderr).not.toContain('NOT trustworthy')
  })
})

test('a script that burns its worker’s core is marked in JSON and summary, with the reason', async () => {
  const target = await listen(fast)
  const burning = ONE.replace(
    'await',
    'for (const endMs = performance.now() + 20; performance.now() < endMs;); await',
  )
  const { result, stderr, code } = await runCli(
    burning,
    `--users 4 --spawn-rate 100 --run-time 3s --host ${target.url}`,
  )
  expect(result.generator.trustworthy).toBe(false)
  expect(result.generator.reasons[0]).toMatch(/Worker 0 was never idle/)
  expect(stderr).toContain('NOT trustworthy')
  expect(code, 'a doubt about the generator alone is no failure').toBe(0)
})

test('--strict-generator makes it exit code 5', async () => {
  const target = await listen(fast)
  const burning = ONE.replace(
    'await',
    'for (const endMs = performance.now() + 20; performance.now() < endMs;); await',
  )
  const load = `--users 4 --spawn-rate 100 --run-time 3s --host ${target.url}`
  expect((await runCli(burning, `${load} --strict-generator`)).code).toBe(5)
})

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0

test.runIf(canPin)('a worker starved by other processes on its core is marked', async () => {
  const target = await listen(fast)
  for (let i = 0; i < 3; i++) {
    busy.push(
      spawn('taskset', ['-c', '0', process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' }),
    )
  }
  const { result, stderr } = await runCli(
    ONE,
    `--users 20 --spawn-rate 100 --run-time 4s --host ${target.url}`,
    undefined,
    0,
  )
  expect(result.generator.trustworthy).toBe(false)
  expect(stderr).toContain('NOT trustworthy')
})

/** Targets with one known fault each: the first thing that is said of the target is that fault. A healthy one gives nothing to say. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, type TestContext, test } from 'vitest'
import type { Finding } from '../../src/contracts/finding.ts'
import type { RunResult } from '../../src/contracts/result.ts'
import { CALM_ONCE, ONE, runCli } from './run-cli.ts'

/** Some seconds of load, and what a busy machine adds. */
const PATIENT = { ...CALM_ONCE, timeout: 40_000 }

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** In a process of its own, so that its CPU and memory are nobody else's. `answer`: the body of a request listener of `q` and `r`. */
async function startFaulty(answer: string, state = ''): Promise<string> {
  const source = `import { createServer } from 'node:http'
${state}
const server = createServer((q, r) => { ${answer} })
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [port] = (await once(child.stdout!, 'data')) as [Buffer]
  return `http://127.0.0.1:${`${port}`.trim()}`
}

/** Of the target: whether the generator was calm enough is not what is asked here. */
const aboutTarget = ({ findings }: RunResult): readonly Finding[] =>
  findings.filter(({ id }) => id !== 'generator')

async function findingsOf(url: string, load: string): Promise<readonly Finding[]> {
  return aboutTarget((await runCli(ONE, `--host ${url} ${load}`)).result)
}

/** What it runs out of shows only if the machine has a core left for the target: where even the generator waits for one, it is skipped. */
async function underRamp(url: string, { skip }: TestContext): Promise<readonly Finding[]> {
  const { result } = await runCli(RAMPED, `--host ${url}`)
  if (result.generator.voidBy?.includes('cpu-wait')) skip('something else had the cores')
  return aboutTarget(result)
}

const RAMPED = `${ONE}
export const plan = { scenarios: { ramp: { user: One, arrivals: '5/s → 150/s over 10s, hold 4s', usersMax: 40 } } }`

describe('the first finding is the fault that was built in', PATIENT, () => {
  test('10 ms of CPU per request in one thread', async (context) => {
    const url = await startFaulty(
      `const begun = process.cpuUsage(); while (process.cpuUsage(begun).user < 10_000); r.end('ok')`,
    )
    const [first] = await underRamp(url, context)
    expect(first).toMatchObject({ id: 'target-cpu', severity: 'critical' })
    expect(first!.title).toContain('of one core')
  })

  test('a pool of four with 50 ms each', async (context) => {
    const url = await startFaulty(
      `take(() => setTimeout(() => { give(); r.end('ok') }, 50))`,
      `let free = 4
const waiting = []
const take = (run) => free > 0 ? (free--, run()) : waiting.push(run)
const give = () => { const next = waiting.shift(); if (next) next(); else free++ }`,
    )
    const [first] = await underRamp(url, context)
    expect(first).toMatchObject({ id: 'fixed-slots', severity: 'critical' })
    expect(first!.title).toContain('about 4 requests at a time')
  })

  test('a rate limiter of 50/s', async () => {
    const url = await startFaulty(
      `const now = Math.floor(performance.now() / 1000)
if (now !== second) { second = now; count = 0 }
if (count++ < 50) r.end('ok')
else r.writeHead(429, { 'retry-after': '1' }).end()`,
      'let [second, count] = [0, 0]',
    )
    const [first] = await findingsOf(url, '--arrivals 80/s --users-max 50 --run-time 7s')
    expect(first).toMatchObject({ id: 'rate-limit' })
    expect(first!.evidence[1]!.value).toBeGreaterThan(45)
    expect(first!.evidence[1]!.value).toBeLessThan(55)
  })

  test('a server that closes each connection', async () => {
    const url = await startFaulty(`r.setHeader('connection', 'close').end('ok')`)
    const [first] = await findingsOf(url, '--arrivals 200/s --users-max 5 --run-time 8s')
    expect(first).toMatchObject({ id: 'keep-alive' })
  })

  test('a server that keeps 10 kB of each request', async () => {
    const url = await startFaulty(
      `kept.push(Buffer.alloc(10_486, ++count & 255)); r.end('ok')`,
      'const kept = []; let count = 0',
    )
    const [first] = await findingsOf(url, '--arrivals 250/s --users-max 50 --run-time 18s')
    expect(first).toMatchObject({ id: 'memory-growth' })
    expect(first!.evidence[0]!.value).toBeGreaterThan(7_000)
    expect(first!.evidence[0]!.value).toBeLessThan(16_000)
  })
})

test.each([1, 2, 3])('a healthy server gives nothing above info, time %i', PATIENT, async () => {
  const url = await startFaulty(`setTimeout(() => r.end('ok'), 2)`)
  const findings = await findingsOf(url, '--arrivals 100/s --users-max 50 --run-time 8s')
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
})

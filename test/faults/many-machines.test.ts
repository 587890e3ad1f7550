/**
 * Runs over a real nats-server with workers that are processes of their own, and everything that breaks on the way: said, survived,
 * and what is in the result is what the target has in its books.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JoinOrder } from '../../src/app/entry/joined-worker.ts'
import type { RunResult } from '../../src/contracts/result.ts'
import { CutLine } from '../cut-line.test-kit.ts'
import { CliFolder, type Ended, isAlive, resultOf } from '../e2e/cli.test-kit.ts'
import { hasNatsServer, NatsServer } from '../nats-server.test-kit.ts'
import { startTarget, type Target } from '../truth/target.ts'

let server: NatsServer
let folder: CliFolder
let target: Target
let onArrival = (): void => undefined

beforeEach(async () => {
  if (!hasNatsServer) return
  folder = new CliFolder()
  server = await new NatsServer().start()
  target = await startTarget((_, response) => {
    response.end('ok')
    onArrival()
  })
  folder.write('visit.ts', VISIT)
})
afterEach(async () => {
  if (!hasNatsServer) return
  folder.remove()
  await target.close()
  await server.remove()
})

/** Each request says which process made it. */
const VISIT = `import { HttpUser } from 'onrush'
export class Visitor extends HttpUser {
  static tasks = { visit: 1 }
  async visit() { await this.client.get('/' + process.pid, { name: '/' }) }
}
`

describe.skipIf(!hasNatsServer)('a run on workers that joined a NATS server', () => {
  test('is told where each worker is; its result is what the target saw', async () => {
    await workers(2)
    const { result, err } = await finished(run('-t', '3s').ended)
    expect(err).toContain('2 workers: box-1, box-2')
    expect(result.totals.wireRequests).toBe(target.arrivals.length)
    expect(result.arrivals).toMatchObject({ due: 300, unknown: 0 })
    expect(pids().size).toBe(2)
    expect(result.generator.workers.map((each) => each.host)).toEqual(['box-1', 'box-2'])
    for (const { clockOffsetMs, roundTripMs } of result.generator.workers) {
      // One machine has one clock.
      expect(Math.abs(clockOffsetMs!)).toBeLessThan(5)
      expect(roundTripMs).toBeGreaterThan(0)
    }
  })

  test('the same workers serve run after run, each in a process of its own', async () => {
    const worker = await workers(1)
    await finished(run('-t', '1s').ended)
    await said(worker, /waits for a run[\s\S]*waits for a run/)
    const { result } = await finished(run('-t', '1s').ended)
    expect(result.verdict.passed).toBe(true)
    expect(pids().size).toBe(2)
  })

  test('two runs at the same time do not disturb each other', async () => {
    await workers(2)
    const other = await startTarget((_, response) => response.end('ok'))
    const [mine, theirs] = await Promise.all([
      finished(run('--workers', '1', '-t', '3s').ended),
      finished(run('--workers', '1', '-t', '3s', '--host', other.url, '--arrivals', '70/s').ended),
    ])
    expect(mine.result.totals.wireRequests).toBe(target.arrivals.length)
    expect(mine.result.arrivals.due).toBe(300)
    expect(theirs.result.totals.wireRequests).toBe(other.arrivals.length)
    expect(theirs.result.arrivals.due).toBe(210)
    await other.close()
  })

  test('a run on labels takes only those workers, and its result says which they are', async () => {
    await workers(1, 'here', server.url, '--label', 'region=eu,size=big')
    await workers(1, 'there', server.url, '--label', 'region=us')
    const { result, err } = await finished(run('-t', '1s', '--on', 'region=eu').ended)
    expect(err).toContain('1 worker: here')
    expect(result.generator.workers).toMatchObject([
      { host: 'here', labels: { region: 'eu', size: 'big' } },
    ])
    expect(pids().size).toBe(1)
  })

  test('the part of a worker follows its power, and not one arrival is missing', async () => {
    await workers(1, 'strong', server.url)
    const weak = await slowWorker()
    const { result } = await finished(run('-t', '2s').ended)
    expect(result.arrivals).toMatchObject({ due: 200, unknown: 0 })
    expect(result.generator.workers).toMatchObject([
      { host: 'slow', weight: 1 },
      { host: 'strong', weight: 16 },
    ])
    const ofSlow = target.arrivals.filter((each) => each.path === `/${weak.pid}`)
    expect(ofSlow.length).toBeGreaterThanOrEqual(Math.floor(200 / 17))
    expect(ofSlow.length).toBeLessThanOrEqual(Math.ceil(200 / 17))
  })

  test('workers that join during a run get their part: the first one and one that replaces a lost one', async () => {
    await workers(1, 'first')
    const { child, ended } = run('-t', '1m', '--join-late')
    await arrivals(100)
    const second = await workers(1, 'second')
    await said({ child }, /Worker 1 \(second\) joins/)
    await arrivals(target.arrivals.length + 150)
    second.child.kill('SIGKILL')
    await said({ child }, /Worker 1 is lost/)
    await workers(1, 'third')
    await said({ child }, /Worker 2 \(third\) joins/)
    await arrivals(target.arrivals.length + 250)
    child.kill('SIGINT')
    const { result } = await finished(ended)
    expect(result.generator.workers).toMatchObject([
      { host: 'first', lost: false },
      { host: 'second', lost: true },
      { host: 'third', lost: false },
    ])
    expect(pids().size).toBe(3)
    const { due, started, unknown } = result.arrivals
    expect(due).toBe(started + unknown)
    const unreported = target.arrivals.length - result.totals.wireRequests
    expect(unreported).toBeGreaterThanOrEqual(0)
    expect(unreported).toBeLessThanOrEqual(result.arrivals.unknown)
    const last = target.arrivals.slice(-100).map((each) => each.path)
    expect(new Set(last).size).toBe(2)
  })

  test('nats-server killed and back within two seconds: nobody is lost, nothing is missing or counted twice', async () => {
    await workers(2)
    const { child, ended } = run('-t', '6s')
    await arrivals(150)
    await server.kill()
    await said({ child }, /line to the workers is down/)
    await arrivals(target.arrivals.length + 100)
    await server.start()
    const { result, err } = await finished(ended)
    expect(err).toMatch(/line to the workers is back after [12]\.\d s/)
    expect(result.generator.workers.map((each) => each.lost)).toEqual([false, false])
    expect(result.arrivals).toMatchObject({ due: 600, unknown: 0 })
    expect(result.totals.wireRequests).toBe(target.arrivals.length)
    const ofWindows = result.windows.reduce((sum, each) => sum + each.requests, 0)
    expect(ofWindows).toBe(result.totals.requests)
  })

  test('nats-server that stays away: all load has ended after five seconds, and the run says why', async () => {
    await workers(2)
    const { ended } = run('-t', '1m')
    await arrivals(100)
    await server.kill()
    const killedAtMs = performance.now() + performance.timeOrigin
    const { result, code } = await finished(ended)
    expect(code).not.toBe(0)
    expect(result.verdict.reason).toMatch(/every worker was lost/)
    expect(target.arrivals.at(-1)!.epochMs - killedAtMs).toBeLessThan(5_000)
  })

  test('a coordinator killed: its run is finished from the history and what workers still sent', async () => {
    const worker = await workers(2)
    const { child } = run('-t', '1m')
    await arrivals(450)
    child.kill('SIGKILL')
    await said(worker, /stopped its load[\s\S]*stopped its load/)
    const ended = await folder.run('runs', 'recover', '--join', server.url)
    expect(ended.err).toMatch(/run \S+-recovered: \d+ requests, \d+ arrivals unknown/)
    const [, id] = /run (\S+-recovered):/.exec(ended.err)!
    const report = await folder.run('report', id!, '--json', '-')
    const result = resultOf(report)
    // The workers went on for four seconds: most of that is there.
    expect(result.totals.requests).toBeGreaterThan(600)
    expect(result.totals.wireRequests).toBeLessThanOrEqual(target.arrivals.length)
    const unreported = target.arrivals.length - result.totals.wireRequests
    expect(unreported).toBeLessThanOrEqual(result.arrivals.unknown)
    expect(result.arrivals.unknown).toBeLessThanOrEqual(250)
    expect(result.verdict).toMatchObject({
      passed: false,
      reason: expect.stringMatching(/^recovered/),
    })
    const again = await folder.run('runs', 'recover', '--join', server.url)
    expect(again.code).toBe(2)
    expect(again.err).toMatch(/nothing of a run that was cut off here/)
  })

  test('a coordinator killed: load ends within five seconds, and its workers are free for the next run', async () => {
    const worker = await workers(2)
    const { child } = run('-t', '1m')
    await arrivals(100)
    child.kill('SIGKILL')
    const killedAtMs = performance.now() + performance.timeOrigin
    await said(worker, /stopped its load[\s\S]*stopped its load[\s\S]*waits[\s\S]*waits/)
    expect(target.arrivals.at(-1)!.epochMs - killedAtMs).toBeLessThan(5_000)
    const before = target.arrivals.length
    const { result } = await finished(run('-t', '1s', '--workers', '2').ended)
    expect(result.totals.wireRequests).toBe(target.arrivals.length - before)
  })

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    '%s: what a worker owned is with the others within three seconds',
    { retry: 2 },
    async (signal) => {
      const worker = await workers(2)
      const { child, ended } = run('-t', '8s')
      await arrivals(150)
      const [victim, survivor] = [...pids()] as [number, number]
      const hitAtMs = performance.now() + performance.timeOrigin
      process.kill(victim, signal)
      await said({ child }, /is lost \(said nothing for/)
      if (signal === 'SIGSTOP') {
        await arrivals(target.arrivals.length + 60)
        process.kill(victim, 'SIGCONT')
        // It is told that others do its work.
        await expect.poll(() => isAlive(victim), { timeout: 3_000 }).toBe(false)
      }
      const { result } = await finished(ended)
      const late = target.arrivals.filter((each) => each.epochMs > hitAtMs + 3_000)
      expect(late.length).toBeGreaterThan(100)
      expect(late.filter((each) => each.path === `/${victim}`).length).toBeLessThan(10)
      expect(rateOf(late.filter((each) => each.path === `/${survivor}`))).toBeGreaterThan(90)
      expect(result.generator.workers.filter((each) => each.lost)).toHaveLength(1)
      // What the lost one did not report is between the two, and never more than is said to be unknown.
      const unreported = target.arrivals.length - result.totals.wireRequests
      expect(unreported).toBeGreaterThanOrEqual(0)
      expect(unreported).toBeLessThanOrEqual(result.arrivals.unknown)
      // One that wakes up sends what it finds due before it hears that others did.
      const { due } = result.arrivals
      if (signal === 'SIGKILL') expect(due).toBe(800)
      else expect(due).toBeGreaterThanOrEqual(800)
      await said(worker, /waits for a run[\s\S]*waits[\s\S]*waits/)
    },
  )

  test('a worker whose line is cut stops by itself within five seconds; the others have its work by then', async () => {
    const line = await new CutLine(server.port).open()
    const cutOff = await workers(1, 'far', line.url)
    await workers(1, 'near')
    const { child, ended } = run('-t', '9s')
    await arrivals(150)
    line.cut()
    const cutAtMs = performance.now() + performance.timeOrigin
    await said({ child }, /Worker 0 is lost \(said nothing for/)
    await said(cutOff, /stopped its load/)
    line.heal()
    const { result } = await finished(ended)
    const byPid = [...pids()].map((pid) =>
      target.arrivals.filter((each) => each.path === `/${pid}`),
    )
    const [far, near] = byPid.sort((one, other) => one.length - other.length)
    expect(far!.at(-1)!.epochMs - cutAtMs).toBeLessThan(5_000)
    const late = near!.filter((each) => each.epochMs > cutAtMs + 3_000)
    expect(rateOf(late)).toBeGreaterThan(90)
    expect(result.generator.workers.map((each) => each.lost)).toEqual([true, false])
    await line.close()
  })

  test('a coordinator whose line is cut for two seconds loses nobody and nothing', async () => {
    const line = await new CutLine(server.port).open()
    await workers(2)
    const { child, ended } = run('-t', '6s', '--join', line.url)
    await arrivals(150)
    line.cut()
    await said({ child }, /line to the workers is down/)
    await arrivals(target.arrivals.length + 60)
    line.heal()
    const { result } = await finished(ended)
    expect(result.generator.workers.map((each) => each.lost)).toEqual([false, false])
    expect(result.arrivals).toMatchObject({ due: 600, unknown: 0 })
    expect(result.totals.wireRequests).toBe(target.arrivals.length)
    await line.close()
  })

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'a worker that is stopped on its machine by %s is replaced at once',
    async (signal) => {
      const first = await workers(1, 'first')
      await workers(1, 'second')
      const { ended } = run('-t', '5s')
      await arrivals(100)
      first.child.kill(signal)
      const { result, err } = await finished(ended)
      expect(err).toMatch(/is lost \(was stopped on its machine\)\. Its part of the load goes to/)
      const unreported = target.arrivals.length - result.totals.wireRequests
      expect(unreported).toBeLessThanOrEqual(result.arrivals.unknown)
      if (signal === 'SIGTERM') expect(first.child.exitCode).toBe(0)
    },
  )
})

interface Speaking {
  readonly child: ChildProcess
}

/** `count` worker processes that have joined. */
async function workers(
  count: number,
  name = 'box',
  url = server.url,
  ...more: string[]
): Promise<Speaking> {
  const args = ['--join', url, '--workers', `${count}`, '--name', name, ...more]
  const worker = folder.start(['worker', ...args])
  await said(worker, /joined nats:/)
  return worker
}

/** A worker of a machine that is next to nothing beside this one. It ends with its run. */
async function slowWorker(): Promise<ChildProcess> {
  const entry = fileURLToPath(new URL('../../dist/app/entry/joined-worker.js', import.meta.url))
  const child = fork(entry, [], { serialization: 'advanced', stdio: 'ignore' })
  const joined = once(child, 'message')
  const facts = { power: Number.MIN_VALUE, labels: {} }
  child.send({ url: server.url, clientName: 'test', name: 'slow', facts } satisfies JoinOrder)
  await joined
  return child
}

function run(...args: string[]) {
  const load = args.includes('--arrivals') ? [] : ['--arrivals', '100/s']
  const host = args.includes('--host') ? [] : ['--host', target.url]
  const rest = ['--users-max', '200', '--no-preflight', '--json', '-']
  const join = args.includes('--join') ? [] : ['--join', server.url]
  return folder.start(['visit.ts', ...join, ...load, ...host, ...rest, ...args])
}

async function finished(ended: Promise<Ended>): Promise<Ended & { result: RunResult }> {
  const done = await ended
  return { ...done, result: resultOf(done) }
}

/** Resolves when everything it said on standard error so far matches. */
function said({ child }: Speaking, what: RegExp): Promise<void> {
  let heard = HEARD.get(child)
  if (heard === undefined) {
    heard = { text: '' }
    HEARD.set(child, heard)
  }
  const all = heard
  return new Promise((resolve) => {
    const look = (text: string): void => {
      all.text += text
      if (!what.test(all.text)) return
      child.stderr!.off('data', look)
      resolve()
    }
    child.stderr!.on('data', look)
    look('')
  })
}
const HEARD = new WeakMap<ChildProcess, { text: string }>()

/** Resolves when the target has seen so many requests. */
function arrivals(count: number): Promise<void> {
  return new Promise((resolve) => {
    onArrival = () => {
      if (target.arrivals.length >= count) resolve()
    }
    onArrival()
  })
}

const pids = (): Set<number> => new Set(target.arrivals.map((each) => Number(each.path.slice(1))))

function rateOf(some: Target['arrivals']): number {
  const ms = some.at(-1)!.epochMs - some[0]!.epochMs
  return ((some.length - 1) / ms) * 1_000
}

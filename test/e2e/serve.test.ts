/** `onrush serve` and `--join local` as people use them: a pool that stays, run after run, and nothing left behind. */
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withOwnServer } from '../../src/app/cli/own-server.ts'
import type { RunResult } from '../../src/contracts/result.ts'
import type { OnrushError } from '../../src/kernel/errors.ts'
import type { PoolMember } from '../../src/run/web/pool-route.ts'
import { hasNatsServer } from '../nats-server.test-kit.ts'
import {
  CliFolder,
  closedPort,
  GET,
  resultOf,
  type Started,
  scriptOf,
  Target,
} from './cli.test-kit.ts'

let folder: CliFolder
let target: Target
beforeEach(async () => {
  folder = new CliFolder()
  target = await new Target().open()
  folder.write('shop.ts', scriptOf(GET, target.url))
})
afterEach(async () => {
  folder.remove()
  await target.close()
})

const HEARD = new WeakMap<Started, string>()

/** The first group of `what` in all that it has said on standard error since somebody first asked. */
function said(started: Started, what: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (text: string): void => {
      const heard = (HEARD.get(started) ?? '') + text
      HEARD.set(started, heard)
      const found = what.exec(heard)
      if (found === null) return
      started.child.stderr!.off('data', look)
      resolve(found[1] ?? '')
    }
    started.child.stderr!.on('data', look)
    void started.ended.then(({ err }) => reject(new Error(`it ended: ${err}`)))
    look('')
  })
}

const serversLeft = (): string[] =>
  readdirSync(tmpdir()).filter((each) => each.startsWith('onrush-nats-'))

async function poolOf(page: string): Promise<readonly PoolMember[]> {
  const { workers } = (await (await fetch(`${page}/api/v1/pool`)).json()) as {
    workers: PoolMember[]
  }
  return workers
}

const headers = { 'content-type': 'application/json', 'x-onrush': '1' }
async function startRun(page: string): Promise<{ status: number; id: string }> {
  const body = JSON.stringify({ model: 'users', users: 2, runTime: '5m' })
  const response = await fetch(`${page}/api/v1/runs`, { method: 'POST', headers, body })
  return { status: response.status, ...((await response.json()) as { id: string }) }
}

test('serve wants a pool, and a worker a server that is there', async () => {
  const serve = await folder.run('serve', 'shop.ts')
  expect(serve.code).toBe(2)
  expect(serve.err).toMatch(/no NATS server was named[\s\S]*--join local/)
  const worker = await folder.run('worker', '--join', 'local')
  expect(worker.code).toBe(2)
  expect(worker.err).toMatch(/no NATS server is started here/)
})

test('without a nats-server to start it says where to get one', async () => {
  const terminal = { environment: { PATH: folder.path }, err: () => undefined } as never
  const problems = await withOwnServer('local', terminal, async () => [], []).catch(
    (error: OnrushError) => error.problems,
  )
  expect(problems).toMatchObject([
    {
      code: 'E_JOIN',
      what: 'there is no nats-server to start',
      fix: expect.stringMatching(/nats\.io/),
    },
  ])
})

describe.skipIf(!hasNatsServer)('with a nats-server in the path', () => {
  test('a run starts it, takes the workers that come, and leaves nothing behind', async () => {
    const before = serversLeft()
    const run = folder.start([
      'shop.ts',
      '--join',
      'local',
      '--join-wait',
      '30s',
      '--workers',
      '1',
      '-u',
      '2',
      '-t',
      '1s',
      '--json',
      '-',
    ])
    const address = await said(run, /onrush worker --join (nats:\S+)/)
    const worker = folder.start(['worker', '--join', address, '--name', 'box'])
    const ended = await run.ended
    expect(ended.code).toBe(0)
    const result: RunResult = resultOf(ended)
    expect(result.generator.workers).toMatchObject([{ host: 'box', lost: false }])
    expect(result.totals.requests).toBeGreaterThan(10)
    // The password is in no report.
    expect(ended.out).not.toContain(new URL(address).password)
    worker.child.kill('SIGTERM')
    await worker.ended
    expect(serversLeft()).toEqual(before)
  })

  test('a coordinator that is killed takes its server and its files with it', async () => {
    const before = serversLeft()
    const run = folder.start(['shop.ts', '--join', 'local', '--join-wait', '1m', '-t', '1s'])
    await said(run, /(onrush worker)/).catch(String)
    expect(serversLeft()).toHaveLength(before.length + 1)
    run.child.kill('SIGKILL')
    await expect.poll(serversLeft, { timeout: 5_000 }).toEqual(before)
  })

  test('a port that is taken', async () => {
    const port = new URL(target.url).port
    const { code, err } = await folder.run('shop.ts', '--join', `local:${port}`)
    expect(code).toBe(2)
    expect(err).toMatch(/nats-server could not be started[\s\S]*local:PORT/)
  })

  test('serve shows its pool and runs on it again and again; others may use the pool in between, and are told when they cannot', async () => {
    const port = await closedPort()
    const serve = folder.start(['serve', 'shop.ts', '--join', `local:${port}`, '--web-port', '0'])
    const address = await said(serve, /onrush worker --join (nats:\S+)/)
    const forRuns = await said(serve, /onrush run FILE --join (nats:\S+)/)
    const page = await said(serve, /page {2}(\S+)/)
    expect(await poolOf(page)).toEqual([])
    const worker = folder.start([
      'worker',
      '--join',
      address,
      '--name',
      'box',
      '--label',
      'region=eu',
    ])
    await said(worker, /(joined) nats/)
    expect(await poolOf(page)).toMatchObject([
      { name: 'box', labels: { region: 'eu' }, servedBy: null, power: expect.any(Number) },
    ])
    const first = await startRun(page)
    expect(first.status).toBe(201)
    expect((await poolOf(page))[0]!.servedBy).toMatch(/pid/)
    const other = await folder.run('shop.ts', '--join', forRuns, '--join-wait', '1s')
    expect(other.code).toBe(2)
    expect(other.err).toMatch(/box serves a run of/)
    const asWorker = await folder.run('shop.ts', '--join', address, '--join-wait', '1s')
    expect(asWorker.code).toBe(2)
    expect(asWorker.err).toMatch(/E_JOIN|E_WORKERS/)
    // It takes its turn when it may wait.
    const waits = folder.run(
      'shop.ts',
      '--join',
      forRuns,
      '--join-wait',
      '1m',
      '-u',
      '1',
      '-t',
      '1s',
    )
    await fetch(`${page}/api/v1/runs/${first.id}/stop`, { method: 'POST', headers, body: '{}' })
    expect((await waits).code).toBe(0)
    const third = await startRun(page)
    expect(third.status).toBe(201)
    serve.child.kill('SIGTERM')
    const { code } = await serve.ended
    expect([0, 143]).toContain(code)
    // Three runs were kept, the last one stopped before its time.
    expect(folder.runs()).toHaveLength(3)
    worker.child.kill('SIGTERM')
    await worker.ended
  })
})

/** Processes that die, stop or are interrupted: said, survived, and nothing that was measured is lost. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CliFolder, GET, isAlive, resultOf, scriptOf, Target } from '../e2e/cli.test-kit.ts'

let folder: CliFolder
let target: Target
beforeEach(async () => {
  folder = new CliFolder()
  target = await new Target().open()
  folder.write('shop.ts', scriptOf(GET, target.url))
})
afterEach(async () => {
  await target.close()
  folder.remove()
})
const start = (...args: string[]) => folder.start(['shop.ts', '--json', '-', '-r', '100', ...args])

describe('a lost worker', () => {
  test.each([
    ['SIGKILL', 1_000, /Worker (\d) is lost \(killed by SIGKILL\)/],
    // The limit of silence and one heartbeat, after which it is looked at.
    ['SIGSTOP', 2_500, /Worker (\d) is lost \(said nothing for/],
  ] as const)(
    '%s: noticed within %i ms, said, its users start elsewhere',
    async (signal, withinMs, said) => {
      const { child, ended } = start('-u', '6', '-t', '6s', '--workers', '2')
      await target.until(() => target.pids.size === 2 && target.requests > 60)
      const [victim, survivor] = [...target.pids] as [number, number]
      const killedAtMs = performance.now()
      process.kill(victim, signal)
      await new Promise<void>((resolve) => {
        child.stderr!.on('data', (text: string) => {
          if (said.test(text)) resolve()
        })
      })
      expect(performance.now() - killedAtMs).toBeLessThan(withinMs)
      const { code, err, ...rest } = await ended
      const result = resultOf({ code, err, ...rest })
      expect(err).toMatch(said)
      const event = result.events.find((each) => each.text.includes('is lost'))!
      expect(event.text).toMatch(/Its part of the load goes to worker \d from/)
      expect(result.generator.workers.map((each) => each.lost).sort()).toEqual([false, true])
      // Users at the target come back: 6 of them in a late window, all in the surviving process.
      const late = result.windows.filter((each) => each.atMs >= event.atMs + 1_500)
      expect(late.map((each) => each.users)).toContain(6)
      expect(isAlive(victim)).toBe(false)
      expect(isAlive(survivor)).toBe(false)
      expect(result.run.durationMs).toBeGreaterThan(5_900)
      expect(folder.saved()).toEqual(result)
    },
  )
})

test.runIf(process.platform === 'linux').each([0, 40, 90, 150, 250])(
  'a coordinator that dies %i ms after it forked its worker leaves no process',
  async (afterMs) => {
    const { child, ended } = start('-u', '1', '-t', '1m')
    const worker = await firstChildOf(child.pid!)
    // Not waiting for something: the instants are spread over what a worker does before it listens.
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    child.kill('SIGKILL')
    await ended
    const killedAtMs = performance.now()
    while (isAlive(worker) && performance.now() - killedAtMs < 5_000)
      await new Promise((resolve) => setTimeout(resolve, 20))
    const isLeft = isAlive(worker)
    if (isLeft) process.kill(worker, 'SIGKILL')
    expect(isLeft).toBe(false)
  },
)

/** The process id of the first child that a process makes. */
async function firstChildOf(pid: number): Promise<number> {
  for (;;) {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    if (first) return Number(first)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('a coordinator that dies leaves no process and no load after 5 s', async () => {
  const { child, ended } = start('-u', '4', '-t', '1m', '--workers', '2')
  await target.until(() => target.pids.size === 2)
  const killedAtMs = performance.now()
  child.kill('SIGKILL')
  await target.untilLeft()
  // Its pipes are held by nobody any more only when the workers are gone.
  await ended
  expect(performance.now() - killedAtMs).toBeLessThan(5_000)
  await expect.poll(() => [...target.pids].some(isAlive), { timeout: 5_000 }).toBe(false)
})

describe('a signal', () => {
  test('Ctrl-C once: tasks finish, full summary, saved, exit 130', async () => {
    const { child, ended } = start('-u', '3', '-t', '1m')
    await target.until(() => target.requests > 30)
    child.kill('SIGINT')
    const done = await ended
    const result = resultOf(done)
    expect(done.code, done.err).toBe(130)
    expect(result.verdict).toMatchObject({ passed: true, exitCode: 130 })
    expect(result.totals.failures).toBe(0)
    expect(result.totals.wireRequests).toBe(target.requests - PREFLIGHT)
    expect(result.users).toMatchObject({ started: 3, stopped: 3 })
    expect(done.err).toContain('requests')
    expect(folder.saved()).toEqual(result)
  })
  test('SIGTERM ends the same way with 143', async () => {
    const { child, ended } = start('-u', '1', '-t', '1m')
    await target.until(() => target.requests > 10)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(143)
    expect(folder.saved().verdict.exitCode).toBe(143)
  })
  test('twice: at once, although a task would not end, and still saved', async () => {
    const body =
      "@task() async slow() { await this.client.get('/', { headers }); await this.sleep(600) }\n" +
      "async onStop() { await this.client.get('/bye') }"
    folder.write('shop.ts', scriptOf(body, target.url))
    const { child, ended } = start('-u', '2', '-t', '10m', '--stop-timeout', '5m')
    await target.until(() => target.requests >= 2 + PREFLIGHT)
    child.kill('SIGINT')
    const { ms, code } = await secondSignal(child, ended)
    expect(code).toBe(130)
    expect(ms).toBeLessThan(3_000)
    const saved = folder.saved()
    expect(saved.verdict.exitCode).toBe(130)
    expect(saved.totals.requests).toBeGreaterThanOrEqual(2)
  })
})
/** The preflight asks once. */
const PREFLIGHT = 1

/** Sends the second Ctrl-C once the first was taken note of, which is when the run says so. */
async function secondSignal(
  child: ReturnType<typeof start>['child'],
  ended: ReturnType<typeof start>['ended'],
): Promise<{ ms: number; code: number | null }> {
  await new Promise<void>((resolve) => {
    child.stderr!.on('data', (text: string) => {
      if (/Ctrl-C/.test(text)) resolve()
    })
  })
  const atMs = performance.now()
  child.kill('SIGINT')
  const { code } = await ended
  return { ms: performance.now() - atMs, code }
}

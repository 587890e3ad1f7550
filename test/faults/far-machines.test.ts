/**
 * Runs with a worker on a machine of its own, as the network has it: a cable that is cut, a slow one, a clock that is wrong, and a
 * server whose disk is full. Each has its own server, target and machine, so they go on side by side.
 */
import type { ChildProcess } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { RunResult } from '../../src/contracts/result.ts'
import { CutLine } from '../cut-line.test-kit.ts'
import { CliFolder, type Ended, resultOf, type Started } from '../e2e/cli.test-kit.ts'
import { FarMachine, hasNamespaces } from '../far-machine.test-kit.ts'
import { hasNatsServer, NatsServer } from '../nats-server.test-kit.ts'
import { startTarget, type Target } from '../truth/target.ts'

/** Each request says which process made it. */
const VISIT = `import { HttpUser } from 'onrush'
export class Visitor extends HttpUser {
  static tasks = { visit: 1 }
  async visit() { await this.client.get('/' + process.pid, { name: '/' }) }
}
`
/** A machine whose clock is half a minute ahead. */
const SKEW_MS = 30_000
const SKEW = `const now = Date.now
Date.now = () => now() + ${SKEW_MS}
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + ${SKEW_MS} })
`

/** One server, one target, one folder; closed when the test is over. */
class World {
  readonly folder = new CliFolder()
  readonly server: NatsServer
  target!: Target
  far: FarMachine | undefined
  #heard = new WeakMap<ChildProcess, string>()
  #onArrival = (): void => undefined

  constructor(jetStream = '') {
    this.server = new NatsServer('', jetStream)
  }

  async open(): Promise<this> {
    this.folder.write('visit.ts', VISIT)
    await this.server.start()
    this.target = await startTarget((_, response) => {
      response.end('ok')
      this.#onArrival()
    })
    return this
  }

  async openFar(): Promise<FarMachine> {
    const { port } = new URL(this.target.url)
    this.far = await new FarMachine().open(this.server.port, Number(port))
    return this.far
  }

  async close(): Promise<void> {
    this.folder.remove()
    await this.target.close()
    await this.server.remove()
    this.far?.remove()
  }

  /** A worker that has joined. `shell`: what comes before its command. */
  async worker(name: string, shell?: string, url = this.server.url): Promise<Started> {
    const worker = this.folder.start(['worker', '--join', url, '--name', name], shell)
    await this.said(worker, /joined nats:/)
    return worker
  }

  run(...args: string[]): Started {
    const load = ['--arrivals', '100/s', '--users-max', '300', '--host', this.target.url]
    const rest = ['--no-preflight', '--json', '-', '--join', this.server.url]
    return this.folder.start(['visit.ts', ...load, ...rest, ...args])
  }

  async finished({ ended }: Started): Promise<Ended & { result: RunResult }> {
    const done = await ended
    return { ...done, result: resultOf(done) }
  }

  /** Resolves when all that it said so far matches. */
  said({ child, ended }: Started, what: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (text: string): void => {
        const heard = (this.#heard.get(child) ?? '') + text
        this.#heard.set(child, heard)
        if (!what.test(heard)) return
        child.stderr!.off('data', look)
        resolve()
      }
      child.stderr!.on('data', look)
      void ended.then(({ err }) => reject(new Error(`it ended: ${err}`)))
      look('')
    })
  }

  arrivals(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onArrival = () => {
        if (this.target.arrivals.length >= count) resolve()
      }
      this.#onArrival()
    })
  }

  /** When each process made its requests, by process. */
  get byProcess(): ReadonlyMap<string, readonly number[]> {
    const all = new Map<string, number[]>()
    for (const { path, epochMs } of this.target.arrivals)
      all.set(path, [...(all.get(path) ?? []), epochMs])
    return all
  }
}

async function within(world: World, use: (world: World) => Promise<void>): Promise<void> {
  try {
    await use(await world.open())
  } finally {
    await world.close()
  }
}

const viaCable = (far: FarMachine): string => `exec ${far.exec.join(' ')} "$@"`
const nowEpochMs = (): number => performance.timeOrigin + performance.now()

describe.concurrent('a worker far away', { retry: 2 }, () => {
  test.skipIf(!hasNatsServer || !hasNamespaces)(
    'whose cable is cut and healed is replaced within three seconds, and stops by itself',
    () =>
      within(new World(), async (world) => {
        const far = await world.openFar()
        const cutOff = await world.worker('far', viaCable(far))
        await world.worker('near')
        const run = world.run('-t', '2m')
        await world.arrivals(200)
        far.cut()
        const cutAtMs = nowEpochMs()
        await world.said(run, /Worker 0 is lost \(said nothing for/)
        await world.said(cutOff, /stopped its load/)
        far.heal()
        await world.arrivals(world.target.arrivals.length + 200)
        run.child.kill('SIGINT')
        const { result } = await world.finished(run)
        expect(result.generator.workers.map((each) => each.lost)).toEqual([true, false])
        // What the far one sent and did not report, and what both sent between the takeover and its own end: under three seconds of its part.
        const unreported = world.target.arrivals.length - result.totals.wireRequests
        expect(unreported).toBeGreaterThanOrEqual(0)
        expect(unreported).toBeLessThanOrEqual(result.arrivals.unknown + 3 * 50)
        const late = world.target.arrivals.filter((each) => each.epochMs > cutAtMs + 3_000)
        const ratePerSec = late.length / ((late.at(-1)!.epochMs - cutAtMs - 3_000) / 1_000)
        expect(ratePerSec).toBeGreaterThan(90)
      }),
  )

  test.skipIf(!hasNatsServer)(
    'over a line of 200 ms that loses packets does its part, and nothing is missing or counted twice',
    () =>
      within(new World(), async (world) => {
        const line = await new CutLine(world.server.port).open()
        await world.worker('far', undefined, line.url)
        await world.worker('near')
        line.slow()
        const run = world.run('-t', '6s', '--join-wait', '20s', '--workers', '2')
        const { result } = await world.finished(run)
        expect(result.generator.workers.map((each) => each.lost)).toEqual([false, false])
        expect(result.arrivals).toMatchObject({ due: 600, unknown: 0 })
        expect(result.totals.wireRequests).toBe(world.target.arrivals.length)
        const [slow] = result.generator.workers
        expect(slow!.roundTripMs).toBeGreaterThan(150)
        expect(Math.abs(slow!.clockOffsetMs!)).toBeLessThanOrEqual(slow!.roundTripMs! / 2)
        expect(world.byProcess.size).toBe(2)
        await line.close()
      }),
  )

  test.skipIf(!hasNatsServer)(
    'whose clock is half a minute ahead starts together with the others',
    () =>
      within(new World(), async (world) => {
        const skew = `${world.folder.path}/${world.folder.write('skew.mjs', SKEW)}`
        await world.worker('ahead', `export NODE_OPTIONS=--import=${skew}`)
        await world.worker('right')
        const { result } = await world.finished(world.run('-t', '4s'))
        expect(result.arrivals).toMatchObject({ due: 400, unknown: 0 })
        expect(result.totals.wireRequests).toBe(world.target.arrivals.length)
        const [ahead, right] = result.generator.workers
        expect(Math.abs(ahead!.clockOffsetMs! - SKEW_MS)).toBeLessThanOrEqual(
          ahead!.roundTripMs! + 5,
        )
        expect(Math.abs(right!.clockOffsetMs!)).toBeLessThanOrEqual(right!.roundTripMs! + 5)
        const firsts = [...world.byProcess.values()].map((each) => each[0]!)
        expect(firsts).toHaveLength(2)
        expect(Math.abs(firsts[0]! - firsts[1]!)).toBeLessThan(500)
      }),
  )

  test.skipIf(!hasNatsServer)(
    'and a server whose disk is full: said while the run goes on, and what did not come is unknown, not lost',
    () =>
      within(new World('max_file_store: 30KB'), async (world) => {
        await world.worker('box')
        // To stop it, too, is a message.
        const run = world.run('-t', '2m', '--stop-timeout', '1s')
        await world.said(run, /Worker 0 \(box\) lives, and what it measured has not come/)
        run.child.kill('SIGINT')
        const { result } = await world.finished(run)
        const unreported = world.target.arrivals.length - result.totals.wireRequests
        expect(unreported).toBeGreaterThan(0)
        expect(unreported).toBeLessThanOrEqual(result.arrivals.unknown)
      }),
  )
})

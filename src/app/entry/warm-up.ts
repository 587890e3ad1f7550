/**
 * Runs the engine for a moment against a server of this process, before the script arrives. V8 compiles hot code only after it
 * has been used, and until then a request costs ten times as much: without this, the first second of a run at
 * 10,000 arrivals/s starts them 90 ms late and reports latencies that are the generator's own. It uses the time in which the
 * coordinator bundles the script; nothing of it is counted, and nothing leaves this machine.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { LoadPlan, Scenario } from '../../contracts/plan.ts'
import type { WorkerContext } from '../../contracts/user.ts'
import type { SystemClock } from '../../kernel/clock.ts'
import { createExecutor } from '../../load/engine/executor.ts'
import { ALONE, OPEN_GATE } from '../../load/user/alone.ts'
import { Events } from '../../load/user/events.ts'
import { createUserFactory } from '../../load/user/factory.ts'
import type { UserClass } from '../../load/user/user.ts'
import { type OutsideHealth, WorkerRecorder } from '../../model/metrics/recorder.ts'
import { encodeSnapshot } from '../../model/metrics/snapshot-codec.ts'
import { arrivalSchedule, userSchedule } from '../../model/plan/shape.ts'
import { HttpUser } from '../../plugins/protocols/http/http-user.ts'

/** From here on more of it changed nothing; see docs/adr/0014. */
const WARM_UP_MS = 250
const USERS = 10
const ARRIVALS_PER_SEC = 20_000
/** The first snapshot of a run would otherwise hold up arrivals for some milliseconds. */
const SNAPSHOTS = 20
/** Opening connections is rehearsed as well. */
const ANSWERS_PER_CONNECTION = 8

/** Plans that start so many users or arrivals in their first second on one worker wait for the end of the rehearsal. */
const HOT_STARTS = 200
const FIRST_SECOND_NS = 1e9 - 1

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n'
const ANSWER = `${HEAD}Connection: keep-alive\r\n\r\n{"hello":"you"}`
const COOKIE_ANSWER = `${HEAD}Set-Cookie: seen=1; Domain=127.0.0.1; Expires=Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n{"hello":"you"}`

class Rehearsal extends HttpUser {
  static override readonly tasks = { request: 1 }

  async request(): Promise<void> {
    await this.client.get('/', { name: 'rehearsal', check: (r) => r.status === 200 })
  }
}

export class WarmUp {
  readonly #clock: SystemClock
  readonly #stop: () => void
  readonly #over: Promise<void>

  constructor(clock: SystemClock) {
    let stop = (): void => undefined
    const stopped = new Promise<void>((resolve) => {
      stop = resolve
    })
    clock.at(clock.nowMs() + WARM_UP_MS, stop, undefined)
    this.#clock = clock
    this.#stop = stop
    this.#over = this.#run(stopped)
  }

  /** The plan is here. One that starts gently warms up by itself; for any other the rehearsal goes on to its end. */
  end(plan: LoadPlan, workers: number): Promise<void> {
    if (!startsHot(plan, workers)) this.#stop()
    return this.#over
  }

  /** Never rejects: a machine that allows no loopback server starts cold. */
  async #run(stopped: Promise<void>): Promise<void> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => answer(socket, sockets))
    try {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      await rehearse(this.#clock, `http://127.0.0.1:${port}`, stopped)
    } catch {
      // No port, no loopback: the run itself will say what is wrong, if it is.
    } finally {
      server.close()
      for (const socket of sockets) socket.destroy()
    }
  }
}

/** More users or arrivals in the first second than cold code could serve on time. */
function startsHot(plan: LoadPlan, workers: number): boolean {
  return plan.scenarios.some(({ load }) => {
    const starts =
      userSchedule(load)?.usersAt(FIRST_SECOND_NS) ??
      arrivalSchedule(load)?.countBy(FIRST_SECOND_NS) ??
      0
    return starts / workers >= HOT_STARTS
  })
}

function answer(socket: Socket, sockets: Set<Socket>): void {
  let answers = 0
  sockets.add(socket)
  socket.on('data', () => {
    socket.write(sockets.size % 5 === 0 ? COOKIE_ANSWER : ANSWER, 'latin1')
    if (++answers === ANSWERS_PER_CONNECTION) socket.end()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => sockets.delete(socket))
}

async function rehearse(clock: SystemClock, host: string, stopped: Promise<void>): Promise<void> {
  const recorder = new WorkerRecorder(0)
  const startedAtMs = clock.nowMs()
  recorder.startAt(startedAtMs)
  const worker: WorkerContext = {
    plan: { ...PLAN, host },
    workerIndex: 0,
    clock,
    recorder,
    startedAtMs,
    log: () => undefined,
    stopTest: () => undefined,
    refuseHost: () => undefined,
    shared: undefined,
    meetings: ALONE,
    gate: OPEN_GATE,
  }
  const classes = new Map([['Rehearsal', Rehearsal as unknown as UserClass]])
  const executor = createExecutor(SCENARIO, {
    clock,
    recorder,
    factory: createUserFactory(classes, worker, new Events()),
    share: { index: 0, weights: [1], lost: [] },
    userId: (index) => index + 1,
    startedAtMs,
    log: () => undefined,
  })
  executor.start()
  await stopped
  await executor.stop(0)
  for (let window = 0; window < SNAPSHOTS; window++) {
    encodeSnapshot(recorder.flush(window, clock.nowMs(), NO_HEALTH))
  }
}

const NO_HEALTH: OutsideHealth = {
  cpuRatio: 0,
  loopUtilisation: 0,
  loopDelayMsP99: 0,
  rssBytes: 0,
  openSockets: 0,
}

const SCENARIO: Scenario = {
  name: 'rehearsal',
  users: [{ className: 'Rehearsal', weight: 1, fixedCount: 0 }],
  load: {
    kind: 'constant-arrivals',
    rate: { arrivals: ARRIVALS_PER_SEC, perNs: 1e9 },
    durationMs: null,
    usersMax: USERS,
  },
  startAfterMs: 0,
  gracefulStopMs: 0,
}
const PLAN: LoadPlan = {
  schemaVersion: 1,
  name: 'rehearsal',
  seed: 1,
  host: null,
  hostOverrides: false,
  scenarios: [SCENARIO],
  thresholds: [],
  tags: {},
  include: null,
  exclude: [],
}

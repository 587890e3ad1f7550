/**
 * Sessions on a worker that exists only for tests: a recorder that keeps every call, the system's clock, and all hosts allowed
 * unless a test says otherwise.
 */
import type { CheckId, ErrorId, Recorder, SeriesId } from '../../src/contracts/measure.ts'
import type { ClientContext, RequestEvent, WorkerContext } from '../../src/contracts/user.ts'
import { SystemClock } from '../../src/kernel/clock.ts'
import type { HttpOptions } from '../../src/load/http/http-options.ts'
import { HttpSession } from '../../src/load/http/session.ts'
import { ALONE, OPEN_GATE } from '../../src/load/user/alone.ts'

export interface Recorded {
  readonly series: string
  readonly latencyUs: number
  readonly lateUs: number
  readonly status: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly wireRequests: number
  readonly error: string
}

export class TestRecorder implements Recorder {
  readonly names: string[] = []
  readonly requests: Recorded[] = []
  readonly phasesUs: number[][] = []
  readonly checks: [name: string, passed: boolean][] = []
  readonly samples = new Map<string, string>()
  inFlight = 0
  begun = 0

  series(kind: string, method: string, name: string): SeriesId {
    return this.#id(`${kind} ${method} ${name}`)
  }
  error(kind: string, message: string): ErrorId {
    return this.#id(`${kind}: ${message}`)
  }
  checkId(name: string): CheckId {
    return this.#id(name)
  }
  begin(): void {
    this.inFlight++
    this.begun++
  }
  end(): void {
    this.inFlight--
  }
  record(
    series: SeriesId,
    latencyUs: number,
    lateUs: number,
    status: number,
    bytesIn: number,
    bytesOut: number,
    wireRequests: number,
  ): void {
    this.requests.push({
      series: this.names[series]!,
      latencyUs,
      lateUs,
      status,
      bytesIn,
      bytesOut,
      wireRequests,
      error: '',
    })
  }
  fail(
    series: SeriesId,
    latencyUs: number,
    lateUs: number,
    status: number,
    bytesIn: number,
    bytesOut: number,
    wireRequests: number,
    error: ErrorId,
  ): void {
    this.requests.push({
      series: this.names[series]!,
      latencyUs,
      lateUs,
      status,
      bytesIn,
      bytesOut,
      wireRequests,
      error: this.names[error]!,
    })
  }
  phases(_series: SeriesId, ...us: number[]): void {
    this.phasesUs.push(us)
  }
  check(id: CheckId, passed: boolean): void {
    this.checks.push([this.names[id]!, passed])
  }
  sample(error: ErrorId, text: string): void {
    this.samples.set(this.names[error]!, text)
  }
  get last(): Recorded {
    return this.requests.at(-1)!
  }
  #id(text: string): number {
    const known = this.names.indexOf(text)
    return known === -1 ? this.names.push(text) - 1 : known
  }
}

export class TestWorker {
  readonly recorder = new TestRecorder()
  readonly clock = new SystemClock()
  readonly sessions: HttpSession[] = []
  readonly events: RequestEvent[] = []
  refused = new Set<string>()
  readonly context: WorkerContext

  constructor() {
    this.context = {
      plan: undefined as never,
      workerIndex: 0,
      clock: this.clock,
      recorder: this.recorder,
      startedAtMs: 0,
      log: () => {},
      stopTest: () => {},
      refuseHost: (host) => (this.refused.has(host) ? `load to ${host} is not allowed` : undefined),
      shared: undefined,
      meetings: ALONE,
      gate: OPEN_GATE,
    }
  }

  user(overrides: Partial<ClientContext> = {}): ClientContext {
    return {
      userId: this.sessions.length + 1,
      worker: this.context,
      lateUs: 0,
      onRequest: undefined,
      mapStack: (stack) => stack,
      ...overrides,
    }
  }

  session(host: string | undefined, options: HttpOptions = {}, user = this.user()): HttpSession {
    const session = new HttpSession(host, options, user)
    this.sessions.push(session)
    return session
  }

  /** Closes all sessions; throws when a request was lost or a socket or timer is left. */
  async close(): Promise<void> {
    const networks = new Set(this.sessions.map((each) => each._shared.network))
    const pools = this.sessions.flatMap((each) => [...(each._shared.pools?.values() ?? [])])
    for (const session of this.sessions) session.close()
    for (const pool of pools) pool.close()
    const open = () => [...networks].reduce((sum, each) => sum + each.openSockets, 0)
    for (let turn = 0; turn < 200 && (open() > 0 || this.recorder.inFlight > 0); turn++) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (this.recorder.inFlight !== 0)
      throw new Error(`${this.recorder.inFlight} requests never ended`)
    if (this.recorder.requests.length !== this.recorder.begun)
      throw new Error('a request was not recorded exactly once')
    if (open() !== 0) throw new Error(`${open()} sockets were left open`)
    const { size } = (this.clock as unknown as { _wheel: { size: number } })._wheel
    if (size !== 0) throw new Error(`${size} timers were left`)
  }
}

/**
 * One worker's side of a run, over any channel:
 *
 *   connected ── prepare ──▶ preparing ── loaded ──▶ ready ── start ──▶ running ── stop, plan over ──▶ stopping ──▶ done
 *
 * Anything else in a state is ignored. From every state, a closed channel or a coordinator silent for too long leads
 * to `orphaned`: all users are killed at once, because nobody may keep attacking a target unattended. The worker
 * follows the plan on its own clock; after `start` the coordinator is needed only to hear what happened and to change
 * the share. It sends one snapshot per window; while its channel is behind it merges windows instead of queueing.
 */
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { UserFactory, WorkerContext } from '../../contracts/user.ts'
import type { Bundle, Channel, Command, Report, StopReason } from '../../contracts/wire.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { asCommand } from '../wire/messages.ts'
import { HEARTBEAT_MS } from '../wire/timing.ts'
import type { HealthSampler } from './health.ts'
import { type CreateExecutor, LoadRun } from './load-run.ts'
import { WorkerMeetings } from './meetings.ts'

/** A loaded script, as far as a worker cares. */
export interface Script {
  /** Called once, before the start; users are created only after it. */
  users(context: WorkerContext): UserFactory
  /** Hooks: before everybody's start, before users are stopped, after. Awaited; a failing one ends the run. */
  onPhase?(phase: 'start' | 'stopping' | 'stop'): void | Promise<void>
  /** All users of this worker's part of a scenario have been made. */
  onSpawned?(users: number): void
}

export interface WorkerDeps {
  readonly clock: Clock
  readonly version: string
  readonly pid: number
  readonly host: string
  /** Awaited before the script is loaded: whatever shall be over by then. */
  beforeLoad?(plan: LoadPlan, workers: number): Promise<void>
  /** Throws `OnrushError` with the problems of the script, mapped to its source. */
  loadScript(bundle: Bundle, plan: LoadPlan): Promise<Script>
  /** `load/engine`'s, or a test's. */
  readonly createExecutor: CreateExecutor
  /** Started at `prepare`, stopped at the end. */
  health(): HealthSampler
  /** Values that must never be shown, as far as the script has asked for them. Absent: there are none. */
  secrets?(): ReadonlySet<string>
  /** May load be sent to this host name? `undefined`: yes; else the sentence that says why not. */
  refuseHost(hostname: string, allowedHosts: readonly string[]): string | undefined
}

/** How serving ended: everything said, or cut because there was nobody left to say it to. */
export type ServeEnd = 'done' | 'orphaned'

/** Serves one run. Resolves when this worker has stopped its load and has nothing more to say; never rejects. */
export function serveWorker(
  channel: Channel<Command, Report>,
  deps: WorkerDeps,
): Promise<ServeEnd> {
  return new Promise((resolve) => new Serving(channel, deps, resolve))
}

type State = 'connected' | 'preparing' | 'ready' | 'running' | 'stopping' | 'done' | 'orphaned'

class Serving {
  readonly #channel: Channel<Command, Report>
  readonly #deps: WorkerDeps
  readonly #resolve: (end: ServeEnd) => void
  #state: State = 'connected'
  #run: LoadRun | undefined
  readonly #meetings: WorkerMeetings
  #heardAtMs: number
  #silenceMs = Number.POSITIVE_INFINITY
  #heartbeat: TimerHandle | undefined
  #stopTestSaid = false

  constructor(
    channel: Channel<Command, Report>,
    deps: WorkerDeps,
    resolve: (end: ServeEnd) => void,
  ) {
    this.#channel = channel
    this.#meetings = new WorkerMeetings(deps.clock, (change) => {
      if (this.#state === 'running') channel.send({ type: 'meet', ...change })
    })
    this.#deps = deps
    this.#resolve = resolve
    this.#heardAtMs = deps.clock.nowMs()
    channel.onMessage((message) => this.#receive(message))
    void channel.closed.then(() => this.#orphan())
    channel.send({ type: 'hello', version: deps.version, pid: deps.pid, host: deps.host })
    this.#beat()
  }

  #receive(message: unknown): void {
    const command = asCommand(message)
    if (command === undefined) return
    this.#heardAtMs = this.#deps.clock.nowMs()
    switch (command.type) {
      case 'ping':
        this.#channel.send({ type: 'pong', id: command.id, epochMs: this.#deps.clock.epochMs() })
        break
      case 'heartbeat':
        break
      case 'prepare':
        if (this.#state === 'connected') void this.#prepare(command)
        break
      case 'start':
        if (this.#state === 'ready') this.#start(command.atEpochMs + command.offsetMs)
        break
      case 'share':
        if (this.#state === 'running') this.#run?.changeShare(command.share, command.fromMs)
        break
      case 'steer':
        if (this.#state === 'running') this.#run?.steer(command.scenario, command.change)
        break
      case 'release':
        this.#meetings.release(command.name, command.count)
        break
      case 'stop':
        this.#stop(command.reason, command.graceMs)
        break
    }
  }

  async #prepare(command: Command & { type: 'prepare' }): Promise<void> {
    this.#state = 'preparing'
    this.#silenceMs = command.silenceMs
    try {
      await this.#deps.beforeLoad?.(command.plan, command.share.weights.length)
      const script = await this.#deps.loadScript(command.bundle, command.plan)
      // Loading blocks this thread: what came meanwhile was not heard, which is nobody's silence.
      this.#heardAtMs = this.#deps.clock.nowMs()
      if (!this.#isPreparing()) return
      this.#run = new LoadRun({
        clock: this.#deps.clock,
        plan: command.plan,
        share: command.share,
        script,
        shared: command.shared,
        sampleLog: command.sampleLog && { ...command.sampleLog, runId: command.runId },
        meetings: this.#meetings,
        health: this.#deps.health(),
        createExecutor: this.#deps.createExecutor,
        secrets: () => this.#deps.secrets?.() ?? NO_SECRETS,
        refuseHost: (host) => this.#deps.refuseHost(host, command.allowedHosts),
        backlog: () => this.#channel.backlog,
        onSnapshot: (sequence, bytes) => this.#channel.send({ type: 'snapshot', sequence, bytes }),
        log: (level, text) => this.#channel.send({ type: 'log', level, text }),
        stopTest: (why) => this.#stopTest(why),
        onPlanEnd: () => this.#stop('finished', null),
      })
      // Before `ready`, so that a slow hook holds up the barrier and not the schedule.
      await script.onPhase?.('start')
      if (!this.#isPreparing()) return
      this.#state = 'ready'
      this.#channel.send({ type: 'ready' })
    } catch (error) {
      this.#fail(error)
    }
  }

  #isPreparing(): boolean {
    return this.#state === 'preparing'
  }

  #start(atEpochMs: number): void {
    const run = this.#run
    if (run === undefined) return
    this.#state = 'running'
    const clock = this.#deps.clock
    try {
      run.start(clock.nowMs() + (atEpochMs - clock.epochMs()))
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Said again with less grace, a stop gets harder: the run passes it on to its executors. */
  #stop(reason: StopReason, graceMs: number | null): void {
    if (this.#state === 'done' || this.#state === 'orphaned') return
    const grace = reason === 'killed' ? 0 : graceMs
    if (this.#state === 'running') {
      this.#state = 'stopping'
      void this.#finish(grace)
    } else if (this.#state === 'stopping') {
      if (grace !== null) this.#run?.hurry(grace)
    } else {
      this.#run?.dispose()
      this.#end('done')
    }
  }

  async #finish(graceMs: number | null): Promise<void> {
    try {
      await this.#run?.stop(graceMs)
    } catch (error) {
      this.#report(error)
    }
    if (this.#state === 'stopping') this.#end('done')
  }

  #stopTest(why: string): void {
    if (this.#stopTestSaid) return
    this.#stopTestSaid = true
    this.#channel.send({ type: 'stop-test', why })
  }

  #fail(error: unknown): void {
    this.#report(error)
    this.#run?.dispose()
    if (this.#state !== 'orphaned') this.#end('done')
  }

  #report(error: unknown): void {
    for (const each of problemsOf(error)) this.#channel.send({ type: 'failed', problem: each })
  }

  #end(end: ServeEnd): void {
    if (this.#state === 'done' || this.#state === 'orphaned') return
    this.#state = end
    if (this.#heartbeat !== undefined) this.#deps.clock.cancel(this.#heartbeat)
    if (end === 'done') this.#channel.send({ type: 'done' })
    this.#resolve(end)
  }

  #orphan(): void {
    if (this.#state === 'done' || this.#state === 'orphaned') return
    this.#run?.dispose()
    this.#end('orphaned')
    this.#channel.close()
  }

  #beat(): void {
    const { clock } = this.#deps
    const nowMs = clock.nowMs()
    if (nowMs - this.#heardAtMs > this.#silenceMs) {
      this.#orphan()
      return
    }
    this.#channel.send({ type: 'heartbeat' })
    this.#heartbeat = clock.at(nowMs + HEARTBEAT_MS, (self: Serving) => self.#beat(), this)
  }
}

const NO_SECRETS: ReadonlySet<string> = new Set()

function problemsOf(error: unknown): OnrushError['problems'] {
  if (error instanceof OnrushError && error.problems.length > 0) return error.problems
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [problem('E_SCRIPT', 'script', text, 'it threw before the load began', 'Fix the script.')]
}

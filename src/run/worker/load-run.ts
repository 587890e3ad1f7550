/**
 * The load of one worker from `start` to the last snapshot: one executor per scenario, one recorder for all, a window
 * each second on the run clock. It ends scenarios when their time is over and says `onPlanEnd` when all of them are;
 * everything else is decided elsewhere. Windows are cut by a timer, so a late timer moves a few requests into the
 * window before; nothing is lost or counted twice.
 */
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import type { SampleLogPlace } from '../../contracts/output.ts'
import type { LoadPlan, Scenario, Share, Steer } from '../../contracts/plan.ts'
import type { Meetings, UserFactory, WorkerContext } from '../../contracts/user.ts'
import { assert } from '../../kernel/assert.ts'
import { CHANNEL_BACKLOG_MAX } from '../../kernel/limits.ts'
import type { ExecutorDeps as EngineDeps, Executor } from '../../load/engine/executor.ts'
import type { OutsideHealth, WorkerRecorder } from '../../model/metrics/recorder.ts'
import { encodeSnapshot } from '../../model/metrics/snapshot-codec.ts'
import { userIdsOf } from '../../model/plan/user-ids.ts'
import { WINDOW_MS } from '../wire/timing.ts'
import type { HealthSampler } from './health.ts'
import { LoggedRecorder } from './logged-recorder.ts'
import { PauseGate } from './pause-gate.ts'
import { recorderFor, sampleLogFor } from './recording.ts'
import type { SampleLog } from './sample-log.ts'
import type { Script } from './serve-worker.ts'

/** What an executor is given: the engine's own wants less of it than one that plays requests in a simulation. */
export interface ExecutorDeps extends EngineDeps {
  readonly recorder: WorkerRecorder
}
export type CreateExecutor = (scenario: Scenario, deps: ExecutorDeps) => Executor

export interface LoadRunOptions {
  readonly clock: Clock
  readonly plan: LoadPlan
  readonly share: Share
  readonly script: Script
  readonly shared: unknown
  /** Where every request is written, if anywhere. */
  readonly sampleLog: (SampleLogPlace & { readonly runId: string }) | undefined
  readonly meetings: Meetings
  readonly health: HealthSampler
  readonly createExecutor: CreateExecutor
  /** Values that must never be shown, as far as they were asked for. */
  secrets(): ReadonlySet<string>
  refuseHost(hostname: string): string | undefined
  /** Messages handed over and not yet taken. */
  backlog(): number
  onSnapshot(sequence: number, bytes: Uint8Array): void
  log(level: 'info' | 'warn' | 'error', text: string): void
  stopTest(why: string): void
  /** Every scenario has reached its end; `stop` is expected now. */
  onPlanEnd(): void
}

type UserIds = (index: number) => number

interface Running {
  readonly scenario: Scenario
  readonly executor: Executor
  end: TimerHandle | undefined
  over: boolean
}

export class LoadRun {
  readonly #options: LoadRunOptions
  readonly #recorder: WorkerRecorder
  readonly #log: SampleLog | undefined
  readonly #context: WorkerContext & { startedAtMs: number }
  readonly #factory: UserFactory
  readonly #gate: PauseGate
  readonly #timers = new Set<TimerHandle>()
  #running: Running[] = []
  #share: Share
  #userIds: UserIds[]
  #sequence = 0
  #window = 0
  #scenariosLeft = 0
  #disposed = false

  constructor(options: LoadRunOptions) {
    const { clock, plan, share } = options
    this.#options = options
    this.#share = share
    this.#userIds = this.#idsOf(share)
    this.#gate = new PauseGate(clock)
    this.#recorder = recorderFor(options)
    this.#log = sampleLogFor(options)
    const { exemplars } = this.#recorder
    this.#context = {
      plan,
      workerIndex: share.index,
      share,
      clock,
      recorder:
        this.#log === undefined ? this.#recorder : new LoggedRecorder(this.#recorder, this.#log),
      metrics: this.#recorder.metrics,
      ...(exemplars !== undefined && { exemplars }),
      startedAtMs: Number.NaN,
      log: options.log,
      stopTest: options.stopTest,
      refuseHost: options.refuseHost,
      shared: options.shared,
      meetings: options.meetings,
      gate: this.#gate,
    }
    this.#factory = options.script.users(this.#context)
  }

  /** Begins at `atMs` on this machine's monotonic clock, which may just have passed. */
  start(atMs: number): void {
    this.#context.startedAtMs = atMs
    this.#recorder.startAt(atMs)
    this.#scenariosLeft = this.#options.plan.scenarios.length
    for (const scenario of this.#options.plan.scenarios) this.#startScenario(scenario, atMs)
    this.#nextWindow()
  }

  changeShare(share: Share, fromMs: number): void {
    this.#share = share
    this.#userIds = this.#idsOf(share)
    for (const { executor } of this.#running) executor.changeShare(share, fromMs)
  }

  /** Of the plan's `index`-th scenario, or of all. */
  steer(index: number | null, change: Steer): void {
    const atMs = this.#context.startedAtMs + change.fromMs
    if (change.kind === 'pause') this.#at(atMs, () => this.#gate.close())
    if (change.kind === 'resume') this.#at(atMs, () => this.#gate.open())
    for (const running of index === null ? this.#running : [this.#running[index]!]) {
      running.executor.steer(change)
      this.#awaitEnd(running)
    }
  }

  /** Ends all scenarios; each gets `graceMs`, or its own when null. Resolves after the last snapshot was handed over. */
  async stop(graceMs: number | null): Promise<void> {
    this.#cancelTimers()
    // A plan that ends with a window ends before that window's own timer.
    if (this.#windowNow() > this.#window) this.#flush(this.#window++)
    this.#nextWindow()
    await this.#options.script.onPhase?.('stopping')
    await Promise.all(this.#running.map((each) => this.#stopScenario(each, graceMs)))
    await this.#options.script.onPhase?.('stop')
    if (this.#disposed) return
    this.#cancelTimers()
    this.#flush(Math.max(this.#window, this.#windowNow()))
    const advice = this.#recorder.advice()
    if (advice !== undefined) this.#options.log('warn', advice)
    await this.#log?.close()
    this.dispose()
  }

  /** A stop is under way and shall take no longer than `graceMs` from now. */
  hurry(graceMs: number): void {
    for (const { executor } of this.#running) void executor.stop(graceMs)
  }

  /** Cuts everything now; nothing is reported any more. Idempotent. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.#cancelTimers()
    for (const { executor } of this.#running) void executor.stop(0)
    void this.#log?.close()
    this.#options.health.stop()
  }

  /** One function per scenario of the plan. */
  #idsOf(share: Share): UserIds[] {
    const { plan } = this.#options
    return plan.scenarios.map((_, scenario) => userIdsOf(plan, scenario, share))
  }

  #startScenario(scenario: Scenario, startMs: number): void {
    const at = this.#options.plan.scenarios.indexOf(scenario)
    const executor = this.#options.createExecutor(scenario, {
      clock: this.#options.clock,
      recorder: this.#recorder,
      factory: { create: (className, id) => this.#factory.create(className, id, scenario) },
      share: this.#share,
      userId: (index) => this.#userIds[at]!(index),
      startedAtMs: startMs,
      log: this.#options.log,
      onSpawned: (users) => this.#options.script.onSpawned?.(users),
      onDone: () => this.#endScenario(running),
    })
    const running: Running = { scenario, executor, end: undefined, over: false }
    this.#running.push(running)
    executor.start()
    this.#awaitEnd(running)
  }

  /** As its course says now. */
  #awaitEnd(running: Running): void {
    if (running.end !== undefined) this.#cancel(running.end)
    running.end = undefined
    const { endMs } = running.executor.course
    if (endMs === null || running.over) return
    running.end = this.#at(this.#context.startedAtMs + endMs, () => this.#endScenario(running))
  }

  /** Its time is over, or its work is done before that. */
  #endScenario(running: Running): void {
    if (running.over) return
    running.over = true
    this.#scenariosLeft--
    if (this.#scenariosLeft === 0) this.#options.onPlanEnd()
    else void this.#stopScenario(running, null)
  }

  async #stopScenario(running: Running, graceMs: number | null): Promise<void> {
    await running.executor.stop(graceMs ?? running.scenario.gracefulStopMs)
  }

  #windowNow(): number {
    const elapsedMs = this.#options.clock.nowMs() - this.#context.startedAtMs
    return Math.max(0, Math.floor(elapsedMs / WINDOW_MS))
  }

  #nextWindow(): void {
    // After a pause of this process the windows that passed are not made up one by one.
    this.#window = Math.max(this.#window, this.#windowNow())
    const endMs = this.#context.startedAtMs + (this.#window + 1) * WINDOW_MS
    this.#at(endMs, () => this.#closeWindow())
  }

  #closeWindow(): void {
    if (this.#options.backlog() <= CHANNEL_BACKLOG_MAX) this.#flush(this.#window)
    this.#window++
    this.#nextWindow()
  }

  #flush(window: number): void {
    const { clock, health, onSnapshot } = this.#options
    const data = this.#recorder.flush(window, clock.nowMs(), this.#withLog(health.sample()))
    this.#log?.flush()
    assert(
      data.sequence === this.#sequence,
      'the recorder and its worker count snapshots differently',
    )
    onSnapshot(this.#sequence++, encodeSnapshot(data))
  }

  /** What a slow disk made the log leave out is said as every other bound is. */
  #withLog(health: OutsideHealth): OutsideHealth {
    const leftOut = this.#log?.takeLeftOut() ?? 0
    return leftOut === 0
      ? health
      : { ...health, limits: [...(health.limits ?? []), ['sample-log', leftOut]] }
  }

  #at(whenMs: number, run: () => void): TimerHandle {
    const handle: TimerHandle = this.#options.clock.at(
      whenMs,
      () => {
        this.#timers.delete(handle)
        if (!this.#disposed) run()
      },
      undefined,
    )
    this.#timers.add(handle)
    return handle
  }

  #cancel(timer: TimerHandle): void {
    this.#timers.delete(timer)
    this.#options.clock.cancel(timer)
  }

  #cancelTimers(): void {
    for (const timer of this.#timers) this.#options.clock.cancel(timer)
    this.#timers.clear()
  }
}

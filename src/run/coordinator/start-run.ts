/**
 * A run from its plan to its result. The coordinator decides and never makes load; workers follow the plan by themselves
 * once started, so what travels during a run is heartbeats, one snapshot per worker and window, and news.
 *
 *   state      event                           → state      does
 *   idle       startRun                        → preparing  outputs, transport, hello, five pings, prepare
 *   preparing  every worker is ready           → running    agrees on an instant, says start
 *   preparing  a worker is lost, a problem     → stopping   says stop
 *   running    plan over                       → stopping   waits: workers stop by the same plan
 *   running    stop, abort rule, stop-test,    → stopping   says stop with grace
 *              problem, nobody left
 *   running    a worker is lost                → running    share with one more lost, from an agreed instant
 *   running    a late worker is ready       → running    its part, from an agreed instant (`late-workers.ts`)
 *   stopping   stop again, harder              → stopping   says stop without grace
 *   stopping   every worker is done or lost    → done       result, outputs, resolve
 *   stopping   deadline                        → done       those who are left count as lost
 */
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { Window } from '../../contracts/window.ts'
import type { Report, StopReason } from '../../contracts/wire.ts'
import { EXIT } from '../../kernel/errors.ts'
import { WINDOWS_MAX } from '../../kernel/limits.ts'
import { decodeSnapshot } from '../../model/metrics/snapshot-codec.ts'
import { withoutValues } from '../../model/plan/scenario-settings.ts'
import { versionSkew } from '../wire/messages.ts'
import {
  COORDINATOR_SILENT_MS,
  FAREWELL_MS,
  HEARTBEAT_MS,
  PREPARE_MS_MAX,
  START_LEAD_MS,
  TAKEOVER_LEAD_MS,
  WINDOW_MS,
} from '../wire/timing.ts'
import { Aggregator } from './aggregator.ts'
import { Judge } from './judge.ts'
import { LateWorkers } from './late-workers.ts'
import { Meetings } from './meetings.ts'
import { OutputSet } from './output-set.ts'
import { judgedFromMs, usersPlanned } from './plan-end.ts'
import type { RemoteWorker } from './remote-worker.ts'
import { RunFindings } from './run-findings.ts'
import type { RunHandle, RunOptions, RunState } from './run-handle.ts'
import { RunLog } from './run-log.ts'
import { buildResult, type ResultInput } from './run-result.ts'
import { RunSteering } from './steering.ts'
import { unknownArrivals } from './unknown-arrivals.ts'
import { Warmup } from './warmup.ts'
import { Watch } from './watch.ts'
import { WorkerNews } from './worker-news.ts'
import { WorkerSet } from './worker-set.ts'

export function startRun(options: RunOptions): RunHandle {
  return new Run(options)
}

/** What only the one who asks for a result knows. */
type Known = Pick<ResultInput, 'durationMs' | 'isFinal' | 'git' | 'thresholds' | 'warmup'>

class Run implements RunHandle {
  readonly finished: Promise<RunResult>
  readonly steering: RunSteering
  readonly #options: RunOptions
  readonly #clock: Clock
  readonly #workers: WorkerSet
  readonly #late: LateWorkers
  readonly #aggregator: Aggregator
  readonly #judge: Judge
  readonly #warmup: Warmup
  readonly #meetings: Meetings
  readonly #watch: Watch
  readonly #findings: RunFindings
  readonly #outputs: OutputSet
  readonly #log = new RunLog(
    () => this.nowMs(),
    (event) => this.#outputs.event(event),
  )
  readonly #news: WorkerNews
  readonly #problems: Problem[] = []
  readonly #takeoversMs = new Map<number, number>()
  readonly #resolve: (result: RunResult | PromiseLike<RunResult>) => void
  #state: RunState = 'idle'
  #breakdown: string | undefined
  #signalExitCode: number | undefined
  #startMs = Number.NaN
  #startEpochMs = Number.NaN
  /** The last change of shares, run clock. */
  #sharedMs = 0
  #stoppedAtMs = Number.NaN
  #beatDueMs = 0
  #beat: TimerHandle | undefined
  #deadline: TimerHandle | undefined
  #planEnd: TimerHandle | undefined
  #damaged = 0
  users = 0

  constructor(options: RunOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#meetings = new Meetings((worker, name, count) =>
      this.#workers.live
        .find((each) => each.index === worker)
        ?.send({ type: 'release', name, count }),
    )
    const { plan } = options
    const fromMs = judgedFromMs(plan)
    this.steering = new RunSteering({
      plan,
      nowMs: () => this.nowMs(),
      isRunning: () => this.#state === 'running',
      send: (command) => {
        this.#late.remember(command)
        this.#workers.broadcast(command)
      },
      say: ({ kind, text, by }) => this.#log.say(kind, 'info', text, by),
      onChanged: () => this.#awaitPlanEnd(),
    })
    this.#warmup = new Warmup(plan)
    this.#judge = new Judge(plan.thresholds, fromMs, plan.warmupAuto)
    this.#watch = new Watch({
      clock: this.#clock,
      open: options.openMonitors ?? (async () => []),
      say: (text) => this.#log.say('log', 'warn', text),
      onLimit: (name, count) => this.#log.limit(name, count),
    })
    this.#findings = new RunFindings(options.loadInsights, (text) =>
      this.#log.say('log', 'error', text),
    )
    this.#aggregator = new Aggregator(
      (window) => this.#onWindow(window),
      (data) => this.#judge.add(data),
      fromMs,
      (window) => this.#watch.take(window),
    )
    this.#outputs = new OutputSet(options.outputs, options.clock, (text) =>
      this.#log.say('log', 'error', text),
    )
    this.#workers = new WorkerSet(options.workers, options.clock, {
      onMeasured: (worker) => this.#prepare(worker),
      onReport: (worker, report) => this.#receive(worker, report),
      onLost: (worker, why, hadPart) => this.#onLost(worker, why, hadPart),
    })
    this.#late = new LateWorkers({
      workers: this.#workers,
      nowMs: () => this.nowMs(),
      startEpochMs: () => this.#startEpochMs,
      isRunning: () => this.#state === 'running',
      endMs: () => this.steering.endMs,
      tellShares: (leadMs) => this.#tellShares(leadMs),
      say: ({ kind, level, text }) => this.#log.say(kind, level, text),
    })
    this.#news = new WorkerNews({
      transport: options.transport,
      workers: this.#workers,
      late: this.#late,
      aggregator: this.#aggregator,
      log: this.#log,
      nowMs: () => this.nowMs(),
    })
    let resolve: (result: RunResult | PromiseLike<RunResult>) => void = () => {}
    this.finished = new Promise((resolveFinished) => {
      resolve = resolveFinished
    })
    this.#resolve = resolve
    void this.#open()
  }

  get state(): RunState {
    return this.#state
  }

  stop(reason: StopReason, signalExitCode: number = EXIT.interrupted): void {
    if (this.#state === 'done') return
    if (reason === 'signal' || reason === 'killed') this.#signalExitCode ??= signalExitCode
    if (reason === 'signal' && this.#state !== 'stopping') {
      const graceSec =
        Math.max(...this.#options.plan.scenarios.map((each) => each.gracefulStopMs)) / 1_000
      const text = `Stopped by a signal: tasks have ${graceSec} s to finish. Ctrl-C again ends them at once.`
      this.#log.say('stopping', 'info', text)
    }
    this.#stop(reason, reason === 'killed' ? 0 : null)
  }

  nowMs(): number {
    return this.#clock.nowMs() - this.#startMs
  }

  async #open(): Promise<void> {
    const options = this.#options
    this.#state = 'preparing'
    this.#setDeadline(PREPARE_MS_MAX, () => this.#breakDown('the workers were not ready in time'))
    this.#nextBeat()
    await this.#outputs.start({
      id: options.runId,
      plan: withoutValues(options.plan),
      startedAtEpochMs: this.#clock.epochMs(),
      workers: options.workers,
      script: options.facts.script,
    })
    // A stop may have come while the outputs started.
    if (this.state !== 'preparing') return
    try {
      await options.transport.start(options.workers, (channel, index, facts) =>
        this.#workers.add(channel, index, facts),
      )
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#breakDown(`the workers could not be started: ${why}`)
    }
  }

  #receive(worker: RemoteWorker, report: Report): void {
    switch (report.type) {
      case 'hello': {
        const skew = versionSkew(this.#options.facts.version, report.version)
        worker.host = report.host
        if (skew === undefined) worker.measureOffset()
        else this.#breakDown(skew)
        break
      }
      case 'ready':
        if (worker.state !== 'preparing') break
        if (this.#workers.late.includes(worker)) {
          this.#late.ready(worker)
          break
        }
        worker.state = 'ready'
        if (this.#state === 'preparing' && this.#workers.everyLive('ready')) this.#begin()
        break
      case 'snapshot':
        this.#onSnapshot(report.bytes)
        break
      case 'log':
        this.#log.say('log', report.level, report.text)
        break
      case 'meet':
        if (!worker.live) break
        this.#meetings.change(worker.index, report.name, report.size, report.change)
        if (this.#meetings.refused > 0) this.#log.limit('rendezvous', this.#meetings.refused)
        break
      case 'stop-test':
        this.#log.say('stopping', 'info', `The script ends the test: ${report.why}`)
        this.#stop('script', null)
        break
      case 'failed':
        if (this.#workers.late.includes(worker)) this.#late.failed(worker, report.problem)
        else this.fail(report.problem)
        break
      case 'done':
        if (worker.live) worker.state = 'done'
        this.#finishWhenAllDone()
        break
      case 'heartbeat':
      case 'pong':
        break
    }
  }

  #prepare(worker: RemoteWorker): void {
    if (this.#state !== 'preparing' && this.#state !== 'running') return
    worker.state = 'preparing'
    const { sampleLog } = this.#options.outputs.find((each) => each.sampleLog) ?? {}
    worker.send({
      type: 'prepare',
      runId: this.#options.runId,
      plan: this.#options.plan,
      share: this.#workers.shareOf(worker.index),
      bundle: this.#options.bundle,
      allowedHosts: this.#options.allowedHosts,
      shared: this.#options.shared,
      ...(sampleLog !== undefined && { sampleLog }),
      silenceMs: COORDINATOR_SILENT_MS,
    })
  }

  #begin(): void {
    this.#state = 'running'
    this.#clearDeadline()
    const { first } = this.#workers
    const slowestMs = Math.max(...first.map((worker) => worker.roundTripMs))
    const { startLeadMs = START_LEAD_MS } = this.#options.transport
    const leadMs = Math.max(startLeadMs, 4 * slowestMs)
    this.#startEpochMs = this.#clock.epochMs() + leadMs
    this.#startMs = this.#clock.nowMs() + leadMs
    for (const worker of first) {
      worker.state = 'running'
      worker.heardAtMs = this.#clock.nowMs()
      worker.send({
        type: 'start',
        atEpochMs: this.#startEpochMs,
        offsetMs: worker.offsetMs,
      })
    }
    this.#awaitPlanEnd()
    this.#watch.begin(this.#startMs)
    this.#late.begin()
  }

  #awaitPlanEnd(): void {
    if (this.#planEnd !== undefined) this.#clock.cancel(this.#planEnd)
    this.#planEnd = undefined
    const { endMs } = this.steering
    if (endMs === null) return
    this.#planEnd = this.#clock.at(this.#startMs + endMs, () => this.#onPlanEnd(), undefined)
  }

  #onPlanEnd(): void {
    if (this.#state !== 'running') return
    this.#state = 'stopping'
    this.#stoppedAtMs = this.nowMs()
    this.#late.dismiss()
    this.#waitForFarewell(null)
  }

  #onSnapshot(bytes: Uint8Array): void {
    let data: ReturnType<typeof decodeSnapshot>
    try {
      data = decodeSnapshot(bytes)
    } catch (error) {
      this.#damaged++
      const why = error instanceof Error ? error.message : String(error)
      if (this.#damaged === 1)
        this.#log.say('limit', 'error', `A snapshot could not be read: ${why}`)
      return
    }
    this.#aggregator.accept(data, this.#workers.loadedIndices, this.nowMs())
    for (const [name, count] of data.health.limits) this.#log.limit(name, count)
    const { leftOut } = this.#aggregator.exemplars
    if (leftOut > 0) this.#log.limit('samples-of-the-run', leftOut)
  }

  #onWindow(window: Window): void {
    this.users = window.users.active
    this.#news.window(window)
    this.#warmup.add(window)
    this.#findings.add(window)
    const isRunning = this.#state === 'running'
    // What happens while users wind down is no load to be judged second by second.
    const isFullLoad = isRunning || window.startMs + WINDOW_MS <= this.#stoppedAtMs
    const isPaused = this.steering.pausedMs(window.startMs, window.startMs + WINDOW_MS) > 0
    if (isPaused) this.#judge.pass(window.window)
    if (isFullLoad && !isPaused && window.monitors !== undefined) {
      this.#judge.addMonitors(window.window, window.monitors)
    }
    const abort = isFullLoad && !isPaused ? this.#judge.onWindow(window.window) : undefined
    this.#outputs.window(window, this.#judge.standing)
    if (window.window >= WINDOWS_MAX) this.#log.limit('windows', window.window + 1)
    if (!isRunning) return
    const totals = this.#aggregator.totals
    if (abort !== undefined) {
      this.#log.say('stopping', 'warn', `The threshold "${abort.rule}" failed and ends the run.`)
      this.#stop('threshold', null)
      return
    }
    const { started, stopped } = totals.users
    const planned = this.steering.steered ? null : usersPlanned(this.#options.plan)
    if (planned !== null && window.complete && started >= planned && stopped >= started) {
      this.#log.say('stopping', 'warn', 'All users have ended by themselves; so does the run.')
      this.#stop('finished', null)
    }
  }

  fail(problem: Problem): void {
    this.#problems.push(problem)
    if (this.#problems.length === 1)
      this.#log.say('stopping', 'error', `${problem.what} (${problem.path})`)
    this.#stop('script', null)
  }

  #onLost(worker: RemoteWorker, why: string, hadPart: boolean): void {
    const name = `Worker ${worker.index}`
    if (!hadPart) {
      this.#log.say('log', 'info', `${name} came late and left again (${why}).`)
      this.#finishWhenAllDone()
      return
    }
    this.#meetings.lose(worker.index)
    if (this.#state === 'preparing') {
      this.#breakDown(`worker ${worker.index} could not be started: it ${why}`)
      return
    }
    const atMs = Math.max(0, this.nowMs())
    const isRunning = this.#state === 'running'
    const fromMs = isRunning
      ? this.#tellShares(TAKEOVER_LEAD_MS)
      : Math.min(atMs, this.#stoppedAtMs)
    this.#takeoversMs.set(worker.index, fromMs)
    const survivors = this.#workers.loaded
    if (isRunning && survivors.length > 0) {
      const others = survivors.map((each) => each.index).join(', ')
      const text = `${name} is lost (${why}). Its part of the load goes to ${survivors.length === 1 ? 'worker' : 'workers'} ${others} from ${(fromMs / 1_000).toFixed(1)} s on.`
      this.#log.say('worker-lost', 'error', text)
      return
    }
    this.#log.say('worker-lost', 'error', `${name} is lost (${why}).`)
    if (isRunning) this.#breakDown('every worker was lost')
    else this.#finishWhenAllDone()
  }

  /** All shares as they are now; from when on. In the order they were told, or an older one would come into force last. */
  #tellShares(leadMs: number): number {
    const fromMs = Math.max(Math.max(0, this.nowMs()) + leadMs, this.#sharedMs + 1)
    this.#sharedMs = fromMs
    for (const each of this.#workers.loaded) {
      each.send({ type: 'share', share: this.#workers.shareOf(each.index), fromMs })
    }
    return fromMs
  }

  /** The run cannot go on, and it is nobody's verdict on the target. */
  #breakDown(why: string): void {
    this.#breakdown ??= why
    this.#log.say('stopping', 'error', why)
    this.#stop('error', 0)
  }

  #stop(reason: StopReason, graceMs: number | null): void {
    const again = this.#state === 'stopping'
    if (this.#state === 'done' || (again && graceMs === null)) return
    this.#state = 'stopping'
    if (!again) this.#stoppedAtMs = Number.isNaN(this.#startMs) ? 0 : Math.max(0, this.nowMs())
    this.#workers.broadcast({ type: 'stop', reason, graceMs })
    this.#late.dismiss()
    this.#waitForFarewell(graceMs)
    this.#finishWhenAllDone()
  }

  #waitForFarewell(graceMs: number | null): void {
    const graces = this.#options.plan.scenarios.map((scenario) => scenario.gracefulStopMs)
    const waitMs = (graceMs ?? Math.max(0, ...graces)) + FAREWELL_MS
    this.#setDeadline(waitMs, () => {
      for (const worker of this.#workers.live) {
        this.#workers.lose(worker, `did not stop within ${waitMs / 1_000} s`)
      }
      this.#finishWhenAllDone()
    })
  }

  #finishWhenAllDone(): void {
    if (this.#state === 'running' && this.#workers.live.length === 0) {
      this.#state = 'stopping'
      this.#stoppedAtMs = this.nowMs()
    }
    if (this.#state !== 'stopping' || this.#workers.live.length > 0) return
    this.#state = 'done'
    this.#resolve(this.#finish())
  }

  async #finish(): Promise<RunResult> {
    const durationMs = Number.isNaN(this.#startMs) ? 0 : Math.max(0, this.nowMs())
    this.#clearDeadline()
    for (const timer of [this.#beat, this.#planEnd]) {
      if (timer !== undefined) this.#clock.cancel(timer)
    }
    await this.#options.transport.close()
    this.#aggregator.closeAll()
    this.#watch.close()
    const { lost } = this.#aggregator
    if (lost > 0)
      this.#log.say('limit', 'error', `${lost} snapshots never arrived: totals are too low.`)
    const warmup = this.#warmup.result(this.#stoppedAtMs, this.steering.steered)
    if (warmup?.kind === 'auto' && warmup.endMs > 0) {
      this.#judge.leaveOut(warmup.endMs)
      this.#aggregator.leaveOut(warmup.endMs)
    }
    const thresholds = this.#judge.results(durationMs)
    const git = await this.#options.facts.git
    const plain = this.#result({ durationMs, isFinal: true, git, thresholds, warmup })
    const knee = (await this.#options.findKnee?.(plain.windows)) ?? null
    const counted = knee === null ? plain : { ...plain, knee }
    const result = await this.#findings.atEnd(counted, this.#aggregator.totals.series)
    await this.#outputs.stop(result)
    return result
  }

  peek(): RunResult {
    const durationMs = Math.max(0, this.nowMs() || 0)
    const thresholds = this.#judge.standing
    const counted = this.#result({
      ...{ durationMs, isFinal: false, git: null, thresholds, warmup: undefined },
    })
    return this.#findings.soFar(counted, () => this.#aggregator.totals.series)
  }

  #result(known: Known): ReturnType<typeof buildResult> {
    const { plan, runId, facts, strictGenerator, judgeGenerator } = this.#options
    const { weights } = this.#workers
    const losses = this.#workers.lost.map((worker) => ({
      worker,
      takenOverMs: Math.min(this.#takeoversMs.get(worker) ?? 0, this.#stoppedAtMs),
      reportedDue: this.#aggregator.dueOf(worker),
    }))
    const joins = this.#workers.joined.map((join) => ({
      join,
      fromMs: Math.min(this.#late.joinedMs.get(join.worker) ?? 0, this.#stoppedAtMs),
    }))
    return buildResult({
      ...known,
      runId,
      plan,
      facts,
      aggregator: this.#aggregator,
      monitors: this.#watch.results(),
      workers: this.#workers.partners.map((index) => ({
        index,
        lost: this.#workers.lost.includes(index),
      })),
      whereabouts: this.#workers.whereabouts,
      arrivalsUnknown: unknownArrivals(this.steering.courses, weights, losses, joins),
      events: this.#log.events,
      steering: this.steering,
      problems: this.#problems,
      breakdown: this.#breakdown,
      signalExitCode: this.#signalExitCode,
      strictGenerator,
      judgeGenerator,
    })
  }

  #nextBeat(): void {
    this.#beatDueMs = this.#clock.nowMs() + HEARTBEAT_MS
    this.#beat = this.#clock.at(this.#beatDueMs, (self: Run) => self.#onBeat(), this)
  }

  #onBeat(): void {
    if (this.#state === 'done') return
    this.#workers.broadcast({ type: 'heartbeat' })
    if (!Number.isNaN(this.#startMs)) {
      // What came while this process itself was held up lies unread: that time is nobody's silence.
      const heldUpMs = this.#clock.nowMs() - this.#beatDueMs
      if (heldUpMs > HEARTBEAT_MS / 2) this.#workers.forgive(heldUpMs)
      this.#news.beat()
      this.#workers.loseSilent()
      this.#news.sayUnreported()
      this.#aggregator.closeDue(this.#workers.loadedIndices, this.nowMs())
    }
    // Losing the last worker may have ended the run.
    if (this.state !== 'done') this.#nextBeat()
  }

  #setDeadline(afterMs: number, run: () => void): void {
    this.#clearDeadline()
    this.#deadline = this.#clock.at(this.#clock.nowMs() + afterMs, run, undefined)
  }

  #clearDeadline(): void {
    if (this.#deadline !== undefined) this.#clock.cancel(this.#deadline)
    this.#deadline = undefined
  }
}

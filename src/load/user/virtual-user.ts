// HOT: per task without a wait: no allocation of ours, one compare for the turn, one binary search.
/**
 * Drives one instance of a script's user class, and is the core that the instance and its clients talk to.
 *
 *   NEW → STARTING (constructor, onStart) → READY ⇄ WORKING (tasks and waits) → ENDING (onStop chain) → ENDED
 *
 * Task sets are a chain of instances, innermost first, not a recursion: one flat loop runs one task at a time, so the
 * closed model (`run`) and the open one (`iterate`) are the same code. In the open model a user stays inside a
 * set from one arrival to the next. Invariant: while WORKING or STARTING only that loop ends the user; `stop` from
 * outside just asks. A killed user's `sleep` and further tasks end with `StopUser`; if its task never returns, its
 * `stop()` never resolves and the engine gives it up by name.
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { Scenario } from '../../contracts/plan.ts'
import type {
  GateGuest,
  IterationQuota,
  RequestEvent,
  VirtualUser,
  WorkerContext,
} from '../../contracts/user.ts'
import { Prng } from '../../kernel/prng.ts'
import { construct } from './construct.ts'
import type { Environment, UserClient, UserCore } from './core.ts'
import { IterationLimit } from './iteration-limit.ts'
import type { Metrics } from './metrics.ts'
import { Pauses } from './pauses.ts'
import type { UserRuntime } from './runtime.ts'
import { type InterruptTaskSet, type RescheduleTask, StopUser, signalOf } from './signals.ts'
import type { SetOwner, TaskSet } from './task-set.ts'
import type { Task, TaskItem, TaskTable } from './task-table.ts'
import { type RequestWatch, RequestWatches } from './transaction.ts'
import type { User, UserClass } from './user.ts'

const NEW = 0
const STARTING = 1
const READY = 2
const WORKING = 3
const ENDING = 4
const ENDED = 5

/** What follows a task: its wait, the next task at once, or the end of the user. */
type Outcome = typeof WAIT | typeof AGAIN | typeof STOP
const WAIT = 0
const AGAIN = 1
const STOP = 2

/** Waited after a `waitTime` that threw or made no sense, so that it cannot become a busy loop. */
const WAIT_AFTER_BAD_WAIT_MS = 1000
/** Fields that mean something only on the class. */
const STATIC_FIELDS = ['weight', 'fixedCount', 'abstract', 'tasks'] as const
const NO_ENV: Readonly<Record<string, string>> = Object.freeze({})

export class ScriptedUser implements VirtualUser, UserCore, GateGuest {
  readonly id: number
  readonly className: string
  lateUs: number
  /** The constructor or `onStart` threw. */
  failed: boolean
  /** Its task was cut and never ended. */
  abandoned: boolean
  _position: number
  _queue: TaskItem[] | undefined
  readonly _runtime: UserRuntime
  readonly _class: UserClass
  readonly _scenario: Scenario | undefined
  readonly _limit: IterationLimit | undefined
  _phase: number
  _stopping: boolean
  _killed: boolean
  _turn: number
  _user: User | undefined
  _set: TaskSet | undefined
  _table: TaskTable | undefined
  _task: Task | undefined
  _timer: TimerHandle
  _waiting: boolean
  _onEnd: ((user: VirtualUser) => void) | undefined
  _quota: IterationQuota | undefined
  _pauses: Pauses | undefined
  _clients: UserClient[] | undefined
  /** Only while a transaction wants to know of requests. */
  _watches: RequestWatches | undefined
  _random: Prng | undefined
  _choices: Prng | undefined
  _ended: Promise<void> | undefined
  _resolveEnded: (() => void) | undefined

  constructor(
    runtime: UserRuntime,
    userClass: UserClass,
    className: string,
    id: number,
    scenario?: Scenario,
  ) {
    this.id = id
    this.className = className
    this.lateUs = 0
    this.failed = false
    this.abandoned = false
    this._position = -1
    this._queue = undefined
    this._runtime = runtime
    this._class = userClass
    this._scenario = scenario
    const limitMs = scenario?.iterationTimeoutMs
    this._limit = limitMs === undefined ? undefined : new IterationLimit(this, limitMs)
    this._phase = NEW
    this._stopping = false
    this._killed = false
    this._turn = -1
    this._user = undefined
    this._set = undefined
    this._table = undefined
    this._task = undefined
    this._timer = 0
    this._waiting = false
    this._onEnd = undefined
    this._quota = undefined
    this._pauses = undefined
    this._clients = undefined
    this._watches = undefined
    this._random = undefined
    this._choices = undefined
    this._ended = undefined
    this._resolveEnded = undefined
  }

  // What the engine calls.

  async start(): Promise<boolean> {
    if (this._phase !== NEW || this._stopping) return false
    this._phase = STARTING
    try {
      this._construct()
    } catch (thrown) {
      this._failedToStart(this._user === undefined ? 'constructor' : 'tasks', thrown)
      // Nothing was set up by the script, so there is nothing for its onStop to undo.
      this._user = undefined
      await this._finish()
      return false
    }
    try {
      const started = this._user!.onStart()
      if (started !== undefined) await started
    } catch (thrown) {
      this._failedToStart('onStart', thrown)
      this._stopping = true
    }
    if (this._stopping) {
      await this._finish()
      return false
    }
    this._phase = READY
    return true
  }

  run(onEnd: (user: VirtualUser) => void, quota?: IterationQuota): void {
    if (this._phase !== READY) {
      void this.stop().then(() => onEnd(this))
      return
    }
    this._onEnd = onEnd
    this._quota = quota
    this._phase = WORKING
    void this._drive(false)
  }

  async iterate(lateUs: number): Promise<boolean> {
    if (this._phase !== READY) return false
    this.lateUs = lateUs
    this._phase = WORKING
    return this._drive(true)
  }

  stop(): Promise<void> {
    this._stopping = true
    if (this._phase === ENDED) return this._ended ?? Promise.resolve()
    this._ended ??= new Promise((resolve) => {
      this._resolveEnded = resolve
    })
    if (this._phase === NEW || this._phase === READY) void this._finish()
    else this._wakeUp()
    return this._ended
  }

  kill(): void {
    if (this._killed || this._phase === ENDED) return
    this._killed = true
    this._stopping = true
    this._closeClients()
    this._wakeUp()
    this._pauses?.cutAll(new StopUser('the user was killed'))
  }

  abandon(): void {
    this._runtime.abandoned(this.task ?? this.className)
    this.abandoned = true
    this.failed = true
    this.kill()
  }

  /** Name of the task it is in; undefined between tasks. */
  get task(): string | undefined {
    if (this._phase === STARTING) return `${this.className}.onStart`
    if (this._phase === ENDING) return `${this.className}.onStop`
    return this._task === undefined ? undefined : this._where(this._task.name)
  }

  // What the instance and its clients call.

  get userId(): number {
    return this.id
  }
  get worker(): WorkerContext {
    return this._runtime.worker
  }
  get environment(): Environment {
    return this._runtime.environment
  }
  get env(): Readonly<Record<string, string>> {
    return this._scenario?.env ?? NO_ENV
  }
  get metrics(): Metrics {
    return this._runtime.metrics
  }
  get onRequest(): ((event: RequestEvent) => void) | undefined {
    if (this._watches !== undefined) return this._watches.onRequest
    return this._runtime.events.request.size === 0 ? undefined : this._runtime.onRequest
  }
  mapStack(stack: string): string {
    return this._runtime.mapStack(stack)
  }
  get random(): Prng {
    this._random ??= Prng.of(this.worker.plan.seed, 2 * this.id + 1)
    return this._random
  }
  decide(): number {
    this._choices ??= Prng.of(this.worker.plan.seed, 2 * this.id)
    return this._choices.next()
  }
  sleep(ms: number): Promise<void> {
    const refusal = this._refusal()
    this._pauses ??= new Pauses(this.worker)
    return refusal === undefined ? this._pauses.sleep(ms) : this._pauses.refuse(refusal)
  }
  meet(name: string, size: number, ms: number): Promise<boolean> {
    const refusal =
      this._refusal() ?? (this._stopping ? new StopUser('the user is to end') : undefined)
    this._pauses ??= new Pauses(this.worker)
    return refusal === undefined ? this._pauses.meet(name, size, ms) : this._pauses.refuse(refusal)
  }
  /** Why its task may wait for nothing any more. */
  _refusal(): Error | undefined {
    return this._killed ? new StopUser('the user was killed') : this.cut
  }
  get cut(): Error | undefined {
    return this._limit?.cut
  }
  get killed(): boolean {
    return this._killed
  }
  get stopping(): boolean {
    return this._stopping
  }
  watchRequests(watch: RequestWatch): void {
    this._watches ??= new RequestWatches(this._runtime.onRequest)
    this._watches.add(watch)
  }
  unwatchRequests(watch: RequestWatch): void {
    if (this._watches?.remove(watch) === false) this._watches = undefined
  }
  requestStop(): void {
    this._stopping = true
    this._wakeUp()
    if (this._phase === READY) void this._finish()
  }
  addClient(client: UserClient): void {
    this._clients ??= []
    this._clients.push(client)
    if (this._killed) client.close()
    else if (this.cut !== undefined) client.cut?.(this.cut)
  }

  // The life of the user.

  _construct(): void {
    const user = construct(this._class, this as UserCore) as User
    this._user = user
    if (!this._runtime.inspected.has(this._class)) {
      for (const field of STATIC_FIELDS) {
        if (Object.hasOwn(user, field)) {
          throw new TypeError(
            `${this.className} sets \`${field}\` on each user, where nobody reads it; write \`static ${field} = …\``,
          )
        }
      }
      this._runtime.inspected.add(this._class)
    }
    const { plan } = this.worker
    if (plan.host !== null && (plan.hostOverrides || user.host === undefined)) user.host = plan.host
    this._table = this._runtime.book.of(this._class)
  }

  /**
   * Runs tasks until the user ends or has to wait, or one task of an arrival. Resolves whether the user can go on. A wait
   * ends this call, and the timer makes the next one: a suspended function would cost every waiting user its memory.
   */
  async _drive(once: boolean): Promise<boolean> {
    const { turns } = this._runtime
    const user = this._user!
    const quota = this._quota
    const limit = this._limit
    const { gate } = this.worker
    let outcome: Outcome = WAIT
    while (!this._stopping) {
      if (gate.closed && outcome === WAIT && !once) {
        this._waiting = true
        gate.wait(this)
        return true
      }
      if (quota !== undefined && outcome === WAIT && !quota.begin()) {
        this._stopping = true
        break
      }
      if (limit !== undefined && outcome === WAIT) limit.begin()
      outcome = WAIT
      try {
        const set = this._set
        const task = set === undefined ? this._table!.next(this, this) : set._table.next(set, this)
        this._task = task
        if (task.run === undefined) {
          const entering = this._enter(task)
          outcome = await (limit === undefined ? entering : limit.watch(entering))
        } else {
          const level = set ?? user
          const returned = task.run.call(level, level)
          if (returned !== undefined) {
            await (limit === undefined ? returned : limit.watch(returned))
          }
        }
      } catch (thrown) {
        const settling = this._settle(thrown)
        outcome = await (limit === undefined ? settling : limit.watchOr(settling, STOP))
      }
      // What was cut is over: what it wanted to do at once is another iteration.
      if (limit !== undefined && (outcome !== AGAIN || limit.over)) {
        if ((await limit.end()) && outcome === AGAIN) outcome = WAIT
      }
      this._task = undefined
      if (outcome === STOP) this._stopping = true
      else if (outcome === WAIT && once) break
      if (quota !== undefined && (outcome !== AGAIN || this._stopping) && !quota.end()) {
        this._stopping = true
      }
      if (this._stopping) break
      const wait = outcome === WAIT ? this._waitMs() : 0
      const waitMs = typeof wait === 'number' ? wait : await wait
      if (this._stopping) break
      if (waitMs > 0) {
        this._pause(waitMs)
        return true
      } else {
        // Same turn as after the task before: this user keeps the loop to itself.
        if (turns.current === this._turn) await turns.pass()
        this._turn = turns.mark()
      }
    }
    this.lateUs = 0
    if (this._stopping) {
      if (limit !== undefined) await limit.end()
      await this._finish()
      this._onEnd?.(this)
      return false
    }
    this._phase = READY
    return true
  }

  /** Goes into a task set; its first task follows at once. */
  async _enter(task: Task): Promise<Outcome> {
    const outer = this._set
    const table = this._runtime.book.of(task.set!, task.tags)
    for (const each of table.warnings) this._runtime.warnOnce(each)
    const owner: SetOwner = { core: this, user: this._user!, parent: outer, table }
    const set = construct(task.set!, owner) as TaskSet
    this._set = set
    try {
      await set.onStart()
    } catch (thrown) {
      // Not entered, so it is not left either: no onStop.
      this._set = outer
      if (signalOf(thrown) === 'interrupt' && (thrown as InterruptTaskSet).set === set) {
        return (thrown as InterruptTaskSet).immediately ? AGAIN : WAIT
      }
      throw thrown
    }
    return AGAIN
  }

  /** What a task that threw means for its user. */
  async _settle(thrown: unknown): Promise<Outcome> {
    switch (signalOf(thrown)) {
      case 'stop-user':
        return STOP
      case 'stop-test':
        this.worker.stopTest((thrown as Error).message)
        return STOP
      case 'reschedule':
        return (thrown as RescheduleTask).immediately ? AGAIN : WAIT
      case 'interrupt':
        return await this._leaveUpTo(thrown as InterruptTaskSet)
      case undefined:
        // What a killed task throws is our doing; and one that was cut is counted already.
        if (this._killed) return STOP
        if (this._limit?.over === true) return WAIT
        this._report(this._task?.name ?? 'task', thrown)
        return WAIT
    }
  }

  /** Leaves the interrupted set and those inside it, innermost first. On the user itself it just ends the task. */
  async _leaveUpTo(signal: InterruptTaskSet): Promise<Outcome> {
    let found = false
    for (let set = this._set; set !== undefined; set = set._outer) found ||= set === signal.set
    const last = found ? signal.set : this._set
    while (this._set !== undefined) {
      const left = this._set
      await this._leave()
      if (left === last) break
    }
    return signal.immediately ? AGAIN : WAIT
  }

  async _leave(): Promise<void> {
    const set = this._set!
    try {
      await set.onStop()
    } catch (thrown) {
      if (signalOf(thrown) === undefined) this._report('onStop', thrown)
      else if (signalOf(thrown) === 'stop-test') this.worker.stopTest((thrown as Error).message)
    }
    this._set = set._outer
  }

  /** The onStop chain, inner to outer, then the clients. */
  async _finish(): Promise<void> {
    if (this._phase >= ENDING) return
    this._phase = ENDING
    this._task = undefined
    // Beside a task that still runs nothing of its user is called any more.
    if (!this.abandoned) await this._sayGoodbye()
    this._closeClients()
    this._phase = ENDED
    this._user = undefined
    this._resolveEnded?.()
  }

  async _sayGoodbye(): Promise<void> {
    while (this._set !== undefined) await this._leave()
    try {
      await this._user?.onStop()
    } catch (thrown) {
      if (signalOf(thrown) === undefined && !this._killed) this._report('onStop', thrown)
      else if (signalOf(thrown) === 'stop-test') this.worker.stopTest((thrown as Error).message)
    }
  }

  _failedToStart(where: string, thrown: unknown): void {
    const signal = signalOf(thrown)
    if (signal === 'stop-test') this.worker.stopTest((thrown as Error).message)
    if (signal !== undefined || this._killed) return
    this.failed = true
    this._report(where, thrown)
  }

  // Small parts.

  /** ms of the wait that follows, by the innermost set. */
  _waitMs(): number | Promise<number> {
    const level = this._set ?? this._user!
    try {
      const waitSec = level.waitTime(level)
      if (typeof waitSec !== 'number') return waitSec.then(checkedMs).catch((e) => this._badWait(e))
      return checkedMs(waitSec)
    } catch (thrown) {
      return this._badWait(thrown)
    }
  }

  _badWait(thrown: unknown): number {
    const signal = signalOf(thrown)
    if (signal === 'stop-test') this.worker.stopTest((thrown as Error).message)
    if (signal === 'stop-user' || signal === 'stop-test') this._stopping = true
    if (signal === undefined) this._report('waitTime', thrown)
    return WAIT_AFTER_BAD_WAIT_MS
  }

  _pause(ms: number): void {
    this._waiting = true
    const { clock } = this.worker
    this._timer = clock.at(clock.nowMs() + ms, goOn, this)
  }

  _wakeUp(): void {
    this._pauses?.leaveMeetings()
    if (!this._waiting) return
    this.worker.clock.cancel(this._timer)
    this.worker.gate.leave(this)
    goOn(this)
  }

  /** The run goes on after a pause. */
  passGate(): void {
    goOn(this)
  }

  _closeClients(): void {
    const clients = this._clients
    if (clients === undefined) return
    for (const each of clients) {
      try {
        each.close()
      } catch (thrown) {
        this._report('client.close', thrown)
      }
    }
  }

  _report(what: string, thrown: unknown): void {
    this._runtime.scriptError(this._where(what), thrown, this._user)
  }

  /** Such as `Shopper.Cart.pay`. */
  _where(what: string): string {
    let path = what
    for (let set = this._set; set !== undefined; set = set._outer)
      path = `${set.constructor.name}.${path}`
    return `${this.className}.${path}`
  }
}

function checkedMs(waitSec: number): number {
  if (waitSec >= 0 && waitSec < Number.POSITIVE_INFINITY) return waitSec * 1000
  throw new RangeError(`waitTime returned ${waitSec}; it must be seconds, 0 or more`)
}

/** A wait is over. */
function goOn(user: ScriptedUser): void {
  user._waiting = false
  void user._drive(false)
}

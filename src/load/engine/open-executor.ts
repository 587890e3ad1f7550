// HOT: per arrival: one clock read, one timer, one exact division.
/**
 * The open model: work arrives when it is due, whatever the users are doing. At each tick all arrivals that are due are
 * released, each with its own lateness; a stall is never hidden and never thins the load. Due times come from the
 * index alone, so they are the same on any number of workers.
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { Scenario, Share, Steer } from '../../contracts/plan.ts'
import { Course } from '../../model/plan/course.ts'
import { type ArrivalSchedule, isOpen, type OpenLoad } from '../../model/plan/shape.ts'
import { Ownership, withUsersMax } from '../../model/plan/share.ts'
import { UserMix } from '../../model/plan/user-mix.ts'
import type { Executor, ExecutorDeps } from './executor.ts'
import { Roster, type StopReport } from './roster.ts'
import { UserPool } from './user-pool.ts'

/** Idle users kept: as many as this much time brings arrivals, now or when it is `PREPARE_MS` later; and never fewer than the least. */
const SPARE_MS = 100
const SPARE_MIN = 10
/** Users are made so long before they are needed, as far as there is time. */
const PREPARE_MS = 1_000
const NS_PER_MS = 1e6

export class OpenExecutor implements Executor {
  readonly _deps: ExecutorDeps
  readonly course: Course
  /** Which arrivals are whose is decided by the plan alone; how many users serve them may be steered. */
  readonly _planUsersMax: number
  _usersMax: number
  _share: Share
  readonly _roster: Roster
  _schedule: ArrivalSchedule
  readonly _mix: UserMix
  readonly _startMs: number
  readonly _pool: UserPool
  readonly _changes = new Set<TimerHandle>()
  _owned: Ownership
  /** Our next arrival and our next user, as indices of the whole plan. */
  _next: number
  _nextUser = 0
  _timer: TimerHandle | undefined = undefined
  _growth: TimerHandle | undefined = undefined

  constructor(scenario: Scenario, load: OpenLoad, deps: ExecutorDeps) {
    this._deps = deps
    this.course = new Course(scenario)
    this._planUsersMax = load.usersMax
    this._usersMax = load.usersMax
    this._share = deps.share
    this._roster = new Roster(deps)
    this._schedule = this.course.arrivals!
    this._mix = new UserMix(scenario.users)
    this._startMs = deps.startedAtMs + scenario.startAfterMs
    this._owned = this._ownership(deps.share)
    this._next = this._owned.nextOwned(0)
    this._pool = new UserPool(this._usersOf(deps.share), {
      clock: deps.clock,
      recorder: deps.recorder,
      roster: this._roster,
      create: () => this._createUser(),
    })
  }

  get active(): number {
    return this._roster.size
  }

  start(): void {
    // Before the first arrival is due, so that making users does not delay it.
    this._growth = this._deps.clock.at(this._startMs - PREPARE_MS, begin, this)
  }

  changeShare(share: Share, fromMs: number): void {
    const timer: TimerHandle = this._deps.clock.at(
      this._deps.startedAtMs + fromMs,
      () => {
        this._changes.delete(timer)
        this._share = share
        this._pool.usersMax = this._usersOf(share)
        this._adopt(this._ownership(share), fromMs)
      },
      undefined,
    )
    this._changes.add(timer)
  }

  steer(change: Steer): void {
    this.course.apply(change)
    this._schedule = this.course.arrivals!
    if (change.kind === 'load' && isOpen(change.load)) {
      this._usersMax = change.load.usersMax
      this._pool.usersMax = this._usersOf(this._share)
    }
    if (this._roster.ending) return
    this._grow()
    this._await()
  }

  stop(graceMs: number): Promise<StopReport> {
    // Of a ramp the last arrival may be due at the very end; and what a stall held back is late, not gone.
    if (!this._roster.ending) this._release()
    for (const timer of [this._timer, this._growth]) {
      if (timer !== undefined) this._deps.clock.cancel(timer)
    }
    for (const timer of this._changes) this._deps.clock.cancel(timer)
    this._changes.clear()
    const ended = this._roster.end(graceMs)
    this._pool.close()
    this._pool.endIdle()
    return ended
  }

  _ownership(share: Share): Ownership {
    return new Ownership(withUsersMax(share, this._planUsersMax))
  }

  /** Dealt before workers without any are left out: a worker with arrivals has users for them. */
  _usersOf(share: Share): number {
    return new Ownership(share).countBelow(this._usersMax)
  }

  _dueMs(index: number): number {
    return this._startMs + this._schedule.dueMs(index)
  }

  /** Releases everything due, then waits for the next arrival. */
  _release(): void {
    const nowMs = this._deps.clock.nowMs()
    while (this._next < this._schedule.totalCount && this._dueMs(this._next) <= nowMs) {
      this._pool.serve(this._dueMs(this._next))
      this._next = this._owned.nextOwned(this._next + 1)
    }
    this._await()
  }

  _await(): void {
    if (this._timer !== undefined) this._deps.clock.cancel(this._timer)
    this._timer = undefined
    if (this._roster.ending || this._next >= this._schedule.totalCount) return
    this._timer = this._deps.clock.at(this._dueMs(this._next), release, this)
  }

  /** What was due since `fromMs` and is ours only now is released at once, late by what it is late. */
  _adopt(owned: Ownership, fromMs: number): void {
    const before = this._owned
    this._owned = owned
    const fromNs = Math.round((this._deps.startedAtMs + fromMs - this._startMs) * 1e6)
    const nowMs = this._deps.clock.nowMs()
    let index = owned.nextOwned(this._schedule.countBy(fromNs - 1))
    for (; index < this._schedule.totalCount; index = owned.nextOwned(index + 1)) {
      if (this._dueMs(index) > nowMs) break
      if (index >= this._next || !before.owns(index)) this._pool.serve(this._dueMs(index))
    }
    this._next = index
    this._grow()
    this._await()
  }

  /** Keeps the pool ahead of the rate; of a changing one, again and again. */
  _grow(): void {
    if (this._growth !== undefined) this._deps.clock.cancel(this._growth)
    this._growth = undefined
    if (this._roster.ending || this._next >= this._schedule.totalCount) return
    const nowMs = this._deps.clock.nowMs()
    const prepareMs = this._startMs - PREPARE_MS
    if (nowMs < prepareMs) {
      this._growth = this._deps.clock.at(prepareMs, grow, this)
      return
    }
    const fromNs = Math.round(Math.max(0, nowMs - this._startMs) * NS_PER_MS)
    const arrivals = Math.max(this._dueFrom(fromNs), this._dueFrom(fromNs + PREPARE_MS * NS_PER_MS))
    const part = this._pool.usersMax / this._usersMax
    this._pool.spare = Math.max(SPARE_MIN, Math.ceil(arrivals * part))
    this._pool.refill()
    if (this.course.load.kind === 'constant-arrivals') return
    this._growth = this._deps.clock.at(nowMs + SPARE_MS, grow, this)
  }

  /** Arrivals of the whole plan in the time for which spare users are kept. */
  _dueFrom(fromNs: number): number {
    const untilNs = fromNs + SPARE_MS * NS_PER_MS
    return this._schedule.countBy(untilNs) - this._schedule.countBy(fromNs)
  }

  _createUser() {
    // Users beyond the limit replace ended ones; they have ids of their own and the classes of the mix again.
    const index = this._owned.nextOwned(this._nextUser)
    const className = this._mix.classOf(index % this._planUsersMax)
    if (className === undefined) return undefined
    this._nextUser = index + 1
    return this._deps.factory.create(className, this._deps.userId(index))
  }
}

function begin(executor: OpenExecutor): void {
  executor._grow()
  executor._await()
}
function grow(executor: OpenExecutor): void {
  executor._grow()
}
function release(executor: OpenExecutor): void {
  executor._release()
}

/**
 * The closed model: so many users exist, each does one thing after the other. Users come and go as the schedule says, many at
 * once in slices so that the event loop goes on; the last to come are the first to go. Users that end by themselves are
 * not replaced. A takeover makes the users that a lost worker had, with the same ids and so with the same decisions; users that go to
 * a worker which joins are asked to end here and made there. Of users with a number of iterations neither, see `iterations.ts`.
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { LoadShape, Scenario, Share, Steer } from '../../contracts/plan.ts'
import type { VirtualUser } from '../../contracts/user.ts'
import { Course } from '../../model/plan/course.ts'
import type { ClassSchedule } from '../../model/plan/mix-schedule.ts'
import type { ClosedLoad, UserSchedule } from '../../model/plan/shape.ts'
import { Ownership } from '../../model/plan/share.ts'
import type { UserMix } from '../../model/plan/user-mix.ts'
import type { Executor, ExecutorDeps } from './executor.ts'
import { Iterations } from './iterations.ts'
import { Leavers } from './leavers.ts'
import { Roster, type StopReport } from './roster.ts'
import { Slice, TURN_MS } from './slice.ts'

export class ClosedExecutor implements Executor {
  readonly _deps: ExecutorDeps
  readonly _roster: Roster
  readonly _leavers: Leavers
  readonly course: Course
  readonly _startMs: number
  /** Waits for the next change. */
  _followTimer: TimerHandle | undefined
  readonly _timers = new Set<TimerHandle>()
  readonly _iterations: Iterations | undefined
  _owned: Ownership
  /** When the number or the classes of users change next, ns after the scenario's start; undefined when it stays. */
  _changeNs: number | undefined = 0
  /** The instant of the last change: users are of the classes they have then. */
  _mixNs = 0
  /** The mix that is wanted, and up to which index those who are there were looked at, and are to be. */
  _wantedMix: UserMix | undefined = undefined
  _switched = 0
  _toSwitch = 0
  /** Users the plan wants now; those below `_cursor` were made. Both count the whole plan. */
  _wanted = 0
  _cursor = 0
  /** Indices of users taken over and not made yet. */
  readonly _takenOver: number[] = []
  _busy = false
  readonly _slice = new Slice()
  _spawned = false
  /** One function for all users. */
  readonly _ended = (user: VirtualUser): void => this._onEnded(user)

  constructor(scenario: Scenario, load: ClosedLoad, deps: ExecutorDeps) {
    this._deps = deps
    this._roster = new Roster(deps)
    this.course = new Course(scenario)
    this._startMs = deps.startedAtMs + scenario.startAfterMs
    this._leavers = new Leavers(deps.clock, graceMsOf(load, scenario), (user) => this._giveUp(user))
    this._owned = new Ownership(deps.share)
    this._iterations =
      'iterations' in load ? new Iterations(load, deps, this._startMs + load.durationMs) : undefined
  }

  get active(): number {
    return this._roster.size
  }

  start(): void {
    this._awaitChange(0)
  }

  changeShare(share: Share, fromMs: number): void {
    if (this._iterations !== undefined) return
    this._at(this._deps.startedAtMs + fromMs, () => this._adopt(new Ownership(share)))
  }

  steer(change: Steer): void {
    this.course.apply(change)
    if (this._roster.ending) return
    if (change.kind === 'load') this._leavers.graceMs = graceMsOf(change.load, this.course.scenario)
    if (change.kind !== 'load') this._delayIterations()
    // From here on the course is another one: the change at that instant, and whatever would have come before it.
    const elapsedNs = this.course.elapsedNs(this._deps.clock.nowMs() - this._deps.startedAtMs)
    const { mix, users } = this._mix.takenBy(elapsedNs)
    const isSame =
      this._schedule.usersAt(elapsedNs) === this._wanted &&
      mix === this._wantedMix &&
      users === this._toSwitch
    this._awaitChange(isSame ? this._nextChangeNs(elapsedNs) : elapsedNs)
  }

  stop(graceMs: number): Promise<StopReport> {
    for (const timer of this._timers) this._deps.clock.cancel(timer)
    this._timers.clear()
    if (!this._roster.ending) this._leaveNow()
    // Stopped by somebody before its time, the rest was not dropped: nobody wanted it any more.
    if (this._iterations?.timeIsOver === true) this._iterations.dropRest()
    const first = !this._roster.ending
    const ended = this._roster.end(graceMs)
    if (first) void ended.then(() => this._leavers.close())
    return ended
  }

  /** Takes all changes that are due and waits for the next one. */
  _follow(): void {
    const nowMs = this._deps.clock.nowMs()
    while (this._changeNs !== undefined && this._startMs + this._changeNs / 1e6 <= nowMs) {
      this._mixNs = this._changeNs
      this._wanted = this._schedule.usersAt(this._changeNs)
      this._changeNs = this._nextChangeNs(this._changeNs)
    }
    this._awaitChange(this._changeNs)
    const { mix, users } = this._mix.takenBy(this._mixNs)
    if (mix !== this._wantedMix) this._switched = 0
    this._wantedMix = mix
    this._toSwitch = users
    this._work()
  }

  _delayIterations(): void {
    const { endMs } = this.course
    this._iterations?.endAt(this._deps.startedAtMs + (endMs ?? Number.POSITIVE_INFINITY))
  }

  _awaitChange(changeNs: number | undefined): void {
    if (this._followTimer !== undefined) this._deps.clock.cancel(this._followTimer)
    this._followTimer = undefined
    this._changeNs = changeNs
    if (changeNs === undefined) return
    this._followTimer = this._at(this._startMs + changeNs / 1e6, () => this._follow())
  }

  get _schedule(): UserSchedule {
    return this.course.users!
  }
  get _mix(): ClassSchedule {
    return this.course.mix!
  }

  /** Of their number or their classes, whichever is first. */
  _nextChangeNs(elapsedNs: number): number | undefined {
    const number = this._schedule.nextChangeNs(elapsedNs)
    const classes = this._mix.nextChangeNs(elapsedNs)
    return number === undefined || classes === undefined
      ? (number ?? classes)
      : Math.min(number, classes)
  }

  _adopt(owned: Ownership): void {
    const before = this._owned
    for (
      let index = before.nextOwned(0);
      index < this._cursor;
      index = before.nextOwned(index + 1)
    ) {
      const user = owned.owns(index) ? undefined : this._roster.get(this._deps.userId(index))
      if (user !== undefined) this._leavers.ask(user)
    }
    for (let index = owned.nextOwned(0); index < this._cursor; index = owned.nextOwned(index + 1)) {
      if (!this._owned.owns(index)) this._takenOver.push(index)
    }
    this._owned = owned
    this._work()
  }

  /** Makes or takes away users until as many exist as wanted; one slice now, the rest in later turns of the event loop. */
  _work(): void {
    if (this._busy || this._roster.ending) return
    for (let done = 0; done < this._slice.size; done++) {
      if (this._takeOneAway() || this._switchOne()) continue
      const index = this._nextIndex()
      // No class: only fixed counts were asked for, and they are complete.
      if (index === undefined || !this._make(index)) {
        this._allSpawned()
        return
      }
    }
    this._busy = true
    // Strictly later, so that sockets are served in between.
    const nextMs = this._deps.clock.nowMs() + TURN_MS
    this._at(nextMs, () => {
      this._busy = false
      this._slice.adapt(this._deps.clock.nowMs() - nextMs)
      this._work()
    })
  }

  /** The last of those who are too many is asked to end; false when nobody is. */
  _takeOneAway(): boolean {
    if (this._cursor <= this._wanted) return false
    const ours = this._owned.countBelow(this._cursor)
    const index = ours === 0 ? -1 : this._owned.nthOwned(ours - 1)
    this._cursor = Math.max(index, this._wanted)
    if (index < this._wanted) return false
    const user = this._roster.get(this._deps.userId(index))
    if (user !== undefined) this._leavers.ask(user)
    return true
  }

  /** The next of those who have another class from now on is asked to end, for another in its place; false when there is none. */
  _switchOne(): boolean {
    const end = Math.min(this._toSwitch, this._cursor)
    while (this._switched < end) {
      const index = this._owned.nextOwned(this._switched)
      this._switched = Math.min(index + 1, end)
      if (index >= end) break
      const user = this._roster.get(this._deps.userId(index))
      if (user === undefined) continue
      const className = this._mix.classOf(index, this._mixNs)
      if (className === user.className) continue
      this._leavers.ask(user, className === undefined ? undefined : index)
      return true
    }
    return false
  }

  /** At the very end nobody comes any more; who goes at that instant goes with the grace of the ramp. */
  _leaveNow(): void {
    const elapsedNs = Math.round((this._deps.clock.nowMs() - this._startMs) * 1e6)
    this._wanted = Math.min(this._wanted, this._schedule.usersAt(elapsedNs))
    while (this._takeOneAway()) {
      // One user each time.
    }
  }

  _nextIndex(): number | undefined {
    // All of them before `_cursor` rises: one that it has sunk below meanwhile comes by itself when it is wanted again.
    while (this._takenOver.length > 0) {
      const takenOver = this._takenOver.pop()!
      if (takenOver < this._cursor) return takenOver
    }
    const index = this._owned.nextOwned(this._cursor)
    this._cursor = Math.min(index + 1, this._wanted)
    return index < this._wanted ? index : undefined
  }

  /** False when there is no class for it. */
  _make(index: number): boolean {
    if (this._leavers.recall(this._deps.userId(index), index)) return true
    const className = this._mix.classOf(index, this._mixNs)
    if (className === undefined) return false
    const user = this._deps.factory.create(className, this._deps.userId(index))
    this._roster.add(user)
    void user.start().then((ready) => {
      if (ready) user.run(this._ended, this._iterations?.quotaOf(user))
      else this._ended(user)
    })
    return true
  }

  _allSpawned(): void {
    if (this._spawned || this._changeNs !== undefined) return
    this._spawned = true
    this._deps.onSpawned?.(this._roster.size)
    this._checkDone()
  }

  _onEnded(user: VirtualUser): void {
    const comesBackAs = this._leavers.gone(user) ?? this._placeOf(user)
    this._roster.remove(user)
    if (comesBackAs !== undefined && !this._roster.ending) this._make(comesBackAs)
    this._checkDone()
  }

  /** The index of a user that was given up while the plan wants it: another takes its place. Iterations it had are not begun again. */
  _placeOf(user: VirtualUser): number | undefined {
    if (user.abandoned !== true || this._iterations !== undefined) return undefined
    const { userId } = this._deps
    // Ids are one after the other, but for users beyond the plan's peak, of a run that was steered.
    let index = user.id - userId(0)
    if (index >= this._cursor || userId(index) !== user.id) index = this._owned.nextOwned(0)
    while (index < this._cursor && userId(index) !== user.id)
      index = this._owned.nextOwned(index + 1)
    return index < this._cursor && this._owned.owns(index) ? index : undefined
  }

  /** Iterations end when nobody is left to do one, whether all of them were done or not. */
  _checkDone(): void {
    if (this._iterations === undefined || !this._spawned || this._roster.ending) return
    if (this._roster.size > 0) return
    this._iterations.dropRest()
    this._deps.onDone?.()
  }

  _giveUp(user: VirtualUser): void {
    this._roster.giveUp(user)
    this._onEnded(user)
  }

  _at(whenMs: number, run: () => void): TimerHandle {
    const timer: TimerHandle = this._deps.clock.at(
      whenMs,
      () => {
        this._timers.delete(timer)
        run()
      },
      undefined,
    )
    this._timers.add(timer)
    return timer
  }
}

/** How long who is taken away may finish its task. */
function graceMsOf(load: LoadShape, scenario: Scenario): number {
  return load.kind === 'ramping-users' ? load.gracefulRampDownMs : scenario.gracefulStopMs
}

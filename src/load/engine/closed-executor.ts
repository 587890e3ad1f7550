/**
 * The closed model: so many users exist, each does one thing after the other. Users are made in the bursts of the
 * schedule, a large burst in slices so that the event loop goes on. Users that end by themselves are not replaced.
 * A takeover makes the users that a lost worker had, with the same ids and so with the same decisions.
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { Scenario, Share } from '../../contracts/plan.ts'
import type { VirtualUser } from '../../contracts/user.ts'
import { USERS_PER_TURN_MAX } from '../../kernel/limits.ts'
import { type ClosedLoad, type UserSchedule, userSchedule } from '../../model/plan/shape.ts'
import { Ownership } from '../../model/plan/share.ts'
import { UserMix } from '../../model/plan/user-mix.ts'
import type { Executor, ExecutorDeps } from './executor.ts'
import { Roster, type StopReport } from './roster.ts'

export class ClosedExecutor implements Executor {
  readonly _deps: ExecutorDeps
  readonly _roster: Roster
  readonly _schedule: UserSchedule
  readonly _mix: UserMix
  readonly _startMs: number
  readonly _timers = new Set<TimerHandle>()
  _owned: Ownership
  /** When the number of users changes next, ns after the scenario's start; undefined when it stays. */
  _changeNs: number | undefined = 0
  /** Users the plan wants now; those below `_cursor` were dealt with. Both count the whole plan. */
  _wanted = 0
  _cursor = 0
  /** Indices of users taken over and not made yet. */
  _takenOver: number[] = []
  _spawning = false
  _spawned = false
  /** One function for all users. */
  readonly _ended = (user: VirtualUser): void => this._roster.remove(user)

  constructor(scenario: Scenario, load: ClosedLoad, deps: ExecutorDeps) {
    this._deps = deps
    this._roster = new Roster(deps)
    this._schedule = userSchedule(load)
    this._mix = new UserMix(scenario.users)
    this._startMs = deps.startedAtMs + scenario.startAfterMs
    this._owned = new Ownership(deps.share)
  }

  get active(): number {
    return this._roster.size
  }

  start(): void {
    this._at(this._startMs, () => this._nextBursts())
  }

  changeShare(share: Share, fromMs: number): void {
    this._at(this._deps.startedAtMs + fromMs, () => this._adopt(new Ownership(share)))
  }

  stop(graceMs: number): Promise<StopReport> {
    for (const timer of this._timers) this._deps.clock.cancel(timer)
    this._timers.clear()
    return this._roster.end(graceMs)
  }

  /** Takes all bursts that are due and waits for the next one. */
  _nextBursts(): void {
    const nowMs = this._deps.clock.nowMs()
    while (this._changeNs !== undefined && this._startMs + this._changeNs / 1e6 <= nowMs) {
      this._wanted = this._schedule.usersAt(this._changeNs)
      this._changeNs = this._schedule.nextChangeNs(this._changeNs)
    }
    if (this._changeNs !== undefined) {
      this._at(this._startMs + this._changeNs / 1e6, () => this._nextBursts())
    }
    this._spawn()
  }

  _adopt(owned: Ownership): void {
    for (let index = owned.nextOwned(0); index < this._cursor; index = owned.nextOwned(index + 1)) {
      if (!this._owned.owns(index)) this._takenOver.push(index)
    }
    this._owned = owned
    this._spawn()
  }

  /** Makes users until all wanted ones exist; one slice now, the rest in later turns of the event loop. */
  _spawn(): void {
    if (this._spawning || this._roster.ending) return
    for (let made = 0; made < USERS_PER_TURN_MAX; made++) {
      const index = this._nextIndex()
      const className = index === undefined ? undefined : this._mix.classOf(index)
      // No class: only fixed counts were asked for, and they are complete.
      if (index === undefined || className === undefined) {
        this._allSpawned()
        return
      }
      this._live(this._deps.factory.create(className, index + 1))
    }
    this._spawning = true
    // Strictly later, so that sockets are served in between.
    this._at(this._deps.clock.nowMs() + 1, () => {
      this._spawning = false
      this._spawn()
    })
  }

  _nextIndex(): number | undefined {
    const takenOver = this._takenOver.pop()
    if (takenOver !== undefined) return takenOver
    const index = this._owned.nextOwned(this._cursor)
    this._cursor = Math.min(index + 1, this._wanted)
    return index < this._wanted ? index : undefined
  }

  _allSpawned(): void {
    if (this._spawned || this._changeNs !== undefined) return
    this._spawned = true
    this._deps.onSpawned?.(this._roster.size)
  }

  _live(user: VirtualUser): void {
    this._roster.add(user)
    void user.start().then((ready) => {
      if (ready) user.run(this._ended)
      else this._ended(user)
    })
  }

  _at(whenMs: number, run: () => void): void {
    const timer: TimerHandle = this._deps.clock.at(
      whenMs,
      () => {
        this._timers.delete(timer)
        run()
      },
      undefined,
    )
    this._timers.add(timer)
  }
}

// HOT: per arrival: one promise of the user's iteration; no closure, no object.
/**
 * Users that serve arrivals. It grows ahead of need: some idle users are always kept, with `onStart` done, until the
 * limit is reached. An arrival that meets no idle user may take one that is just starting, and is then late by
 * what is left of its `onStart`; when there is none, it is dropped. Nothing queues beyond users.
 *
 * Counted when it is decided, so that due = started + dropped at every instant, and started = finished + in flight.
 */

import type { Clock } from '../../contracts/clock.ts'
import type { VirtualUser } from '../../contracts/user.ts'
import type { EngineRecorder } from './executor.ts'
import type { Roster } from './roster.ts'

export interface PoolDeps {
  readonly clock: Clock
  readonly recorder: EngineRecorder
  readonly roster: Roster
  /** The next user; undefined when there is no further class. */
  create(): VirtualUser | undefined
}

/** One user with its two callbacks, made once. */
class Slot {
  readonly user: VirtualUser
  /** Due time of the arrival that waits for this user to be ready; NaN: none. */
  reservedForMs: number
  readonly onStarted: (ready: boolean) => void
  readonly onIterated: (again: boolean) => void

  constructor(user: VirtualUser, pool: UserPool) {
    this.user = user
    this.reservedForMs = Number.NaN
    this.onStarted = (ready) => pool._started(this, ready)
    this.onIterated = (again) => pool._iterated(this, again)
  }
}

export class UserPool {
  /** How many users may exist; may be raised. */
  usersMax: number
  /** Idle users kept ready, as far as that limit allows; may change. */
  spare = 0
  readonly _deps: PoolDeps
  /** Last in, first out: warm connections are used again. */
  readonly _idle: Slot[] = []
  /** Being started, no arrival waiting for them; and those with one. */
  readonly _starting: Slot[] = []
  readonly _reserved = new Set<Slot>()

  constructor(usersMax: number, deps: PoolDeps) {
    this.usersMax = usersMax
    this._deps = deps
  }

  /** Makes spare users, as far as the limit allows. */
  refill(): void {
    while (this._idle.length + this._starting.length < this.spare) {
      const slot = this._create()
      if (slot === undefined) return
      this._starting.push(slot)
      void slot.user.start().then(slot.onStarted)
    }
  }

  /** One arrival, due at `dueMs` on the clock: starts it, or drops it. */
  serve(dueMs: number): void {
    const idle = this._idle.pop()
    if (idle !== undefined) this._begin(idle, dueMs)
    else this._reserve(dueMs)
    if (this._idle.length + this._starting.length < this.spare) this.refill()
  }

  /** No more arrivals: those still waiting for a user are dropped. */
  close(): void {
    for (const slot of this._reserved) this._drop(slot)
  }

  _reserve(dueMs: number): void {
    let slot = this._starting.shift()
    if (slot === undefined) {
      slot = this._create()
      if (slot !== undefined) void slot.user.start().then(slot.onStarted)
    }
    if (slot === undefined) {
      this._deps.recorder.arrivalDue()
      this._deps.recorder.arrivalDropped()
      return
    }
    slot.reservedForMs = dueMs
    this._reserved.add(slot)
  }

  _create(): Slot | undefined {
    const { roster } = this._deps
    if (roster.ending || roster.size >= this.usersMax) return undefined
    const user = this._deps.create()
    if (user === undefined) return undefined
    roster.add(user)
    return new Slot(user, this)
  }

  _begin(slot: Slot, dueMs: number): void {
    const { clock, recorder } = this._deps
    const lateUs = Math.max(0, (clock.nowMs() - dueMs) * 1000)
    recorder.arrivalDue()
    recorder.arrivalStarted(lateUs)
    void slot.user.iterate(lateUs).then(slot.onIterated)
  }

  _drop(slot: Slot): void {
    if (!this._reserved.delete(slot)) return
    slot.reservedForMs = Number.NaN
    this._deps.recorder.arrivalDue()
    this._deps.recorder.arrivalDropped()
  }

  _started(slot: Slot, ready: boolean): void {
    const at = this._starting.indexOf(slot)
    if (at >= 0) this._starting.splice(at, 1)
    if (!ready) {
      // Not given to another new user: a failing onStart would make users without end.
      this._drop(slot)
      this._deps.roster.remove(slot.user)
    } else if (this._deps.roster.ending) {
      this._idle.push(slot)
      this.endIdle()
    } else if (this._reserved.delete(slot)) {
      const dueMs = slot.reservedForMs
      slot.reservedForMs = Number.NaN
      this._begin(slot, dueMs)
    } else this._idle.push(slot)
  }

  _iterated(slot: Slot, again: boolean): void {
    this._deps.recorder.arrivalFinished()
    if (again && !this._deps.roster.ending) this._idle.push(slot)
    else this._deps.roster.remove(slot.user)
  }

  /** Idle users have no loop that would notice their end: each is asked, and leaves when it is done. */
  endIdle(): void {
    for (const slot of this._idle.splice(0)) {
      void slot.user.stop().then(() => this._deps.roster.remove(slot.user))
    }
  }
}

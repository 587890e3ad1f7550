/**
 * How many iterations the users of one scenario have on one worker, and how many of them began: counted as arrivals are,
 * so that due = started + dropped holds here as well. None begins after the time of the scenario. An iteration is one task
 * with everything it enters; what a lost worker had is not done again, for nobody knows how much of it was done.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { IterationQuota, VirtualUser } from '../../contracts/user.ts'
import { type IterationsLoad, iterationsPlanned } from '../../model/plan/iterations.ts'
import type { EngineRecorder, ExecutorDeps } from './executor.ts'

/** What one user has, or all have together. */
interface Pot {
  left: number
}

export class Iterations {
  /** Of this worker. */
  readonly planned: number
  started = 0
  readonly _perUser: number
  readonly _shared: Pot | undefined
  /** Of shared iterations: users between two, who wait in vain when the last one begins. */
  readonly _waiting = new Set<VirtualUser>()
  readonly _clock: Clock
  readonly _recorder: EngineRecorder
  /** On `clock`; from here on none begins. */
  _endMs: number
  _closed = false

  constructor(
    load: IterationsLoad,
    deps: Pick<ExecutorDeps, 'clock' | 'recorder' | 'share'>,
    endMs: number,
  ) {
    this.planned = iterationsPlanned(load, deps.share)
    this._perUser = load.iterations
    this._shared = load.kind === 'shared-iterations' ? { left: this.planned } : undefined
    this._clock = deps.clock
    this._recorder = deps.recorder
    this._endMs = endMs
  }

  /** What `user` may do: its own number, or what is left for all. */
  quotaOf(user: VirtualUser): IterationQuota {
    return new Quota(this, user, this._shared ?? { left: this._perUser })
  }

  /** The scenario stood still meanwhile. */
  endAt(endMs: number): void {
    this._endMs = endMs
  }

  get timeIsOver(): boolean {
    return this._clock.nowMs() >= this._endMs
  }

  /** Nobody will begin those that are left. Idempotent. */
  dropRest(): void {
    if (this._closed) return
    this._closed = true
    for (let left = this.planned - this.started; left > 0; left--) {
      this._recorder.arrivalDue()
      this._recorder.arrivalDropped()
    }
  }
}

class Quota implements IterationQuota {
  readonly _all: Iterations
  readonly _user: VirtualUser
  readonly _pot: Pot

  constructor(all: Iterations, user: VirtualUser, pot: Pot) {
    this._all = all
    this._user = user
    this._pot = pot
  }

  begin(): boolean {
    const all = this._all
    if (this._pot.left === 0 || all._closed || all.timeIsOver) return false
    this._pot.left--
    all.started++
    all._recorder.arrivalDue()
    all._recorder.arrivalStarted(0)
    all._waiting.delete(this._user)
    if (this._pot.left === 0) {
      for (const user of all._waiting) void user.stop()
      all._waiting.clear()
    }
    return true
  }

  end(): boolean {
    const all = this._all
    all._recorder.arrivalFinished()
    if (this._pot.left === 0 || all.timeIsOver) return false
    if (all._shared !== undefined) all._waiting.add(this._user)
    return true
  }
}

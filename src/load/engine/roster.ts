/**
 * The users of one executor that exist, and how they all end: asked first, killed after the grace, named and given up
 * when even that does not end them. Every user added is removed exactly once, so started = stopped at the end.
 */
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import type { VirtualUser } from '../../contracts/user.ts'
import { HUNG_USERS_NAMED_MAX, KILL_WAIT_MS } from '../../kernel/limits.ts'
import type { EngineRecorder } from './executor.ts'
import { Slice, TURN_MS } from './slice.ts'

export interface StopReport {
  /** Users that were there when the stop began. */
  readonly users: number
  /** Of those, the ones killed after the grace. */
  readonly killed: number
  /** Of those, the ones whose task did not return even then. */
  readonly hung: number
}

export interface RosterDeps {
  readonly clock: Clock
  readonly recorder: Pick<EngineRecorder, 'userStarted' | 'userStopped' | 'userFailed'>
  log(level: 'info' | 'warn' | 'error', text: string): void
}

export class Roster {
  readonly _deps: RosterDeps
  /** By id, in the order they came. */
  readonly _users = new Map<number, VirtualUser>()
  _ending: Promise<StopReport> | undefined = undefined
  _resolve: ((report: StopReport) => void) | undefined = undefined
  _deadlineMs = Number.POSITIVE_INFINITY
  _timer: TimerHandle | undefined = undefined
  _usersAtStop = 0
  _killed = 0
  _hung = 0
  _namedAlone = 0

  constructor(deps: RosterDeps) {
    this._deps = deps
  }

  get size(): number {
    return this._users.size
  }
  get ending(): boolean {
    return this._ending !== undefined
  }

  add(user: VirtualUser): void {
    this._users.set(user.id, user)
    this._deps.recorder.userStarted()
  }

  /** The user has ended. Ignored for one that was given up. */
  remove(user: VirtualUser): void {
    if (this._users.get(user.id) !== user) return
    this._users.delete(user.id)
    if (user.failed === true) this._deps.recorder.userFailed()
    this._deps.recorder.userStopped()
    if (this._users.size === 0) this._finish()
  }

  get(id: number): VirtualUser | undefined {
    return this._users.get(id)
  }

  /** One that was killed and did not end: it is named, and counts as stopped. */
  giveUp(user: VirtualUser): void {
    if (this._users.get(user.id) !== user) return
    if (this._namedAlone++ < HUNG_USERS_NAMED_MAX) this._name(user)
    this.remove(user)
  }

  /** Ends all. A further call can only bring the kill forward. */
  end(graceMs: number): Promise<StopReport> {
    const deadlineMs = this._deps.clock.nowMs() + graceMs
    if (this._ending === undefined) {
      this._usersAtStop = this._users.size
      this._ending = new Promise((resolve) => {
        this._resolve = resolve
      })
      this._inTurns((user) => void user.stop())
      if (this._users.size === 0) this._finish()
    }
    if (this._resolve !== undefined && this._killed === 0 && deadlineMs < this._deadlineMs) {
      this._deadlineMs = deadlineMs
      this._arm(deadlineMs, killAll)
    }
    return this._ending
  }

  _kill(): void {
    this._killed = this._users.size
    this._inTurns(
      (user) => user.kill(),
      () => this._arm(this._deps.clock.nowMs() + KILL_WAIT_MS, giveUpAll),
    )
  }

  _giveUp(): void {
    this._hung = this._users.size
    const named = [...this._users.values()].slice(0, HUNG_USERS_NAMED_MAX)
    for (const user of named) this._name(user)
    if (this._hung > named.length) {
      this._deps.log('warn', `${this._hung - named.length} more users hang`)
    }
    for (const user of [...this._users.values()]) this.remove(user)
  }

  _name(user: VirtualUser): void {
    this._deps.log(
      'warn',
      `user ${user.id} hangs in ${user.task ?? user.className}: it did not end within its grace and ${KILL_WAIT_MS / 1000} s ` +
        'after its connections were closed; look for a promise in it that never settles',
    )
  }

  /**
   * To everybody who is there now: a slice at once, the rest in later turns of the event loop. Thousands of connections closed in one go
   * would silence this worker for seconds, and it would be taken for lost. `done` is not called when nobody is left before.
   */
  _inTurns(act: (user: VirtualUser) => void, done?: () => void): void {
    const users = [...this._users.values()]
    const { clock } = this._deps
    const slice = new Slice()
    let from = 0
    const turn = (dueMs: number): void => {
      if (this._resolve === undefined) return
      if (from > 0) slice.adapt(clock.nowMs() - dueMs)
      for (const user of users.slice(from, from + slice.size)) {
        if (this._users.get(user.id) === user) act(user)
      }
      from += slice.size
      const nextMs = clock.nowMs() + TURN_MS
      if (from < users.length) clock.at(nextMs, turn, nextMs)
      else if (this._resolve !== undefined) done?.()
    }
    turn(clock.nowMs())
  }

  _arm(whenMs: number, run: (roster: Roster) => void): void {
    if (this._timer !== undefined) this._deps.clock.cancel(this._timer)
    this._timer = this._deps.clock.at(whenMs, run, this)
  }

  _finish(): void {
    if (this._resolve === undefined) return
    if (this._timer !== undefined) this._deps.clock.cancel(this._timer)
    this._resolve({ users: this._usersAtStop, killed: this._killed, hung: this._hung })
    this._resolve = undefined
  }
}

function killAll(roster: Roster): void {
  roster._kill()
}
function giveUpAll(roster: Roster): void {
  roster._giveUp()
}

/**
 * Users that the plan has taken away and that still finish their task.
 *
 *   asked ──task ends──▶ gone        asked ──grace over──▶ killed ──does not end──▶ given up, by name
 *     └── wanted again: no kill any more; when it has ended, the executor makes the same user anew
 *
 * A user asked to end cannot be called back, and two users of one id must never exist: so one that is wanted again comes back
 * after its task, and users never exceed the most that the plan wanted within the last grace.
 */
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import type { VirtualUser } from '../../contracts/user.ts'
import { KILL_WAIT_MS } from '../../kernel/limits.ts'

interface Leaver {
  readonly user: VirtualUser
  timer: TimerHandle | undefined
  /** Its index in the plan, when it is wanted again. */
  comesBackAs: number | undefined
}

export class Leavers {
  readonly _clock: Clock
  /** Of those who are asked from now on. */
  graceMs: number
  readonly _giveUp: (user: VirtualUser) => void
  /** By user id. */
  readonly _leavers = new Map<number, Leaver>()

  /** `giveUp` is told of a user that did not end although it was killed. */
  constructor(clock: Clock, graceMs: number, giveUp: (user: VirtualUser) => void) {
    this._clock = clock
    this.graceMs = graceMs
    this._giveUp = giveUp
  }

  /** Asks it to end within the grace, counted from the first time it is asked; `comesBackAs`: then its place is taken by whoever the plan has there. */
  ask(user: VirtualUser, comesBackAs?: number): void {
    let leaver = this._leavers.get(user.id)
    const isNew = leaver === undefined
    leaver ??= { user, timer: undefined, comesBackAs }
    leaver.comesBackAs = comesBackAs
    if (leaver.timer === undefined) {
      const killMs = this._clock.nowMs() + this.graceMs
      leaver.timer = this._clock.at(killMs, (each: Leaver) => this._kill(each), leaver)
    }
    if (!isNew) return
    this._leavers.set(user.id, leaver)
    void user.stop()
  }

  /** The plan wants its user `index` again. True when it is leaving: it has the time of its task, and comes back by `gone`. */
  recall(id: number, index: number): boolean {
    const leaver = this._leavers.get(id)
    if (leaver === undefined) return false
    this._cancel(leaver)
    leaver.comesBackAs = index
    return true
  }

  /** A user has ended. Its index when the plan wants the same one again. */
  gone(user: VirtualUser): number | undefined {
    const leaver = this._leavers.get(user.id)
    if (leaver?.user !== user) return undefined
    this._cancel(leaver)
    this._leavers.delete(user.id)
    return leaver.comesBackAs
  }

  /** Everybody has ended. */
  close(): void {
    for (const leaver of this._leavers.values()) this._cancel(leaver)
    this._leavers.clear()
  }

  _kill(leaver: Leaver): void {
    const giveUpMs = this._clock.nowMs() + KILL_WAIT_MS
    leaver.timer = this._clock.at(giveUpMs, (each: Leaver) => this._giveUp(each.user), leaver)
    leaver.user.kill()
  }

  _cancel(leaver: Leaver): void {
    if (leaver.timer !== undefined) this._clock.cancel(leaver.timer)
    leaver.timer = undefined
  }
}

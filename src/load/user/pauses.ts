/**
 * What a user's task waits for besides answers: time (`sleep`) and other users (`rendezvous`). Both end with `StopUser` when the user is
 * killed, and with `IterationTimeout` when its iteration is cut; one that is only asked to end waits for nobody any more, but may sleep to the end of its task. Made by the first
 * pause, so a user without any has none.
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { WorkerContext } from '../../contracts/user.ts'
import { Refusals } from '../../kernel/refusals.ts'
import { StopUser } from './signals.ts'

interface Pause {
  readonly pauses: Pauses
  /** When its time is over. */
  readonly resolve: () => void
  readonly reject: (why: Error) => void
  timer: TimerHandle
  /** Of a rendezvous: leaves the others. */
  leave: (() => void) | undefined
}

export class Pauses {
  readonly _worker: Pick<WorkerContext, 'clock' | 'meetings'>
  readonly _open = new Set<Pause>()
  _refusals: Refusals | undefined = undefined

  constructor(worker: Pick<WorkerContext, 'clock' | 'meetings'>) {
    this._worker = worker
  }

  sleep(ms: number): Promise<void> {
    if (!(ms >= 0))
      return Promise.reject(new TypeError(`sleep needs seconds, 0 or more, not ${ms / 1000}`))
    return new Promise((resolve, reject) => {
      this._begin(ms, resolve, reject)
    })
  }

  /** Resolves true when `size` users wait under `name`, false after `ms`. */
  meet(name: string, size: number, ms: number): Promise<boolean> {
    if (!(Number.isInteger(size) && size >= 1 && ms >= 0))
      return Promise.reject(
        new TypeError(
          `rendezvous('${name}', ${size}) needs a whole number of users, 1 or more, and a timeout of 0 or more`,
        ),
      )
    return new Promise((resolve, reject) => {
      const pause = this._begin(ms, () => resolve(false), reject)
      pause.leave = this._worker.meetings.join(name, size, () => {
        this._end(pause)
        resolve(true)
      })
    })
  }

  /** Of a user that may not wait any more. */
  refuse(why: Error): Promise<never> {
    this._refusals ??= new Refusals()
    return this._refusals.refuse(why)
  }
  /** It may again. */
  mend(): void {
    this._refusals = undefined
  }

  /** The user is asked to end. */
  leaveMeetings(): void {
    for (const each of [...this._open])
      if (each.leave !== undefined) this._cut(each, new StopUser('the user is to end'))
  }

  /** The user is killed, or its iteration is cut. */
  cutAll(why: Error): void {
    for (const each of [...this._open]) this._cut(each, why)
  }

  _begin(ms: number, resolve: () => void, reject: (why: Error) => void): Pause {
    const { clock } = this._worker
    const pause: Pause = { pauses: this, resolve, reject, timer: 0, leave: undefined }
    pause.timer = clock.at(clock.nowMs() + ms, timeIsOver, pause)
    this._open.add(pause)
    return pause
  }

  _cut(pause: Pause, why: Error): void {
    this._end(pause)
    pause.reject(why)
  }

  _end(pause: Pause): void {
    this._open.delete(pause)
    this._worker.clock.cancel(pause.timer)
    pause.leave?.()
  }
}

function timeIsOver(pause: Pause): void {
  pause.pauses._end(pause)
  pause.resolve()
}

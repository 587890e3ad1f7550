/**
 * The most time an iteration of one user may take, where its scenario says so (`iterationTimeout`); other users have no such object
 * and pay one comparison. With it: one timer per iteration on the clock's wheel and two promises per task, about 0.5 µs.
 *
 *     in time ──▶ nothing
 *     over    ──▶ CUT: counted once, with the task's name; open requests fail as `timeout`, sleeps and meetings reject, and
 *                 whatever the task asks for from now on is refused
 *                   ├─ the task ends: clients work again, the next iteration follows
 *                   └─ it does not, for `ITERATION_CUT_WAIT_MS`: it awaits what is not ours. Its user is given up, since only
 *                      a user that has ended can send no more; the executor makes another.
 *
 * A task that never awaits anything keeps this timer from firing, as it does all others; nobody can cut it.
 */
import type { TimerHandle } from '../../contracts/clock.ts'
import type { WorkerContext } from '../../contracts/user.ts'
import { ITERATION_CUT_WAIT_MS } from '../../kernel/limits.ts'
import type { UserClient } from './core.ts'
import type { Pauses } from './pauses.ts'
import type { UserRuntime } from './runtime.ts'
import { StopUser } from './signals.ts'

/** What a task gets for everything it waits or asks for once its time is over. Catching it does not help: see above. */
export class IterationTimeout extends Error {
  constructor(limitMs: number) {
    super(`the iteration took longer than ${limitMs / 1000} s`)
    this.name = 'IterationTimeout'
  }
}

/** The user it limits. */
export interface LimitedUser {
  readonly worker: WorkerContext
  readonly className: string
  readonly killed: boolean
  readonly task: string | undefined
  readonly _runtime: UserRuntime
  readonly _user: object | undefined
  readonly _clients: readonly UserClient[] | undefined
  readonly _pauses: Pauses | undefined
  /** Ends it for good: its task never will. */
  abandon(): void
}

export class IterationLimit {
  /** While the task of an iteration that is over may still run: what all it asks for is refused with. */
  cut: IterationTimeout | undefined = undefined
  /** The present iteration was cut. */
  over = false
  readonly _user: LimitedUser
  readonly _limitMs: number
  _timer: TimerHandle = 0
  _giveUp: ((why: StopUser) => void) | undefined = undefined

  constructor(user: LimitedUser, limitMs: number) {
    this._user = user
    this._limitMs = limitMs
  }

  begin(): void {
    const { clock } = this._user.worker
    this._timer = clock.at(clock.nowMs() + this._limitMs, timeIsOver, this)
  }

  /** Ends as `task` does, once that can send no more; with `StopUser` when it does not end although it was cut. */
  watch<T>(task: T | PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this._giveUp = reject
      // Two callbacks instead of a race: half the price.
      Promise.resolve(task).then(
        (value) => this._ended(() => resolve(value)),
        (why) => this._ended(() => reject(why)),
      )
    })
  }

  _ended(settle: () => void): void {
    this._giveUp = undefined
    if (this.cut === undefined) settle()
    else void this._mend().then(settle)
  }

  /** The same for what follows a task; `givenUp` when it does not end. */
  async watchOr<T>(task: Promise<T>, givenUp: T): Promise<T> {
    try {
      return await this.watch(task)
    } catch (thrown) {
      if (this._user.killed) return givenUp
      throw thrown
    }
  }

  /** True when it was cut. */
  end(): boolean | Promise<boolean> {
    this._user.worker.clock.cancel(this._timer)
    const wasCut = this.over
    this.over = false
    return this.cut === undefined ? wasCut : this._mend().then(() => wasCut)
  }

  /** A turn for what the task began and did not wait for: it is refused as well. Then clients work again. */
  async _mend(): Promise<void> {
    const user = this._user
    user.worker.clock.cancel(this._timer)
    await user._runtime.turns.pass()
    this.cut = undefined
    if (user.killed) return
    user._pauses?.mend()
    this._tellClients((client) => client.mend?.())
  }

  _cutNow(): void {
    const user = this._user
    if (user.killed) return
    const why = new IterationTimeout(this._limitMs)
    this.cut = why
    this.over = true
    user._runtime.iterationCut(user.task ?? 'task', why, user._user)
    this._tellClients((client) => client.cut?.(why))
    user._pauses?.cutAll(why)
    const { clock } = user.worker
    this._timer = clock.at(clock.nowMs() + ITERATION_CUT_WAIT_MS, waitedEnough, this)
  }

  _tellClients(tell: (client: UserClient) => void): void {
    const user = this._user
    for (const each of user._clients ?? []) {
      try {
        tell(each)
      } catch (thrown) {
        user._runtime.scriptError(`${user.className}.client`, thrown, user._user)
      }
    }
  }
}

function timeIsOver(limit: IterationLimit): void {
  limit._cutNow()
}

function waitedEnough(limit: IterationLimit): void {
  if (limit._giveUp === undefined) return
  limit._user.abandon()
  limit._giveUp(new StopUser('its task did not end'))
}

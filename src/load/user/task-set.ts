/**
 * Task sets: places inside a user's day (a cart, a search) with tasks of their own. A user enters one when it picks
 * it as a task, stays until `interrupt()`, and gets a new instance next time. Sets nest to any depth. The three kinds
 * differ only in what comes next; see `task-table.ts`.
 */
import { SCHEDULED_TASKS_MAX } from '../../kernel/limits.ts'
import { CORE, type Order, TASK_SET } from './brand.ts'
import { takeOwner } from './construct.ts'
import type { UserCore } from './core.ts'
import { InterruptTaskSet } from './signals.ts'
import type { TaskItem, TaskList, TaskTable } from './task-table.ts'
import { runTransaction, type TransactionOptions } from './transaction.ts'
import type { User } from './user.ts'
import type { Pace, Waiter } from './wait.ts'

/** What a task set is made for. */
export interface SetOwner {
  readonly core: UserCore
  readonly user: User
  readonly parent: TaskSet | undefined
  readonly table: TaskTable
}
// biome-ignore lint/suspicious/noExplicitAny: a plain user names no client type, any client may be there
type ClientOf<Owner> = Owner extends { client: infer Client } ? Client : any

/** Picks tasks at random, by weight. `TaskSet<Shopper>` gives `user` and `client` their types. */
export class TaskSet<Owner extends User = User> implements Waiter {
  static readonly [TASK_SET]: Order = 'random'
  /** As `User.tasks`. */
  static tasks: TaskList | undefined = undefined

  readonly [CORE]: UserCore
  readonly user: Owner
  /** The set this one was entered from; the user when there is none. */
  readonly parent: TaskSet<Owner> | Owner
  readonly _bornMs: number
  _pace: Pace | undefined
  readonly _table: TaskTable
  readonly _outer: TaskSet | undefined
  _position: number
  _queue: TaskItem[] | undefined

  constructor() {
    const owner = takeOwner<SetOwner>(new.target.name)
    this[CORE] = owner.core
    this.user = owner.user as Owner
    this.parent = (owner.parent ?? owner.user) as TaskSet<Owner> | Owner
    this._bornMs = owner.core.worker.clock.nowMs()
    this._pace = undefined
    this._table = owner.table
    this._outer = owner.parent
    this._position = -1
    this._queue = undefined
  }

  /** The user's client. */
  get client(): ClientOf<Owner> {
    return (this.user as { client?: unknown }).client as ClientOf<Owner>
  }
  get random(): User['random'] {
    return this.user.random
  }
  get fake(): User['fake'] {
    return this.user.fake
  }
  get metrics(): User['metrics'] {
    return this.user.metrics
  }

  /** Each time the set is entered. `interrupt()` here leaves at once, without `onStop`. */
  onStart(): void | Promise<void> {}
  /** Each time the set is left, also when the user ends inside it. */
  onStop(): void | Promise<void> {}
  /** Seconds between tasks of this set; the user's own when not given. */
  waitTime(_level: Waiter): number | Promise<number> {
    return this.user.waitTime(this.user)
  }

  /** Leaves this set (and those inside it) for its parent, which goes on at once, or waits first. */
  interrupt(reschedule = true): never {
    throw new InterruptTaskSet(this, reschedule)
  }
  /** This task comes next, after those already scheduled, or before them with `first`. */
  scheduleTask(task: TaskItem, first = false): void {
    this._queue ??= []
    if (this._queue.length >= SCHEDULED_TASKS_MAX) {
      throw new RangeError(
        `scheduleTask: ${SCHEDULED_TASKS_MAX} tasks are waiting already; more are scheduled than run`,
      )
    }
    if (first) this._queue.unshift(task)
    else this._queue.push(task)
  }

  /** Pauses this task. */
  sleep(seconds: number): Promise<void> {
    return this.user.sleep(seconds)
  }
  /** As `User.rendezvous`. */
  rendezvous(name: string, size: number, options?: { timeout?: number }): Promise<boolean> {
    return this.user.rendezvous(name, size, options)
  }
  /** Pauses this task for one `waitTime`. */
  async wait(): Promise<void> {
    await this.sleep(await this.waitTime(this))
  }
  /** As `User.transaction`. */
  transaction<T>(
    name: string,
    steps: () => T | Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return runTransaction(this[CORE], name, steps, options)
  }
}

/** Tasks in the order they are declared, for ever; a weight says how many times in a row. */
export class SequentialTaskSet<Owner extends User = User> extends TaskSet<Owner> {
  static override readonly [TASK_SET]: Order = 'sequential'
}

/** A chain: starts at the first declared task, then follows `@transition`s by weight. Tags cannot be used inside. */
export class MarkovTaskSet<Owner extends User = User> extends TaskSet<Owner> {
  static override readonly [TASK_SET]: Order = 'markov'
}

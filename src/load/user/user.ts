/**
 * `User`: what scripts extend to describe one simulated person. Its state is its own fields; its tasks are methods
 * marked `@task`, or listed in `static tasks`. It brings no client: protocols add one (`HttpUser`). The run makes the
 * instances, without arguments; everything it needs comes from its core.
 */
import type { ClientContext } from '../../contracts/user.ts'
import type { Prng } from '../../kernel/prng.ts'
import { CORE, USER } from './brand.ts'
import { takeOwner } from './construct.ts'
import type { Environment, UserClient, UserCore } from './core.ts'
import { type Faker, fakeOf } from './fake.ts'
import type { Metrics } from './metrics.ts'
import type { TaskList } from './task-table.ts'
import { runTransaction, type TransactionOptions } from './transaction.ts'
import type { Pace, Waiter } from './wait.ts'

export class User implements Waiter {
  static readonly [USER] = true
  /** Not started itself. Not inherited: a subclass that does not say so is concrete. */
  static abstract = true
  /** Share of this class among all users; fractions allowed, 0 leaves it out. */
  static weight = 1
  /** Exactly so many users of this class, before any weighted ones; 0: by weight. */
  static fixedCount = 0
  /** Base URL for all users of the class. An instance field `host` wins over it. */
  static host: string | undefined = undefined
  /** Tasks without decorators: `{ browse: 3, buy: 1 }`, or a list of names, functions and task sets. */
  static tasks: TaskList | undefined = undefined
  /** Language and country of `fake`, such as 'de' or 'pt_BR'; 'en' when it is not said. */
  static locale: string | undefined = undefined

  readonly [CORE]: UserCore
  /** Base URL; the one of the command line wins. */
  host: string | undefined
  readonly _bornMs: number
  _pace: Pace | undefined

  constructor() {
    const core = takeOwner<UserCore>(new.target.name)
    this[CORE] = core
    this.host = new.target.host
    this._bornMs = core.worker.clock.nowMs()
    this._pace = undefined
  }

  /** Counts from 1; unique over all workers and stable for a seed. */
  get id(): number {
    return this[CORE].userId
  }
  /** Seeded by the plan's seed and `id`: the same run twice draws the same numbers. */
  get random(): Prng {
    return this[CORE].random
  }
  /** Invented names, addresses, texts … of `@faker-js/faker`, by the plan's seed and `id`: `this.fake.person.fullName()`. */
  get fake(): Faker {
    return fakeOf(this[CORE], (this.constructor as typeof User).locale)
  }
  /** Custom metrics: `count`, `gauge`, `rate`, `trend`. */
  get metrics(): Metrics {
    return this[CORE].metrics
  }
  /** What the plan gives users of this scenario (`env`), as text; the same on all workers. Nothing of the process's own environment. */
  get env(): Readonly<Record<string, string>> {
    return this[CORE].env
  }
  get environment(): Environment {
    return this[CORE].environment
  }
  /** What a protocol client needs of its user. */
  get context(): ClientContext {
    return this[CORE]
  }

  /** Once, before the first task. When it throws, the user ends and counts as failed. */
  onStart(): void | Promise<void> {}
  /** Once, after the last task; clients still work. */
  onStop(): void | Promise<void> {}
  /** Seconds between tasks; usually a field: `waitTime = between(1, 5)`. */
  waitTime(_level: Waiter): number | Promise<number> {
    return 0
  }

  /** Pauses this task. */
  sleep(seconds: number): Promise<void> {
    return this[CORE].sleep(seconds * 1000)
  }
  /** Pauses this task for one `waitTime`. */
  async wait(): Promise<void> {
    await this.sleep(await this.waitTime(this))
  }
  /** Times `steps` as one thing under `name`, apart from the requests in it; answers what `steps` does. May be nested. */
  transaction<T>(
    name: string,
    steps: () => T | Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return runTransaction(this[CORE], name, steps, options)
  }
  /**
   * Waits until `size` users, of all workers, are at this point; then all of them go on together. False when `timeout` seconds pass
   * first: decide whether to go on alone. The time counts for no request.
   */
  rendezvous(name: string, size: number, { timeout = 60 } = {}): Promise<boolean> {
    return this[CORE].meet(name, size, timeout * 1000)
  }
  /** Ends this user once the present task is over. `throw new StopUser()` ends the task as well. */
  stop(): void {
    this[CORE].requestStop()
  }

  /** For protocols: the client is closed when the user ends. Returns it. */
  protected addClient<Client extends UserClient>(client: Client): Client {
    this[CORE].addClient(client)
    return client
  }
}

/** A class that extends `User`. */
export type UserClass = (new () => User) & typeof User

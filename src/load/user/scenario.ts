/**
 * The function style: one asynchronous function is the only task of a user class made for it. The base class is a
 * parameter, because which client a scenario has is a protocol's business.
 */
import { NAME, setBrand } from './brand.ts'
import type { TaskFunction, TaskList } from './task-table.ts'
import type { User } from './user.ts'
import type { Waiter } from './wait.ts'

/** What the function gets: the user itself, and its most used parts for destructuring. */
export interface ScenarioContext<Base extends User> {
  readonly user: Base
  readonly client: Base extends { client: infer Client } ? Client : undefined
  readonly random: User['random']
  readonly fake: User['fake']
  sleep(seconds: number): Promise<void>
  readonly transaction: User['transaction']
  readonly metrics: User['metrics']
  readonly env: User['env']
}

export interface ScenarioOptions {
  readonly host?: string
  readonly weight?: number
  readonly fixedCount?: number
  /** Of `fake`, such as 'de'; 'en' when it is not said. */
  readonly locale?: string
  /** Between two calls. */
  readonly waitTime?: (level: Waiter) => number | Promise<number>
}

/** A concrete subclass of `base` whose task, called `name`, is `run`. It keeps `name` also as a default export. */
export function defineScenario<Base extends User>(
  base: new () => Base,
  name: string,
  run: (context: ScenarioContext<Base>) => unknown,
  options: ScenarioOptions = {},
): new () => Base {
  if (typeof name !== 'string' || name === '' || typeof run !== 'function') {
    throw new TypeError(
      "scenario needs a name and a function: scenario('checkout', async ({ client }) => { … })",
    )
  }
  const contexts = new WeakMap<Base, ScenarioContext<Base>>()
  const task: TaskFunction = (user: Base) => {
    let context = contexts.get(user)
    if (context === undefined) {
      context = contextOf(user)
      contexts.set(user, context)
    }
    return run(context)
  }
  Object.defineProperty(task, 'name', { value: name })
  // biome-ignore lint/suspicious/noExplicitAny: a class can only extend a constructor of known arguments
  const Scenario = class extends (base as new (...none: any[]) => User) {
    static tasks: TaskList = [task]
    static weight = options.weight ?? 1
    static fixedCount = options.fixedCount ?? 0
    static locale = options.locale
    static host = options.host ?? (base as unknown as typeof User).host
  }
  const { waitTime } = options
  if (waitTime !== undefined) Scenario.prototype.waitTime = waitTime
  Object.defineProperty(Scenario, 'name', { value: name })
  setBrand(Scenario, NAME, name)
  return Scenario as unknown as new () => Base
}

function contextOf<Base extends User>(user: Base): ScenarioContext<Base> {
  return {
    user,
    get client() {
      return (user as { client?: unknown }).client as ScenarioContext<Base>['client']
    },
    get random() {
      return user.random
    },
    get fake() {
      return user.fake
    },
    get metrics() {
      return user.metrics
    },
    get env() {
      return user.env
    },
    sleep: (seconds) => user.sleep(seconds),
    transaction: (name, steps, options) => user.transaction(name, steps, options),
  }
}

/**
 * From the classes a script exports to users the engine can drive. Classes go by export name, as everywhere.
 */
import type { UserFactory, WorkerContext } from '../../contracts/user.ts'
import { type Events, events } from './events.ts'
import { UserRuntime } from './runtime.ts'
import type { UserClass } from './user.ts'
import { ScriptedUser } from './virtual-user.ts'

export interface ScriptedUsers extends UserFactory {
  readonly runtime: UserRuntime
}

/**
 * `classes` by export name. `create` throws for a name that is not there: plans are checked before. `mapStack` turns the
 * stack of an error into one that names the script's own lines.
 */
export function createUserFactory(
  classes: ReadonlyMap<string, UserClass>,
  worker: WorkerContext,
  hooks: Events = events,
  mapStack: (stack: string) => string = (stack) => stack,
): ScriptedUsers {
  const runtime = new UserRuntime(worker, hooks, mapStack)
  return {
    runtime,
    create(className, id, scenario) {
      const userClass = classes.get(className)
      if (userClass === undefined) {
        throw new Error(
          `the script exports no user class "${className}", only ${[...classes.keys()].join(', ')}`,
        )
      }
      return new ScriptedUser(runtime, userClass, className, id, scenario)
    },
  }
}

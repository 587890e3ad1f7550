/**
 * From the classes a script exports to users the engine can drive. Classes go by export name, as everywhere.
 */
import type { UserFactory, WorkerContext } from '../../contracts/user.ts'
import { ScenarioMetrics, TaggedRecorder } from '../../model/metrics/tagged-recorder.ts'
import { SCENARIO_TAG } from '../../model/metrics/tags.ts'
import { type Events, events } from './events.ts'
import { Metrics } from './metrics.ts'
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
  return factoryOf(classes, new UserRuntime(worker, hooks, mapStack))
}

function factoryOf(classes: ReadonlyMap<string, UserClass>, runtime: UserRuntime): ScriptedUsers {
  return {
    runtime,
    tagged(tags) {
      // All but the recorder is the worker's own, as it is then: the start is not known yet.
      const { recorder, metrics } = runtime.worker
      const { [SCENARIO_TAG]: scenario } = tags
      const isApart = metrics !== undefined && scenario !== undefined
      const worker: WorkerContext = Object.create(runtime.worker, {
        recorder: { value: new TaggedRecorder(recorder, tags) },
        metrics: { value: isApart ? new ScenarioMetrics(metrics, scenario) : metrics },
      })
      const own = { worker: { value: worker }, metrics: { value: new Metrics(worker) } }
      return factoryOf(classes, Object.create(runtime, own))
    },
    create(className, id) {
      const userClass = classes.get(className)
      if (userClass === undefined) {
        throw new Error(
          `the script exports no user class "${className}", only ${[...classes.keys()].join(', ')}`,
        )
      }
      return new ScriptedUser(runtime, userClass, className, id)
    },
  }
}

/**
 * From the classes a script exports to users the engine can drive. Classes go by export name, as everywhere.
 */
import type { Tags } from '../../contracts/measure.ts'
import type { Scenario } from '../../contracts/plan.ts'
import type { UserFactory, WorkerContext } from '../../contracts/user.ts'
import { ScenarioMetrics, TaggedRecorder } from '../../model/metrics/tagged-recorder.ts'
import { SCENARIO_TAG } from '../../model/metrics/tags.ts'
import { seriesTagsOf } from '../../model/plan/series-tags.ts'
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
  const runtime = new UserRuntime(worker, hooks, mapStack)
  const ofScenarios = new Map<Scenario, UserRuntime>()
  const runtimeOf = (scenario: Scenario): UserRuntime => {
    let known = ofScenarios.get(scenario)
    if (known === undefined) {
      const tags = seriesTagsOf(worker.plan, scenario)
      known = tags === undefined ? runtime : taggedRuntime(runtime, tags)
      ofScenarios.set(scenario, known)
    }
    return known
  }
  return {
    runtime,
    create(className, id, scenario) {
      const userClass = classes.get(className)
      if (userClass === undefined) {
        throw new Error(
          `the script exports no user class "${className}", only ${[...classes.keys()].join(', ')}`,
        )
      }
      const own = scenario === undefined ? runtime : runtimeOf(scenario)
      return new ScriptedUser(own, userClass, className, id, scenario)
    },
  }
}

/** The same for users whose series carry `tags`: all but where they measure is shared, and read when it is asked for. */
function taggedRuntime(runtime: UserRuntime, tags: Tags): UserRuntime {
  const { recorder, metrics } = runtime.worker
  const { [SCENARIO_TAG]: scenario } = tags
  const isApart = metrics !== undefined && scenario !== undefined
  const worker: WorkerContext = Object.create(runtime.worker, {
    recorder: { value: new TaggedRecorder(recorder, tags) },
    metrics: { value: isApart ? new ScenarioMetrics(metrics, scenario) : metrics },
  })
  return Object.create(runtime, {
    worker: { value: worker },
    metrics: { value: new Metrics(worker) },
  })
}

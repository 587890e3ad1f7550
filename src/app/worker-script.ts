/**
 * From a bundle to what a worker runs: loads the module with the parameters of the plan, finds its user classes, and fires the hooks around the load.
 */
import type { LoadPlan } from '../contracts/plan.ts'
import type { WorkerContext } from '../contracts/user.ts'
import type { Bundle } from '../contracts/wire.ts'
import { OnrushError } from '../kernel/errors.ts'
import { takeFeeders } from '../load/data/feeder.ts'
import { mapStack, placeOf } from '../load/script/code-frame.ts'
import { findUsers } from '../load/script/find-users.ts'
import { loadBundle, scriptProblem } from '../load/script/load.ts'
import { events } from '../load/user/events.ts'
import { createUserFactory, type ScriptedUsers } from '../load/user/factory.ts'
import { giveParams } from '../load/user/params.ts'
import { signalOf } from '../load/user/signals.ts'
import type { UserClass } from '../load/user/user.ts'
import type { Script } from '../run/worker/serve-worker.ts'
import { installFaker, preloadFaker } from './faker-loader.ts'

/** Throws `OnrushError` when the script cannot be loaded or brings no user. */
export async function loadScript(bundle: Bundle, { params = {} }: LoadPlan): Promise<Script> {
  giveParams(
    Object.entries(params).map(([name, value]) => ({
      name,
      value,
      place: 'plan',
      isForThis: true,
    })),
  )
  const found = findUsers(await loadBundle(bundle), bundle.entry)
  const feeders = takeFeeders()
  const classes = new Map<string, UserClass>()
  for (const each of found) {
    if ('code' in each) throw new OnrushError([each])
    classes.set(each.name, each.userClass as unknown as UserClass)
  }
  installFaker(bundle.entry, classes.values())
  preloadFaker(bundle, classes.values())
  const problemOf = (thrown: unknown) =>
    scriptProblem(thrown, bundle.entry, 'by a hook, before any load')
  const openAll = async ({ plan, share }: WorkerContext) => {
    if (feeders.length === 0) return undefined
    const { openFeeders } = await import('../load/data/open-feeders.ts')
    return openFeeders(feeders, { plan, share, entry: bundle.entry, placeOf })
  }
  let users: ScriptedUsers | undefined
  let closeFeeders: (() => void) | undefined
  return {
    users(context: WorkerContext) {
      users = createUserFactory(classes, context, events, mapStack)
      return users
    },
    onSpawned(userCount) {
      events.spawningComplete.emit({ userCount })
    },
    async onPhase(phase) {
      if (users === undefined) return
      const { environment } = users.runtime
      try {
        if (phase === 'start') {
          closeFeeders = await openAll(users.runtime.worker)
          const failures = [
            ...(await events.init.run({ environment })),
            ...(await events.testStart.run({ environment })),
          ]
          // Nothing was sent yet, and what the hook should have set up is not there. Later hooks are counted only.
          if (failures.length > 0) throw new OnrushError(failures.map((each) => problemOf(each)))
        } else if (phase === 'stopping') await events.testStopping.run({ environment })
        else {
          await events.testStop.run({ environment })
          closeFeeders?.()
        }
      } catch (thrown) {
        if (signalOf(thrown) === undefined) throw thrown
        environment.stopTest(thrown instanceof Error ? thrown.message : `asked by a ${phase} hook`)
      }
    },
  }
}

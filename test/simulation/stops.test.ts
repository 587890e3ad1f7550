/** How scenarios end when each has a grace of its own: real executors and users, in virtual time. */
import { expect, test } from 'vitest'
import type { Scenario } from '../../src/contracts/plan.ts'
import type { WorkerContext } from '../../src/contracts/user.ts'
import { createExecutor } from '../../src/load/engine/executor.ts'
import { createUserFactory } from '../../src/load/user/factory.ts'
import { User } from '../../src/load/user/user.ts'
import { planOf, type Simulation, simulate } from './simulate.ts'

/** Of two users each; every task takes `TASK_MS`. */
function scenario(name: string, durationMs: number, gracefulStopMs: number): Scenario {
  return {
    name,
    users: [{ className: name, weight: 1, fixedCount: 0 }],
    load: { kind: 'constant-users', users: 2, spawnRatePerSec: 100, durationMs },
    startAfterMs: 0,
    gracefulStopMs,
  }
}
const TASK_MS = 5_000

/** Runs them; `seen` says of each scenario when its tasks ended, and how. */
function run(scenarios: readonly Scenario[]): { simulation: Simulation; seen: Set<string> } {
  const seen = new Set<string>()
  class Sleeper extends User {
    static override tasks = ['act']
    async act() {
      const { clock, startedAtMs } = this.context.worker
      const end = (how: string): void => {
        const { className } = this.context as unknown as { className: string }
        seen.add(`${className} ${how} at ${Math.round((clock.nowMs() - startedAtMs) / 100) / 10} s`)
      }
      try {
        await this.sleep(TASK_MS / 1_000)
        end('done')
      } catch (killed) {
        end('killed')
        throw killed
      }
    }
  }
  const classes = new Map(scenarios.map(({ name }) => [name, Sleeper]))
  const simulation = simulate({
    plan: { ...planOf(scenarios[0]!.load), scenarios },
    workers: 2,
    worker: () => ({
      createExecutor,
      loadScript: async () => ({
        users: (context: WorkerContext) => createUserFactory(classes as never, context),
      }),
    }),
  })
  return { simulation, seen }
}

test('at the end of each scenario its own grace counts, whatever the others have', async () => {
  const { simulation, seen } = run([
    scenario('hard', 1_000, 0),
    scenario('short', 2_000, 500),
    scenario('patient', 3_000, 10_000),
    scenario('last', 4_000, 300),
  ])
  const result = await simulation.result()
  expect([...seen]).toEqual([
    'hard killed at 1 s',
    'short killed at 2.5 s',
    'last killed at 4.3 s',
    'patient done at 5 s',
  ])
  expect(result.users).toMatchObject({ started: 8, stopped: 8, failed: 0 })
})

test('stopped from outside each scenario has its own grace, and with a second signal none', async () => {
  const scenarios = [scenario('hard', 60_000, 0), scenario('patient', 60_000, 10_000)]
  const own = run(scenarios)
  await own.simulation.clock.runUntil(own.simulation.clock.nowMs() + 3_000)
  own.simulation.handle.stop('user')
  await own.simulation.result()
  expect([...own.seen].map((each) => each.replace(/ at .*/, ''))).toEqual([
    'hard killed',
    'patient done',
  ])
  const given = run(scenarios)
  await given.simulation.clock.runUntil(given.simulation.clock.nowMs() + 3_000)
  given.simulation.handle.stop('killed')
  await given.simulation.result()
  expect([...given.seen].map((each) => each.replace(/ at .*/, ''))).toEqual([
    'hard killed',
    'patient killed',
  ])
})

/**
 * For tests: a worker without a network, on a virtual clock, that remembers what was counted and said.
 * Not part of the product.
 */
import type { LoadPlan, Scenario } from '../../contracts/plan.ts'
import type { WorkerContext } from '../../contracts/user.ts'
import { VirtualClock } from '../../kernel/clock.ts'
import { ALONE, OPEN_GATE } from './alone.ts'
import { Events } from './events.ts'
import { createUserFactory } from './factory.ts'
import type { UserClass } from './user.ts'

export interface Stage {
  readonly clock: VirtualClock
  readonly events: Events
  readonly logs: string[]
  /** `kind method name: message` of every failure counted. */
  readonly failures: string[]
  readonly stops: string[]
  create(
    id?: number,
    scenario?: Partial<Scenario>,
  ): ReturnType<ReturnType<typeof createUserFactory>['create']>
}

/** `counting`: a real recorder, for tests that look at what it hands over instead of `failures`. */
export function stage(
  userClass: unknown,
  plan: Partial<LoadPlan> = {},
  counting?: WorkerContext['recorder'],
): Stage {
  const clock = new VirtualClock()
  const events = new Events()
  const logs: string[] = []
  const failures: string[] = []
  const stops: string[] = []
  const names: string[] = []
  const intern = (text: string): number => names.push(text) - 1
  const recorder = {
    series: (kind: string, method: string, name: string) => intern(`${kind} ${method} ${name}`),
    error: (_kind: string, message: string) => intern(message),
    checkId: intern,
    begin: () => {},
    end: () => {},
    record: () => {},
    fail: (series: number, ...rest: number[]) =>
      failures.push(`${names[series]}: ${names[rest.at(-1)!]}`),
    phases: () => {},
    check: () => {},
    sample: () => {},
  } as unknown as WorkerContext['recorder']
  const worker: WorkerContext = {
    plan: {
      schemaVersion: 1,
      name: 'test',
      seed: 7,
      host: null,
      hostOverrides: false,
      scenarios: [],
      thresholds: [],
      tags: {},
      include: null,
      exclude: [],
      ...plan,
    },
    workerIndex: 0,
    clock,
    recorder: counting ?? recorder,
    startedAtMs: 0,
    log: (level, text) => logs.push(`${level}: ${text}`),
    stopTest: (why) => stops.push(why),
    refuseHost: () => undefined,
    shared: undefined,
    meetings: ALONE,
    gate: OPEN_GATE,
  }
  const factory = createUserFactory(new Map([['Shopper', userClass as UserClass]]), worker, events)
  return {
    clock,
    events,
    logs,
    failures,
    stops,
    create: (id = 1, scenario) => factory.create('Shopper', id, scenario as Scenario | undefined),
  }
}

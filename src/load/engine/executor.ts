/**
 * What drives the users of one scenario on one worker. An executor follows its schedule on the clock, owns its part of
 * it by the share, and counts every user and arrival. It does not end by itself when the plan's time is over: who
 * started it says `stop`, also after `onDone`.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { Scenario, Share, Steer } from '../../contracts/plan.ts'
import type { UserFactory } from '../../contracts/user.ts'
import type { Course } from '../../model/plan/course.ts'
import { isOpen } from '../../model/plan/shape.ts'
import { ClosedExecutor } from './closed-executor.ts'
import { OpenExecutor } from './open-executor.ts'
import type { StopReport } from './roster.ts'

export interface Executor {
  start(): void
  /** From `fromMs` after the start of the run `share` is our part: lost workers' users and arrivals are taken over. */
  changeShare(share: Share, fromMs: number): void
  /** Told before its instant, so that it takes place then; see `Course`. */
  steer(change: Steer): void
  readonly course: Course
  /** Ends all users within `graceMs`, then kills them. Said again with less grace, it gets harder. */
  stop(graceMs: number): Promise<StopReport>
  /** Users that exist. */
  readonly active: number
}

/** The part of the recorder an executor counts with. */
export interface EngineRecorder {
  userStarted(): void
  userStopped(): void
  userFailed(): void
  arrivalDue(): void
  arrivalStarted(lateUs: number): void
  arrivalDropped(): void
  arrivalFinished(): void
}

export interface ExecutorDeps {
  readonly clock: Clock
  readonly recorder: EngineRecorder
  readonly factory: UserFactory
  readonly share: Share
  /** Id of the scenario's user `index`, which counts from 0 over all workers. */
  userId(index: number): number
  /** ms on `clock` at which the run began. */
  readonly startedAtMs: number
  log(level: 'info' | 'warn' | 'error', text: string): void
  /** All users of our part have been made; `users` of them exist. Closed model, once. */
  onSpawned?(users: number): void
  /** Nothing is left to do: iterations are done, or nobody is there to do them. At most once, not after `stop`. */
  onDone?(): void
}

export function createExecutor(scenario: Scenario, deps: ExecutorDeps): Executor {
  const { load } = scenario
  return isOpen(load)
    ? new OpenExecutor(scenario, load, deps)
    : new ClosedExecutor(scenario, load, deps)
}

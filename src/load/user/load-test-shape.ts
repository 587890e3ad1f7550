/**
 * A load that code decides while it runs, as Locust has it. A script exports one subclass; it lives in the coordinating process, whatever
 * the number of workers, and is asked once per second. It says how many users shall be there, not how to get them: every
 * answer takes place on all workers at the same full second, whether the ramp before it has ended or not.
 *
 *     export class TwoSteps extends LoadTestShape {
 *       tick() {
 *         const sec = this.getRunTime()
 *         if (sec >= 120) return null
 *         return sec < 60 ? [10, 5] : [50, 5]
 *       }
 *     }
 */
import { LOAD_TEST_SHAPE } from './brand.ts'

/**
 * Users that shall be there, how many come or go per second on the way, and of which classes they are from then on: by reference or name, or
 * weights by name. Without classes the mix stays.
 */
export type ShapeTick =
  | readonly [users: number, spawnRate: number]
  | readonly [users: number, spawnRate: number, classes: ShapeClasses]
export type ShapeClasses =
  | readonly (string | (abstract new () => object))[]
  | Readonly<Record<string, number>>

export abstract class LoadTestShape {
  static readonly [LOAD_TEST_SHAPE] = true
  /** A base class for others: left out, and not inherited. */
  static abstract?: boolean

  #runTimeSec = 0
  #resetAtSec = 0
  #users = 0

  /** Asked for each full second, the first time for 0, before any load. Null ends the run at that second. May be async. */
  abstract tick(): ShapeTick | null | undefined | Promise<ShapeTick | null | undefined>

  /** Seconds of the run, pauses left out, at which the answer will hold; since `resetTime`. */
  getRunTime(): number {
    return this.#runTimeSec - this.#resetAtSec
  }

  /** From here on `getRunTime` counts anew. */
  resetTime(): void {
    this.#resetAtSec = this.#runTimeSec
  }

  /** Users that exist on all workers, as of the last second. */
  getCurrentUserCount(): number {
    return this.#users
  }

  /** For who asks. @internal */
  _ask(runTimeSec: number, users: number): ReturnType<LoadTestShape['tick']> {
    this.#runTimeSec = runTimeSec
    this.#users = users
    return this.tick()
  }
}

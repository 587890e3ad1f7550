/**
 * How long a user waits between tasks: `between`, `constant`, `constantPacing`, `constantThroughput`, or any function
 * that returns seconds. A wait follows every task, also a failed one. Pacing keeps its state on the user, or on the
 * task set that declares the wait itself; time lost to a long task is never caught up.
 */
import { CORE } from './brand.ts'
import type { UserCore } from './core.ts'

/** A user or task set, as far as waiting goes. */
export interface Waiter {
  readonly [CORE]: UserCore
  /** ms on the run's clock at which it was made. */
  readonly _bornMs: number
  _pace: Pace | undefined
}
/** Where the last round ended and how long it waited; any one unit of time. */
export interface Pace {
  lastRun: number
  lastWait: number
}
/** Seconds to wait; `this` is the user or task set as well. */
export type WaitTime = (level: Waiter) => number

/** Uniform in [min, max) seconds, drawn from the user's seed. */
export function between(minSec: number, maxSec: number): WaitTime {
  needSeconds('between', minSec)
  needSeconds('between', maxSec)
  if (minSec > maxSec)
    throw new TypeError(`between(${minSec}, ${maxSec}): the first is the shorter one`)
  return (level) => spread(minSec, maxSec, level[CORE].decide())
}

/** Always the same seconds; 0 goes on at once. */
export function constant(seconds: number): WaitTime {
  needSeconds('constant', seconds)
  return () => seconds
}

/** A task starts every `seconds`, if the one before took no longer; else at once. */
export function constantPacing(seconds: number): WaitTime {
  needSeconds('constantPacing', seconds)
  return (level) => {
    level._pace ??= { lastRun: level._bornMs, lastWait: 0 }
    return paced(seconds * 1000, level._pace, level[CORE].worker.clock.nowMs()) / 1000
  }
}

/** At most so many tasks per second and user: pacing of 1 / rate. */
export function constantThroughput(tasksPerSec: number): WaitTime {
  if (!(tasksPerSec > 0)) {
    throw new TypeError(`constantThroughput(${tasksPerSec}): tasks per second and user, above 0`)
  }
  return constantPacing(1 / tasksPerSec)
}

/** A point of [min, max) by a number in [0, 1). */
export function spread(min: number, max: number, uniform: number): number {
  return min + uniform * (max - min)
}

/** The wait after a task that ended `now`; moves `pace` on. Oversleeping is taken off the next wait. */
export function paced(period: number, pace: Pace, now: number): number {
  const ran = now - pace.lastRun - pace.lastWait
  pace.lastWait = Math.max(0, period - ran)
  pace.lastRun = now
  return pace.lastWait
}

function needSeconds(what: string, seconds: number): void {
  if (!(seconds >= 0) || seconds === Number.POSITIVE_INFINITY) {
    throw new TypeError(`${what}(${seconds}): a number of seconds, 0 or more`)
  }
}

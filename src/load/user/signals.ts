/**
 * What a script throws to say how it goes on: none of these is an error, none is counted or logged. They are known
 * by brand, see `brand.ts`. Each costs one `Error` (about 2 µs), which is nothing beside a request.
 */
import { brandOf, SIGNAL } from './brand.ts'

export type SignalKind = 'stop-user' | 'stop-test' | 'reschedule' | 'interrupt'

abstract class Signal extends Error {
  abstract get [SIGNAL](): SignalKind
}

/** Ends this user, quietly: the `onStop` chain runs, nobody takes its place. */
export class StopUser extends Signal {
  constructor(why = 'the user stopped itself') {
    super(why)
    this.name = 'StopUser'
  }
  get [SIGNAL](): SignalKind {
    return 'stop-user'
  }
}

/** Ends the whole test, on all workers, from wherever it is thrown. */
export class StopTest extends Signal {
  constructor(why = 'the script stopped the test') {
    super(why)
    this.name = 'StopTest'
  }
  get [SIGNAL](): SignalKind {
    return 'stop-test'
  }
}

/** Ends the task as a return does: the wait follows. */
export class RescheduleTask extends Signal {
  /** The next task follows without a wait. */
  readonly immediately: boolean = false
  constructor(why = 'the task asked for another one') {
    super(why)
    this.name = 'RescheduleTask'
  }
  get [SIGNAL](): SignalKind {
    return 'reschedule'
  }
}

/** Ends the task; the next one follows without a wait. */
export class RescheduleTaskImmediately extends RescheduleTask {
  override readonly immediately: boolean = true
  constructor(why?: string) {
    super(why)
    this.name = 'RescheduleTaskImmediately'
  }
}

/** Thrown by `TaskSet.interrupt`: leaves that set, and those inside it. */
export class InterruptTaskSet extends Signal {
  /** The set to leave; undefined: the innermost one. */
  readonly set: object | undefined
  /** The parent goes on at once; otherwise it waits first. */
  readonly immediately: boolean
  constructor(set?: object, immediately = true) {
    super('the task set was interrupted')
    this.name = 'InterruptTaskSet'
    this.set = set
    this.immediately = immediately
  }
  get [SIGNAL](): SignalKind {
    return 'interrupt'
  }
}

/** The kind of a thrown signal; undefined when it is an ordinary error. */
export function signalOf(thrown: unknown): SignalKind | undefined {
  return brandOf(thrown, SIGNAL) as SignalKind | undefined
}

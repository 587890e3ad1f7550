/**
 * What the users of one worker share: the context of the run, tables of tasks, how errors of scripts are counted and
 * said, and the turn of the event loop. One per worker and run; nothing here grows with users.
 */
import { TASK_KIND } from '../../contracts/measure.ts'
import type { RequestEvent, WorkerContext } from '../../contracts/user.ts'
import { ITERATION_CUT_WAIT_MS, LOGGED_SCRIPT_ERRORS_MAX } from '../../kernel/limits.ts'
import type { Environment } from './core.ts'
import type { Events } from './events.ts'
import { Metrics } from './metrics.ts'
import { signalOf } from './signals.ts'
import { TaskBook } from './task-table.ts'

export class UserRuntime {
  readonly worker: WorkerContext
  /** A stack as people wrote the code, from one of the bundle. */
  readonly mapStack: (stack: string) => string
  readonly events: Events
  readonly environment: Environment
  readonly book: TaskBook
  readonly metrics: Metrics
  readonly turns = new Turns()
  /** Classes whose first instance was looked at for misplaced fields. */
  readonly inspected = new Set<unknown>()
  /** Told of finished requests while somebody listens. */
  readonly onRequest: (event: RequestEvent) => void
  readonly _logged = new Set<string>()
  readonly _warned = new Set<string>()

  constructor(worker: WorkerContext, events: Events, mapStack: (stack: string) => string) {
    const { plan } = worker
    this.worker = worker
    this.metrics = new Metrics(worker)
    this.mapStack = mapStack
    this.events = events
    this.book = new TaskBook({ include: plan.include, exclude: plan.exclude })
    this.environment = {
      plan,
      host: plan.host,
      tags: plan.tags,
      workerIndex: worker.workerIndex,
      events,
      shared: worker.shared,
      log: (level, text) => worker.log(level, text),
      stopTest: (why) => worker.stopTest(why),
    }
    this.onRequest = (event) => events.request.emit(event)
    events.onListenerError = (hook, error) => this.scriptError(`events.${hook}`, error, undefined)
  }

  warnOnce(text: string): void {
    if (this._warned.has(text)) return
    this._warned.add(text)
    this.worker.log('warn', text)
  }

  /** An iteration took too long and was cut: counted with the task's name, said once per task. */
  iterationCut(where: string, why: Error, user: object | undefined): void {
    const { recorder } = this.worker
    const error = recorder.error('iteration-timeout', why.message)
    recorder.fail(recorder.series(TASK_KIND, 'TASK', where), 0, 0, 0, 0, 0, 0, error)
    this.warnOnce(`${where} was cut: ${why.message}; it is said once and counted every time`)
    if (this.events.userError.size === 0) return
    try {
      this.events.userError.emit({ user, error: why, where })
    } catch (signal) {
      // Nobody awaits a timer: of what a listener may say, only the end of the test has a meaning here.
      if (signalOf(signal) === 'stop-test') this.worker.stopTest((signal as Error).message)
    }
  }

  /** A task that was cut did not end. */
  abandoned(where: string): void {
    this.warnOnce(
      `${where} did not end within ${ITERATION_CUT_WAIT_MS / 1000} s after it was cut, and its user was given up: it awaits something ` +
        'that onrush cannot end, such as a client of its own; give that a timeout',
    )
  }

  /**
   * An uncaught error of the script: counted in the series (`task`, `TASK`, where), logged with its stack the first
   * time, told to `events.userError`. The series has no latency of its own: 0.
   */
  scriptError(where: string, thrown: unknown, user: object | undefined): void {
    const { recorder } = this.worker
    const message = messageOf(thrown)
    const error = recorder.error('script', message)
    recorder.fail(recorder.series(TASK_KIND, 'TASK', where), 0, 0, 0, 0, 0, 0, error)
    const key = `${where}\n${message}`
    if (!this._logged.has(key) && this._logged.size < LOGGED_SCRIPT_ERRORS_MAX) {
      this._logged.add(key)
      const stack = this.mapStack(stackOf(thrown))
      recorder.sample(error, stack)
      this.worker.log('error', `${where} threw; it is logged once and counted every time\n${stack}`)
      if (this._logged.size === LOGGED_SCRIPT_ERRORS_MAX) {
        this.worker.log('warn', 'further errors of the script are counted, but no longer logged')
      }
    }
    // An error in a listener for errors must not go round in circles.
    if (this.events.userError.size > 0 && where !== 'events.userError') {
      this.events.userError.emit({ user, error: thrown, where })
    }
  }
}

/**
 * Lets the event loop breathe. A user whose tasks never really wait would otherwise keep everyone else, timers and
 * sockets included, from running. One `setImmediate` per turn of the loop, whatever the number of users.
 */
export class Turns {
  _current = 0
  _armed = false
  _waiting: (() => void)[] = []
  readonly _end = (): void => {
    this._armed = false
    this._current++
    const waiting = this._waiting
    this._waiting = []
    for (const wake of waiting) wake()
  }

  /** The present turn; a later call that returns the same number means the loop has not turned. */
  mark(): number {
    if (!this._armed) {
      this._armed = true
      setImmediate(this._end)
    }
    return this._current
  }
  get current(): number {
    return this._current
  }
  /** Resolves in the next turn. */
  pass(): Promise<void> {
    this.mark()
    return new Promise((resolve) => {
      this._waiting.push(resolve)
    })
  }
}

/** One line for people, of anything that can be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `threw ${String(thrown)}`
}

/** The stack where there is one; of the bundle, not yet mapped. */
export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? messageOf(thrown)) : messageOf(thrown)
}

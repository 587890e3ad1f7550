/**
 * Hooks of a run that a script may listen to: `events.testStart.addListener(async ({ environment }) => …)`.
 * A listener that throws is reported and counted, the others still run; `StopTest` and the other signals reach whoever
 * fired the hook. One set of hooks per process, shared by copies of the package. `request` costs one property
 * read per request while nobody listens.
 */
import type { RequestEvent } from '../../contracts/user.ts'
import type { Environment } from './core.ts'
import { signalOf } from './signals.ts'

export type Listener<Args> = (args: Args) => unknown

/** One hook. Listeners run in the order they were added. */
export class EventHook<Args> {
  readonly name: string
  /** Listeners that threw or rejected, since the start of the process. */
  failures = 0
  readonly _owner: Events
  _listeners: Listener<Args>[] = []

  constructor(name: string, owner: Events) {
    this.name = name
    this._owner = owner
  }

  get size(): number {
    return this._listeners.length
  }

  /** Returns the listener, so that it can be kept for `removeListener`. */
  addListener(listener: Listener<Args>): Listener<Args> {
    if (typeof listener !== 'function') {
      throw new TypeError(`events.${this.name}.addListener needs a function`)
    }
    this._listeners = [...this._listeners, listener]
    return listener
  }

  removeListener(listener: Listener<Args>): void {
    this._listeners = this._listeners.filter((each) => each !== listener)
  }

  /** Calls all without waiting for asynchronous ones. Throws the first signal a listener threw, after all have run. */
  emit(args: Args): void {
    let signal: unknown
    for (const listener of this._listeners) {
      try {
        const returned = listener(args)
        if (returned instanceof Promise) returned.catch((thrown: unknown) => this._failed(thrown))
      } catch (thrown) {
        if (signalOf(thrown) === undefined) this._failed(thrown)
        else signal ??= thrown
      }
    }
    if (signal !== undefined) throw signal
  }

  /**
   * Calls one after the other and awaits each; for the start and end of things. Resolves with what listeners threw,
   * which is reported already; rejects with the first signal.
   */
  async run(args: Args): Promise<readonly unknown[]> {
    const failures: unknown[] = []
    let signal: unknown
    for (const listener of this._listeners) {
      try {
        await listener(args)
      } catch (thrown) {
        if (signalOf(thrown) === undefined) {
          failures.push(thrown)
          this._failed(thrown)
        } else signal ??= thrown
      }
    }
    if (signal !== undefined) throw signal
    return failures
  }

  _failed(thrown: unknown): void {
    this.failures++
    this._owner.onListenerError?.(this.name, thrown)
  }
}

/** An uncaught error of a script. */
export interface UserErrorEvent {
  readonly user: object | undefined
  readonly error: unknown
  /** Such as `Shopper.buy` or `Shopper.onStart`. */
  readonly where: string
}

export class Events {
  /** Told of every listener that failed, by whoever runs the worker. */
  onListenerError: ((hook: string, error: unknown) => void) | undefined = undefined
  /** The worker has loaded the script and its plan. */
  readonly init = new EventHook<{ environment: Environment }>('init', this)
  /** Once per worker and run, before the first user. */
  readonly testStart = new EventHook<{ environment: Environment }>('testStart', this)
  /** All users of this worker's share have been started. */
  readonly spawningComplete = new EventHook<{ userCount: number }>('spawningComplete', this)
  /** Before users are stopped. */
  readonly testStopping = new EventHook<{ environment: Environment }>('testStopping', this)
  /** After all users have stopped. */
  readonly testStop = new EventHook<{ environment: Environment }>('testStop', this)
  /** Every finished request of a script. */
  readonly request = new EventHook<RequestEvent>('request', this)
  readonly userError = new EventHook<UserErrorEvent>('userError', this)

  /** Forgets all listeners: before another script is loaded into this process. */
  clear(): void {
    for (const hook of Object.values(this)) if (hook instanceof EventHook) hook._listeners = []
  }
}

const KEY = Symbol.for('onrush.events')
const shared = globalThis as unknown as Record<symbol, Events | undefined>

shared[KEY] ??= new Events()
/** The hooks of this process. */
export const events: Events = shared[KEY]

import type { Clock } from './clock.ts'
import type { ExemplarSink } from './exemplar.ts'
import type { Recorder } from './measure.ts'
import type { LoadPlan, Scenario, Share } from './plan.ts'
import type { MetricSink } from './snapshot.ts'

/** What the engine needs of a simulated person; `load/user` implements it around the script's classes. */
export interface VirtualUser {
  /** 1 + the index in the whole plan: unique over all workers, stable for a seed. */
  readonly id: number
  readonly className: string
  /** `start` resolved false because the script threw, not because the user asked to stop; or it was abandoned. */
  readonly failed?: boolean
  /** It ended because a task that was cut by the timeout of its iteration never returned: another may take its place. */
  readonly abandoned?: boolean
  /** The task it is in, such as `Shopper.buy`, for messages; undefined between tasks. */
  readonly task?: string | undefined
  /** Construct and run `onStart`. Resolves false when the user cannot go on (it threw, or asked to stop). */
  start(): Promise<boolean>
  /**
   * Closed model: tasks and waits until the user ends by itself or `stop` is called; then `onEnd`, once. A callback, because a
   * promise per user is memory that a hundred thousand waiting users would hold. With a quota it ends when that is used up.
   */
  run(onEnd: (user: VirtualUser) => void, quota?: IterationQuota): void
  /** Open model: one task, due `lateUs` ago. Resolves false when the user must not be used again. Never rejects. */
  iterate(lateUs: number): Promise<boolean>
  /**
   * Ends the user: a waiting one at once, one in a task after the task or when `kill` is called.
   * Runs the `onStop` chain and closes its clients. Idempotent. Never rejects.
   */
  stop(): Promise<void>
  /** Hard stop: closes its clients now, so that whatever the task awaits ends. */
  kill(): void
}

/** How many iterations a user may still begin. An iteration is a task with all that it enters at once. */
export interface IterationQuota {
  /** Before each; false: there is none left, and the user ends. */
  begin(): boolean
  /** After each that began; false: that was the last one. */
  end(): boolean
}

/** Makes users; `className` comes from the user mix, settings such as timeouts from `scenario` where there is one. */
export interface UserFactory {
  create(className: string, id: number, scenario?: Scenario): VirtualUser
}

/** What every user of one worker shares. */
export interface WorkerContext {
  readonly plan: LoadPlan
  readonly workerIndex: number
  /** Our part of the plan as it was told before the start: a worker lost later does not change it. Absent: all of it. */
  readonly share?: Share
  readonly clock: Clock
  readonly recorder: Recorder
  /** Custom metrics; absent where nothing is measured. */
  readonly metrics?: MetricSink
  /** Requests that are kept whole; absent where none are. */
  readonly exemplars?: ExemplarSink
  /** ms on `clock` at which the run began. */
  readonly startedAtMs: number
  log(level: 'info' | 'warn' | 'error', text: string): void
  /** Ends the whole test on all workers. */
  stopTest(why: string): void
  readonly meetings: Meetings
  readonly gate: Gate
  /** What the script's `setup` returned; undefined without one. */
  readonly shared: unknown
  /** May load be sent to this host name? `undefined`: yes; else the sentence that says why not. */
  refuseHost(hostname: string): string | undefined
}

/** Where users of all workers wait for each other. */
export interface Meetings {
  /** Waits under `name` until `size` users are there; `released` is then called once. Returns how to give up. */
  join(name: string, size: number, released: () => void): () => void
}

/** Before each iteration of the closed model: closed while the run is paused. */
export interface Gate {
  readonly closed: boolean
  /** Calls `passGate` once, when it is this guest's turn to go on. */
  wait(guest: GateGuest): void
  /** It does not wait any more. */
  leave(guest: GateGuest): void
}
export interface GateGuest {
  passGate(): void
}

/** What one user's clients need: the seam between `load/user` and protocols. */
export interface ClientContext {
  readonly userId: number
  readonly worker: WorkerContext
  /** How late the current iteration started; the first request takes it and leaves 0. */
  lateUs: number
  /** Told of every finished request when somebody listens to `events.request`; else undefined, and free. */
  onRequest: ((event: RequestEvent) => void) | undefined
  /** A stack as people wrote the code, from one of the bundle. */
  mapStack(stack: string): string
}

export interface RequestEvent {
  readonly kind: string
  readonly method: string
  readonly name: string
  readonly url: string
  readonly startMs: number
  readonly latencyMs: number
  readonly responseMs: number
  readonly status: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly error: string | undefined
  readonly response: unknown
}

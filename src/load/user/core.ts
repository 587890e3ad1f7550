/**
 * What users and task sets of a script see of the machinery that drives them. One core per user; it is also the
 * context of the user's clients, so that a user that only waits costs one instance and one core.
 */
import type { ClientContext, WorkerContext } from '../../contracts/user.ts'
import type { Prng } from '../../kernel/prng.ts'
import type { Events } from './events.ts'
import type { Metrics } from './metrics.ts'
import type { RequestWatch } from './transaction.ts'

/** What all users of one worker share, as scripts see it. */
export interface Environment {
  readonly plan: WorkerContext['plan']
  /** Base URL that the command line or the plan gave; null when only classes name one. */
  readonly host: string | null
  readonly tags: Readonly<Record<string, string>>
  /** Counts from 0. */
  readonly workerIndex: number
  readonly events: Events
  /** What the script's `setup` returned, on every worker; undefined without one. */
  readonly shared: unknown
  log(level: 'info' | 'warn' | 'error', text: string): void
  /** Ends the whole test on all workers. */
  stopTest(why: string): void
}

/** A protocol client that a user owns. */
export interface UserClient {
  /** Ends what is in flight, now. May be called twice. */
  close(): void
  /** The iteration took too long: what is in flight fails as `timeout` with the message of `why`, and until `mend` every call rejects with it. */
  cut?(why: Error): void
  /** After `cut`: works again, over new connections where it lost some. */
  mend?(): void
}

export interface UserCore extends ClientContext {
  readonly environment: Environment
  /** Of the user's scenario. */
  readonly env: Readonly<Record<string, string>>
  /** Of the worker, shared by its users. */
  readonly metrics: Metrics
  /** The script's own randomness, seeded by (seed, user id). */
  readonly random: Prng
  /** Hard-stopped: what its task does from now on is our doing, and counts for nothing. */
  readonly killed: boolean
  /** Its iteration took too long and is over, though its task may still run. */
  readonly cut: Error | undefined
  /** It ends once its present task is over. */
  readonly stopping: boolean
  /** Tells `watch` of every request of this user that ends, until `unwatchRequests`. */
  watchRequests(watch: RequestWatch): void
  unwatchRequests(watch: RequestWatch): void
  /** Uniform in [0, 1) for choices of tasks and waits: apart from `random`, so that neither disturbs the other. */
  decide(): number
  /** Rejects with `StopUser` when the user is killed meanwhile. */
  sleep(ms: number): Promise<void>
  /** Resolves true when `size` users wait under `name`, false after `ms`. Rejects with `StopUser` when the user is to end. */
  meet(name: string, size: number, ms: number): Promise<boolean>
  /** Ends this user when its present task is over; a waiting one at once. */
  requestStop(): void
  /** The client is closed when the user ends. */
  addClient(client: UserClient): void
}

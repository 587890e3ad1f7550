/**
 * Transactions: several steps of a user timed as one, in a series of its own (kind `transaction`, method `TX`). They are no
 * requests, so rates, totals and error rates of requests never see them. Cost: about 0.5 µs each; a user outside of one
 * pays one undefined field. Deliberately without asynchronous context: which request belongs to which transaction is
 * only asked with `failOnRequest`, and answered by time, since a user's own requests are all it does meanwhile.
 *
 *     callback returns, or throws a signal   counted, passed
 *     callback throws anything else          counted, failed; goes on to the task, which fails too
 *     the iteration's timeout cut it off      counted, failed
 *     the end of the run cut it off          not counted: neither the target nor the script did that
 */
import {
  type ErrorId,
  type FailureKind,
  type Recorder,
  TRANSACTION_KIND,
  TRANSACTION_METHOD,
} from '../../contracts/measure.ts'
import type { RequestEvent } from '../../contracts/user.ts'
import type { UserCore } from './core.ts'
import { messageOf, stackOf } from './runtime.ts'
import { signalOf } from './signals.ts'

export interface TransactionOptions {
  /** Fails also when a request that ends meanwhile has failed. Default false: a failed request is data, for the script to judge. */
  readonly failOnRequest?: boolean
}

interface Failure {
  readonly thrown: unknown
  readonly kind: FailureKind
}

/** Runs `steps` and times it under `name`; resolves or rejects as `steps` does. Rejects with a TypeError for a wrong call. */
export async function runTransaction<T>(
  core: UserCore,
  name: string,
  steps: () => T | Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  if (typeof name !== 'string' || name === '' || typeof steps !== 'function') {
    throw new TypeError(
      "transaction needs a name and a function: await this.transaction('checkout', async () => { … })",
    )
  }
  const { clock } = core.worker
  const watch = options.failOnRequest === true ? new RequestWatch() : undefined
  if (watch !== undefined) core.watchRequests(watch)
  // Not taken, only read: the first request inside is as late as the transaction that holds it.
  const { lateUs } = core
  const startMs = clock.nowMs()
  let failed: Failure | undefined
  let cutOff = false
  try {
    return await steps()
  } catch (thrown) {
    const signal = signalOf(thrown)
    if (signal === undefined) failed = { thrown, kind: 'script' }
    // Some waits of a script end like this when its user is to end.
    else if (signal === 'stop-user') cutOff = core.stopping
    throw thrown
  } finally {
    if (watch !== undefined) core.unwatchRequests(watch)
    // Cut with its iteration: failed, whatever the steps made of it.
    if (core.cut !== undefined) failed = { thrown: core.cut, kind: 'iteration-timeout' }
    // What follows is late by the script's own doing, not by that of the arrival.
    core.lateUs = 0
    if (!core.killed && !cutOff) {
      const latencyUs = (clock.nowMs() - startMs) * 1_000
      count(core, name, latencyUs, lateUs, failed, watch?.failure)
    }
  }
}

/** Remembers the first failed request of a user while it is watched. */
export class RequestWatch {
  failure: string | undefined = undefined

  note(event: RequestEvent): void {
    if (event.error === undefined) return
    this.failure ??= `a request in it failed: ${event.method} ${event.name}`
  }
}

/** The open watches of one user, told of its requests in place of `events.request`, and passing on to it. */
export class RequestWatches {
  _open: readonly RequestWatch[] = []
  readonly onRequest: (event: RequestEvent) => void

  constructor(passOn: (event: RequestEvent) => void) {
    this.onRequest = (event) => {
      for (const each of this._open) each.note(event)
      passOn(event)
    }
  }

  add(watch: RequestWatch): void {
    this._open = [...this._open, watch]
  }
  /** Answers whether any is left. */
  remove(watch: RequestWatch): boolean {
    this._open = this._open.filter((each) => each !== watch)
    return this._open.length > 0
  }
}

function count(
  core: UserCore,
  name: string,
  latencyUs: number,
  lateUs: number,
  failed: Failure | undefined,
  requestFailure: string | undefined,
): void {
  const { recorder } = core.worker
  const series = recorder.series(TRANSACTION_KIND, TRANSACTION_METHOD, name)
  if (failed !== undefined) {
    const error = recorder.error(failed.kind, messageOf(failed.thrown))
    if (failed.kind === 'script') keepSample(core, error, failed.thrown)
    recorder.fail(series, latencyUs, lateUs, 0, 0, 0, 0, error)
  } else if (requestFailure !== undefined) {
    const error = recorder.error('other', requestFailure)
    recorder.fail(series, latencyUs, lateUs, 0, 0, 0, 0, error)
  } else {
    recorder.record(series, latencyUs, lateUs, 0, 0, 0, 0)
  }
}

/** Errors whose stack was kept, by recorder; bounded by its dictionary of errors. */
const sampled = new WeakMap<Recorder, Set<ErrorId>>()

/** Only the first time: finding the script's own lines of a stack costs more than the transaction. */
function keepSample(core: UserCore, error: ErrorId, thrown: unknown): void {
  const { recorder } = core.worker
  let known = sampled.get(recorder)
  if (known === undefined) {
    known = new Set()
    sampled.set(recorder, known)
  }
  if (known.has(error)) return
  known.add(error)
  recorder.sample(error, core.mapStack(stackOf(thrown)))
}

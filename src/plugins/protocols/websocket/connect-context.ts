/**
 * The opening handshake is an HTTP request, and is made by the HTTP client: proxies, TLS, cookies, credentials, redirects and the rule of
 * allowed hosts come with it. This file makes it count as what it is: each series of that client becomes `websocket CONNECT`,
 * and what it judges by a check becomes a malformed answer. Costs nothing beyond connecting.
 */
import type {
  CheckId,
  ErrorId,
  FailureKind,
  Recorder,
  SeriesId,
  Tags,
} from '../../../contracts/measure.ts'
import type { ClientContext, RequestEvent, WorkerContext } from '../../../contracts/user.ts'
import { KIND } from './message-counts.ts'

/** What the HTTP client of one user's sockets takes for its user. */
export class ConnectContext implements ClientContext {
  readonly userId: number
  readonly worker: WorkerContext
  readonly #user: ClientContext

  constructor(user: ClientContext) {
    this.#user = user
    this.userId = user.userId
    this.worker = connectWorker(user.worker)
  }

  get lateUs(): number {
    return this.#user.lateUs
  }
  set lateUs(lateUs: number) {
    this.#user.lateUs = lateUs
  }
  get onRequest(): ClientContext['onRequest'] {
    const { onRequest } = this.#user
    if (onRequest === undefined) return undefined
    return (event: RequestEvent) =>
      onRequest({
        ...event,
        kind: KIND,
        method: 'CONNECT',
        url: event.url.replace(/^http/, 'ws'),
      })
  }
  mapStack(stack: string): string {
    return this.#user.mapStack(stack)
  }
}

const workers = new WeakMap<WorkerContext, WorkerContext>()

/** One for all users of a worker, since connections' settings are found by it. All but the recorder is the worker's own, as it is now. */
function connectWorker(worker: WorkerContext): WorkerContext {
  let known = workers.get(worker)
  if (known === undefined) {
    const recorder = new ConnectRecorder(worker.recorder)
    known = Object.create(worker, { recorder: { value: recorder } }) as WorkerContext
    workers.set(worker, known)
  }
  return known
}

class ConnectRecorder implements Recorder {
  readonly #recorder: Recorder

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  series(_kind: string, _method: string, name: string, tags?: Tags): SeriesId {
    return this.#recorder.series(KIND, 'CONNECT', name, tags)
  }
  error(kind: FailureKind, message: string): ErrorId {
    return this.#recorder.error(kind === 'check' ? 'malformed' : kind, message)
  }
  begin(atMs: number): void {
    this.#recorder.begin(atMs)
  }
  end(atMs: number): void {
    this.#recorder.end(atMs)
  }
  record(...numbers: Parameters<Recorder['record']>): void {
    this.#recorder.record(...numbers)
  }
  fail(...numbers: Parameters<Recorder['fail']>): void {
    this.#recorder.fail(...numbers)
  }
  phases(...numbers: Parameters<Recorder['phases']>): void {
    this.#recorder.phases(...numbers)
  }
  /** The only check is that of the handshake, which is nobody's business unless it fails. */
  checkId(): CheckId {
    return 0
  }
  check(): void {}
  sample(error: ErrorId, text: string): void {
    this.#recorder.sample(error, text)
  }
}

/**
 * How messages enter the measurements of a worker: `REQUEST` is timed until its answer and counts as a request; `SEND` and `RECEIVE`
 * go one way, so they are counted beside the requests, never among them. One per worker; it holds nothing per message.
 */
import type { ErrorId, FailureKind, Recorder, SeriesId } from '../../../contracts/measure.ts'
import type { WorkerContext } from '../../../contracts/user.ts'

export const KIND = 'websocket'
export type Method = 'SEND' | 'REQUEST' | 'RECEIVE'

export class MessageCounts {
  readonly recorder: Recorder
  readonly #sampled = new Set<ErrorId>()

  constructor(recorder: Recorder) {
    this.recorder = recorder
  }

  series(method: Method, name: string): SeriesId {
    return this.recorder.series(KIND, method, name)
  }

  received(series: SeriesId, bytes: number): void {
    this.recorder.record(series, 0, 0, 0, bytes, 0, 0)
  }

  /** The socket ended as it should not have, and no request was waiting that could have said so. */
  broken(series: SeriesId, kind: FailureKind, message: string, sample: string): void {
    this.recorder.fail(series, 0, 0, 0, 0, 0, 0, this.error(kind, message, sample))
  }

  /** The recorder's number for an error, with its first occurrence kept for people. */
  error(kind: FailureKind, message: string, sample: string): ErrorId {
    const id = this.recorder.error(kind, message)
    if (!this.#sampled.has(id)) {
      // Bounded by the recorder's own dictionary.
      this.#sampled.add(id)
      this.recorder.sample(id, sample)
    }
    return id
  }
}

const byWorker = new WeakMap<WorkerContext, MessageCounts>()

export function countsOf(worker: WorkerContext): MessageCounts {
  let known = byWorker.get(worker)
  if (known === undefined) {
    known = new MessageCounts(worker.recorder)
    byWorker.set(worker, known)
  }
  return known
}

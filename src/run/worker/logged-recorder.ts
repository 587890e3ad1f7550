/**
 * A recorder that also writes each request into a sample log: what users are given when a run asks for one. Every number goes on to the
 * worker's own recorder as it is; a run without such a log never makes one. About 0.6 µs a request.
 */
import type {
  CheckId,
  ErrorId,
  FailureKind,
  Recorder,
  SeriesId,
  Tags,
} from '../../contracts/measure.ts'
import type { WorkerRecorder } from '../../model/metrics/recorder.ts'
import type { SampleLog } from './sample-log.ts'

export class LoggedRecorder implements Recorder {
  readonly #recorder: WorkerRecorder
  readonly #log: SampleLog
  /** Ends of lines by series, and texts of errors, made once. */
  readonly #tails: string[] = []
  readonly #errors: string[] = []
  #endMs = 0.5

  constructor(recorder: WorkerRecorder, log: SampleLog) {
    this.#recorder = recorder
    this.#log = log
  }

  series(kind: string, method: string, name: string, tags?: Tags): SeriesId {
    return this.#recorder.series(kind, method, name, tags)
  }
  error(kind: FailureKind, message: string): ErrorId {
    return this.#recorder.error(kind, message)
  }
  checkId(name: string, scenario?: string): CheckId {
    return this.#recorder.checkId(name, scenario)
  }
  begin(atMs: number): void {
    this.#recorder.begin(atMs)
  }
  end(atMs: number): void {
    this.#endMs = atMs
    this.#recorder.end(atMs)
  }
  record(
    series: SeriesId,
    latencyUs: number,
    lateUs: number,
    status: number,
    bytesIn: number,
    bytesOut: number,
    wireRequests: number,
  ): void {
    this.#recorder.record(series, latencyUs, lateUs, status, bytesIn, bytesOut, wireRequests)
    this.#write(series, latencyUs, lateUs, status, bytesIn, bytesOut, 'null')
  }
  fail(
    series: SeriesId,
    latencyUs: number,
    lateUs: number,
    status: number,
    bytesIn: number,
    bytesOut: number,
    wireRequests: number,
    error: ErrorId,
  ): void {
    this.#recorder.fail(series, latencyUs, lateUs, status, bytesIn, bytesOut, wireRequests, error)
    this.#errors[error] ??= JSON.stringify(textOf(this.#recorder.errorAt(error)))
    this.#write(series, latencyUs, lateUs, status, bytesIn, bytesOut, this.#errors[error]!)
  }
  phases(
    series: SeriesId,
    dnsUs: number,
    connectUs: number,
    tlsUs: number,
    sendUs: number,
    waitUs: number,
    receiveUs: number,
  ): void {
    this.#recorder.phases(series, dnsUs, connectUs, tlsUs, sendUs, waitUs, receiveUs)
  }
  check(id: CheckId, passed: boolean): void {
    this.#recorder.check(id, passed)
  }
  sample(error: ErrorId, text: string): void {
    this.#recorder.sample(error, text)
  }

  #write(
    series: SeriesId,
    latencyUs: number,
    lateUs: number,
    status: number,
    bytesIn: number,
    bytesOut: number,
    error: string,
  ): void {
    this.#tails[series] ??= this.#tailOf(series)
    const endMs = thousandths(this.#endMs - this.#recorder.startedAtMs)
    const head = `[${endMs},${thousandths(latencyUs / 1_000)},${thousandths(lateUs / 1_000)},${status}`
    this.#log.add(`${head},${bytesIn},${bytesOut},${error},${this.#tails[series]}`)
  }

  #tailOf(series: SeriesId): string {
    const { kind, method, name, tags = {} } = this.#recorder.seriesAt(series)
    return `${JSON.stringify([kind, method, name, tags]).slice(1)}\n`
  }
}

const textOf = ({ kind, message }: { readonly kind: string; readonly message: string }): string =>
  `${kind}: ${message}`

const thousandths = (ms: number): number => Math.round(ms * 1_000) / 1_000

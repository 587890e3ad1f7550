/**
 * A recorder whose series all carry the same tags: what the users of one scenario are given when the plan tells scenarios apart.
 * Only looking a series up is different; every number goes to the worker's own recorder as it is. A plan without such
 * tags never makes one. Tags of a request win.
 */

import type {
  CheckId,
  ErrorId,
  FailureKind,
  Recorder,
  SeriesId,
  Tags,
} from '../../contracts/measure.ts'
import type { MetricKind, MetricSink } from '../../contracts/snapshot.ts'
import { mergeTags, SCENARIO_TAG } from './tags.ts'

export class TaggedRecorder implements Recorder {
  readonly #recorder: Recorder
  readonly #tags: Tags

  constructor(recorder: Recorder, tags: Tags) {
    this.#recorder = recorder
    this.#tags = tags
  }

  series(kind: string, method: string, name: string, tags?: Tags): SeriesId {
    return this.#recorder.series(kind, method, name, mergeTags(this.#tags, tags))
  }
  error(kind: FailureKind, message: string): ErrorId {
    return this.#recorder.error(kind, message)
  }
  checkId(name: string): CheckId {
    return this.#recorder.checkId(name, this.#tags[SCENARIO_TAG])
  }
  begin(atMs: number): void {
    this.#recorder.begin(atMs)
  }
  end(atMs: number): void {
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
}

/** The same for custom metrics, which are kept by scenario only. */
export class ScenarioMetrics implements MetricSink {
  readonly #metrics: MetricSink
  readonly #scenario: string

  constructor(metrics: MetricSink, scenario: string) {
    this.#metrics = metrics
    this.#scenario = scenario
  }

  measure(kind: MetricKind, name: string, value: number, atMs: number): void {
    this.#metrics.measure(kind, name, value, atMs, this.#scenario)
  }
}

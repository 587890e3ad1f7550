/**
 * What a file of another tool tells, made into windows as if a worker of ours had counted it: requests belong to the second in which
 * they ended, and requests in flight come from their beginnings and ends. When a request was due no file says, so response time is latency.
 * Holds all requests until the file is read, because few files are in order of time; bounded by `IMPORT_SAMPLES_MAX`.
 */
import type { ForeignSample, ForeignSink } from '../../contracts/foreign.ts'
import { TRANSACTION_KIND } from '../../contracts/measure.ts'
import type { Window } from '../../contracts/window.ts'
import { ForeignMistake } from '../../kernel/foreign-mistake.ts'
import { IMPORT_SAMPLES_MAX, IMPORT_WINDOWS_MAX } from '../../kernel/limits.ts'
import { WorkerRecorder } from '../metrics/recorder.ts'
import { mergeSnapshots, WINDOW_MS } from '../metrics/window.ts'
import { SampleColumns } from './sample-columns.ts'

/** Nothing is known of the other tool's machine. */
const NO_HEALTH = {
  cpuRatio: 0,
  loopUtilisation: 0,
  loopDelayMsP99: 0,
  rssBytes: 0,
  openSockets: 0,
}

interface Checked {
  readonly name: string
  readonly passed: boolean
  readonly epochMs: number
}

export class ForeignBook implements ForeignSink {
  readonly notes: string[] = []
  readonly #recorder = new WorkerRecorder(0)
  readonly #samples = new SampleColumns()
  /** By series: does it count as a request in flight? */
  readonly #isRequest: boolean[] = []
  readonly #checks: Checked[] = []
  /** Highest level told in each second since 1970. */
  readonly #users = new Map<number, number>()

  get samples(): number {
    return this.#samples.length
  }

  sample(sample: ForeignSample): void {
    this.#mayGrow(this.#samples.length)
    const { kind, method, name, error } = sample
    const recorder = this.#recorder
    const series = recorder.series(kind, method, name)
    this.#isRequest[series] = kind !== TRANSACTION_KIND
    this.#samples.add({
      startMs: sample.startEpochMs,
      latencyMs: sample.latencyMs,
      series,
      error: error === undefined ? -1 : recorder.error(error.kind, error.message),
      status: sample.status,
      bytesIn: sample.bytesIn,
      bytesOut: sample.bytesOut,
      phasesMs: sample.phasesMs?.slice(1) ?? [],
    })
  }

  check(name: string, passed: boolean, epochMs: number): void {
    this.#mayGrow(this.#checks.length)
    this.#checks.push({ name, passed, epochMs })
  }

  users(active: number, epochMs: number): void {
    const second = Math.floor(epochMs / WINDOW_MS)
    this.#users.set(second, Math.max(active, this.#users.get(second) ?? 0))
  }

  note(text: string): void {
    this.notes.push(text)
  }

  /** Of the first request, ms since 1970; NaN without any. */
  get startedAtEpochMs(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (let index = 0; index < this.samples; index++) {
      earliest = Math.min(earliest, this.#samples.startMs(index))
    }
    return this.samples === 0 ? Number.NaN : earliest
  }

  /** In order, without a gap. Call it once. Throws `ForeignMistake` when they cannot be of one run. */
  *windows(): Generator<Window> {
    const samples = this.#samples
    const recorder = this.#recorder
    const originMs = this.startedAtEpochMs
    const begun = samples.inOrderOf((index) => samples.startMs(index))
    const ended = samples.inOrderOf((index) => samples.endMs(index))
    if (samples.length > 0) this.#refuseYears(samples.endMs(ended.at(-1)!) - originMs)
    const checks = this.#checks.sort((a, b) => a.epochMs - b.epochMs)[Symbol.iterator]()
    let check = checks.next()
    let [nextBegun, nextEnded, window, users] = [0, 0, 0, 0]
    while (nextEnded < samples.length) {
      const endMs = (window + 1) * WINDOW_MS
      for (;;) {
        const startAt = nextBegun < samples.length ? samples.startMs(begun[nextBegun]!) : Infinity
        const endAt = nextEnded < samples.length ? samples.endMs(ended[nextEnded]!) : Infinity
        // One that took no time begins before it ends.
        const isBeginning = startAt <= endAt
        if (Math.min(startAt, endAt) - originMs >= endMs || nextEnded >= samples.length) break
        const { series } = samples.at(isBeginning ? begun[nextBegun]! : ended[nextEnded]!)
        if (isBeginning && this.#isRequest[series]) recorder.begin(startAt - originMs)
        if (isBeginning) nextBegun++
        else this.#end(ended[nextEnded++]!, endAt - originMs)
      }
      for (; !check.done && check.value.epochMs - originMs < endMs; check = checks.next()) {
        recorder.check(recorder.checkId(check.value.name), check.value.passed)
      }
      users = this.#move(users, Math.floor(originMs / WINDOW_MS) + window)
      yield mergeSnapshots(window, [recorder.flush(window, endMs, NO_HEALTH)], true)
      window++
    }
  }

  #end(index: number, atMs: number): void {
    const recorder = this.#recorder
    const { series, error, latencyMs, status, bytesIn, bytesOut, phasesMs } =
      this.#samples.at(index)
    if (this.#isRequest[series]) recorder.end(atMs)
    const us = latencyMs * 1_000
    if (error < 0) recorder.record(series, us, 0, status, bytesIn, bytesOut, 1)
    else recorder.fail(series, us, 0, status, bytesIn, bytesOut, 1, error)
    const [connect, tls, send, wait, receive] = [...phasesMs].map((ms) => ms * 1_000)
    recorder.phases(series, 0, connect!, tls!, send!, wait!, receive!)
  }

  /** The level of the second, or that of before. */
  #move(from: number, second: number): number {
    const to = this.#users.get(second) ?? from
    for (let user = from; user < to; user++) this.#recorder.userStarted()
    for (let user = to; user < from; user++) this.#recorder.userStopped()
    return to
  }

  #mayGrow(count: number): void {
    if (count < IMPORT_SAMPLES_MAX) return
    throw new ForeignMistake(
      `it holds more than ${IMPORT_SAMPLES_MAX} requests or checks`,
      'cut it into parts, such as one per hour',
    )
  }

  #refuseYears(lengthMs: number): void {
    if (lengthMs <= IMPORT_WINDOWS_MAX * WINDOW_MS) return
    throw new ForeignMistake(
      `its first and its last request are ${Math.round(lengthMs / 86_400_000)} days apart`,
      'import one run at a time',
    )
  }
}

// HOT: record ≤ 50 ns; no allocation in begin, end, record, fail, phases and check after a series' first use.
/**
 * Counts one worker's requests, errors, checks, users and arrivals, and hands them over once per window as deltas. Numbers
 * live in typed arrays, text is interned once. It reads no clock: times come with the calls, and an error is dated by the
 * latest `begin` or `end`. The response histogram exists only while something was late; until then it equals latency.
 *
 *     numbers[series × COLUMNS + column]      statuses[series × statusColumns + column]
 *
 * What `flush` returns is valid until the next `flush`: the two sets of histograms change places.
 */
import type {
  CheckId,
  ErrorId,
  FailureKind,
  Recorder,
  SeriesId,
  Tags,
} from '../../contracts/measure.ts'
import type { SeriesDelta, SnapshotData, WorkerHealth } from '../../contracts/snapshot.ts'
import { NAME_CHARS_MAX, SERIES_MAX } from '../../kernel/limits.ts'
import { CheckBook } from './check-book.ts'
import { ErrorBook } from './error-book.ts'
import type { ExemplarBook } from './exemplar-book.ts'
import { LogHistogram } from './histogram.ts'
import { MetricBook } from './metric-book.ts'
import { NamePatterns } from './name-patterns.ts'
import { sortedTags, taggedName, tagsKey } from './tags.ts'

const REQUESTS = 0
const FAILURES = 1
const WIRE_REQUESTS = 2
const BYTES_IN = 3
const BYTES_OUT = 4
const PHASES = 5
const COLUMNS = PHASES + 6
const STATUSES_MAX = 1_024
const KINDS_MAX = 64
const TAGGED_OTHERS_MAX = 32
const TAG_SETS_FEW = 50
export const OTHER_SERIES = '(other)'

/** By kind, method and name. */
type Ids = Map<string, Map<string, Map<string, SeriesId>>>

/** What the recorder itself knows of the worker's health; the rest comes from outside. */
export type OutsideHealth = Omit<WorkerHealth, 'inFlight' | 'inFlightMs' | 'limits'> & {
  readonly limits?: WorkerHealth['limits']
}

/** What a recorder can do without. */
export interface RecorderOptions {
  /** Takes the secrets out of names and messages. */
  readonly hide?: (text: string) => string
  /** Flushed with everything else. */
  readonly exemplars?: ExemplarBook | undefined
}

export class WorkerRecorder implements Recorder {
  readonly _workerIndex: number
  readonly _hide: ((text: string) => string) | undefined
  readonly exemplars: ExemplarBook | undefined
  _sequence = 0
  _startedAtMs = 0
  _lastAtMs = 0

  readonly _idsByKind: Ids = new Map()
  /** Of series with tags, by what `tagsKey` makes of those. */
  readonly _idsByTags = new Map<string, Ids>()
  readonly _otherByKind = new Map<string, SeriesId>()
  readonly _names: { kind: string; method: string; name: string; tags?: Tags }[] = []
  readonly _patterns = new NamePatterns()
  _folded = 0
  _foldedSinceFlush = 0

  _numbers = new Float64Array(16 * COLUMNS)
  _statusColumns = 8
  _statuses = new Float64Array(16 * 8)
  readonly _statusColumn = new Int16Array(STATUSES_MAX).fill(-1)
  readonly _statusOfColumn: number[] = []

  _latency: LogHistogram[] = []
  _latencySpare: LogHistogram[] = []
  /** Holds values only while `_wasLate[series]` is 1. */
  _response: LogHistogram[] = []
  _responseSpare: LogHistogram[] = []
  _wasLate = new Uint8Array(16)

  readonly _errors = new ErrorBook()
  readonly _checks = new CheckBook()
  readonly metrics = new MetricBook()

  _inFlight = 0
  _inFlightMs = 0.5
  _inFlightSinceMs = 0.5

  _users = { active: 0, started: 0, stopped: 0, failed: 0 }
  _arrivals = { due: 0, started: 0, dropped: 0, finished: 0 }
  _lateness = new LogHistogram()
  _latenessSpare = new LogHistogram()

  constructor(workerIndex: number, { hide, exemplars }: RecorderOptions = {}) {
    this._workerIndex = workerIndex
    this._hide = hide
    this.exemplars = exemplars
    this.startAt(0)
  }

  /** The run's start on the clock whose times `begin` and `end` are given; call before the first of them. */
  startAt(startedAtMs: number): void {
    this._startedAtMs = startedAtMs
    this._lastAtMs = startedAtMs
    this._inFlightMs = 0
    this._inFlightSinceMs = startedAtMs
  }

  series(kind: string, method: string, name: string, tags?: Tags): SeriesId {
    if (tags !== undefined) return this._taggedSeries(kind, method, name, tags)
    const known = this._idsByKind.get(kind)?.get(method)?.get(name)
    return known ?? this._newSeries(kind, method, name)
  }

  error(kind: FailureKind, message: string): ErrorId {
    return this._errors.id(kind, this._hide?.(message) ?? message)
  }

  checkId(name: string, scenario?: string): CheckId {
    return this._checks.id(name, scenario)
  }

  begin(atMs: number): void {
    this._integrate(atMs)
    this._inFlight++
  }

  end(atMs: number): void {
    this._integrate(atMs)
    this._inFlight--
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
    const numbers = this._numbers
    const row = series * COLUMNS
    numbers[row + REQUESTS]!++
    numbers[row + WIRE_REQUESTS]! += wireRequests
    numbers[row + BYTES_IN]! += bytesIn
    numbers[row + BYTES_OUT]! += bytesOut
    let column = this._statusColumn[status & (STATUSES_MAX - 1)]!
    if (column < 0) column = this._newStatus(status & (STATUSES_MAX - 1))
    this._statuses[series * this._statusColumns + column]!++
    const latency = this._latency[series]!
    if (lateUs > 0 && this._wasLate[series] === 0) {
      this._wasLate[series] = 1
      this._response[series]!.mergeFrom(latency)
    }
    latency.record(latencyUs)
    if (this._wasLate[series] === 1) this._response[series]!.record(latencyUs + lateUs)
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
    this.record(series, latencyUs, lateUs, status, bytesIn, bytesOut, wireRequests)
    this._numbers[series * COLUMNS + FAILURES]!++
    this._errors.count(series, error, Math.max(0, this._lastAtMs - this._startedAtMs))
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
    const numbers = this._numbers
    const row = series * COLUMNS + PHASES
    numbers[row]! += dnsUs
    numbers[row + 1]! += connectUs
    numbers[row + 2]! += tlsUs
    numbers[row + 3]! += sendUs
    numbers[row + 4]! += waitUs
    numbers[row + 5]! += receiveUs
  }

  check(id: CheckId, passed: boolean): void {
    this._checks.count(id, passed)
  }

  sample(error: ErrorId, text: string): void {
    this._errors.sample(error, this._hide?.(text) ?? text)
  }

  /** A user exists from here to `userStopped`, which every started user reaches. */
  userStarted(): void {
    this._users.started++
    this._users.active++
  }

  userStopped(): void {
    this._users.stopped++
    this._users.active--
  }

  /** It ended by a mistake of the script; counted besides `userStopped`, not instead of it. */
  userFailed(): void {
    this._users.failed++
  }

  /** Every due arrival is then either started or dropped. */
  arrivalDue(): void {
    this._arrivals.due++
  }

  arrivalStarted(lateUs: number): void {
    this._arrivals.started++
    this._lateness.record(lateUs)
  }

  arrivalDropped(): void {
    this._arrivals.dropped++
  }

  arrivalFinished(): void {
    this._arrivals.finished++
  }

  get inFlight(): number {
    return this._inFlight
  }

  /** On the clock of `begin` and `end`. */
  get startedAtMs(): number {
    return this._startedAtMs
  }

  /** What is known of a series, and of an error. */
  seriesAt(id: SeriesId): { kind: string; method: string; name: string; tags?: Tags } {
    return this._names[id]!
  }
  errorAt(id: ErrorId): { readonly kind: FailureKind; readonly message: string } {
    return this._errors.entries[id]!
  }

  /** What to tell the author of the script when names were folded; undefined when none were. */
  advice(): string | undefined {
    if (this._folded === 0) return undefined
    const worst = this._patterns.worst(3)
    const list = worst.map(({ pattern, names }) => `"${pattern}" (${names} names)`).join(', ')
    // Tags with ids in them make as many sets of tags as there are ids.
    const help =
      this._idsByTags.size > TAG_SETS_FEW
        ? 'Each value of a tag makes series of its own: leave out tags that tell single users or things apart.'
        : `Give such requests one name: { name: '${worst[0]?.pattern ?? ''}' }.`
    return (
      `More than ${SERIES_MAX} different names were measured; further ones are counted under "${OTHER_SERIES}". ` +
      `Most came from ${list}. ${help}`
    )
  }

  /** Everything counted since the last call; `nowMs` on the clock of `begin` and `end`. */
  flush(window: number, nowMs: number, health: OutsideHealth): SnapshotData {
    this._integrate(nowMs)
    const data: SnapshotData = {
      workerIndex: this._workerIndex,
      sequence: this._sequence++,
      window,
      series: this._flushSeries(),
      errors: this._errors.flush(this._names),
      checks: this._checks.flush(),
      metrics: this.metrics.flush(),
      ...this._flushExemplars(),
      users: { ...this._users },
      arrivals: { ...this._arrivals, lateness: this._lateness },
      health: {
        ...health,
        inFlight: this._inFlight,
        inFlightMs: this._inFlightMs,
        limits: [...(health.limits ?? []), ...this._limits()],
      },
    }
    this._inFlightMs = 0
    this._foldedSinceFlush = 0
    this._users = { active: this._users.active, started: 0, stopped: 0, failed: 0 }
    this._arrivals = { due: 0, started: 0, dropped: 0, finished: 0 }
    const lateness = this._lateness
    this._lateness = this._latenessSpare
    this._lateness.reset()
    this._latenessSpare = lateness
    return data
  }

  _integrate(atMs: number): void {
    // Two clocks reads may arrive swapped by a hair; the integral must not run backwards for it.
    if (atMs > this._inFlightSinceMs) {
      this._inFlightMs += this._inFlight * (atMs - this._inFlightSinceMs)
      this._inFlightSinceMs = atMs
    }
    this._lastAtMs = atMs
  }

  _limits(): (readonly [string, number])[] {
    const limits: (readonly [string, number])[] = []
    if (this._foldedSinceFlush > 0) limits.push(['series-folded', this._foldedSinceFlush])
    limits.push(
      ...this._errors.takeLimits(),
      ...this._checks.takeLimits(),
      ...this.metrics.takeLimits(),
      ...(this.exemplars?.takeLimits() ?? []),
    )
    return limits
  }

  _flushExemplars(): Pick<SnapshotData, 'exemplars'> {
    const exemplars = this.exemplars?.flush({ series: this._names, errors: this._errors.entries })
    return exemplars === undefined || exemplars.length === 0 ? {} : { exemplars }
  }

  _flushSeries(): SeriesDelta[] {
    const touched: SeriesDelta[] = []
    for (let series = 0; series < this._names.length; series++) {
      const row = series * COLUMNS
      const numbers = this._numbers.subarray(row, row + COLUMNS)
      if (numbers.every((value) => value === 0)) continue
      const latency = this._latency[series]!
      const late = this._wasLate[series] === 1
      touched.push({
        ...this._names[series]!,
        requests: numbers[REQUESTS]!,
        failures: numbers[FAILURES]!,
        wireRequests: numbers[WIRE_REQUESTS]!,
        bytesIn: numbers[BYTES_IN]!,
        bytesOut: numbers[BYTES_OUT]!,
        phaseSumsUs: Array.from(numbers.subarray(PHASES)),
        statuses: this._takeStatuses(series),
        latency,
        response: late ? this._response[series]! : latency,
      })
      numbers.fill(0)
      this._latency[series] = this._latencySpare[series]!
      this._latency[series]!.reset()
      this._latencySpare[series] = latency
      if (late) {
        const response = this._response[series]!
        this._response[series] = this._responseSpare[series]!
        this._response[series]!.reset()
        this._responseSpare[series] = response
        this._wasLate[series] = 0
      }
    }
    return touched
  }

  _takeStatuses(series: number): Map<number, number> {
    const statuses = new Map<number, number>()
    const row = series * this._statusColumns
    for (let column = 0; column < this._statusOfColumn.length; column++) {
      const count = this._statuses[row + column]!
      if (count > 0) statuses.set(this._statusOfColumn[column]!, count)
      this._statuses[row + column] = 0
    }
    return statuses
  }

  _newSeries(kind: string, method: string, givenName: string): SeriesId {
    const name = this._shown(givenName)
    if (name !== givenName) return this.series(kind, method, name)
    this._patterns.add(name)
    if (this._isFull()) return this._fold(kind)
    const names = submap(submap(this._idsByKind, kind), method)
    const id = this._addRow(kind, method, name)
    names.set(name, id)
    return id
  }

  _shown(name: string): string {
    return (this._hide?.(name) ?? name).slice(0, NAME_CHARS_MAX)
  }

  /** Series with tags have tables of their own, so that those without are found as if there were none. */
  _taggedSeries(kind: string, method: string, givenName: string, tags: Tags): SeriesId {
    const name = this._shown(givenName)
    const key = tagsKey(tags)
    const known = this._idsByTags.get(key)?.get(kind)?.get(method)?.get(name)
    if (known !== undefined) return known
    this._patterns.add(taggedName(name, tags))
    if (this._isFull()) return this._fold(kind, tags)
    let ids = this._idsByTags.get(key)
    if (ids === undefined) {
      ids = new Map()
      this._idsByTags.set(key, ids)
    }
    const id = this._addRow(kind, method, name, tags)
    submap(submap(ids, kind), method).set(name, id)
    return id
  }

  _isFull(): boolean {
    return this._names.length - this._otherByKind.size >= SERIES_MAX
  }

  /**
   * One "(other)" per kind and tags, so that a threshold on all requests of a kind, or of a scenario, still sees every one. With too
   * many different tags it loses them.
   */
  _fold(kind: string, tags?: Tags): SeriesId {
    const key = tags === undefined ? kind : `${kind}\0${tagsKey(tags)}`
    const known = this._otherByKind.get(key)
    if (known === undefined && tags !== undefined && this._otherByKind.size >= TAGGED_OTHERS_MAX) {
      return this._fold(kind)
    }
    this._folded++
    this._foldedSinceFlush++
    if (known !== undefined) return known
    if (this._otherByKind.size >= KINDS_MAX) return this._otherByKind.values().next().value!
    const id = this._addRow(kind, '', OTHER_SERIES, tags)
    this._otherByKind.set(key, id)
    return id
  }

  _addRow(kind: string, method: string, name: string, tags?: Tags): SeriesId {
    const id = this._names.length
    this._names.push(
      tags === undefined ? { kind, method, name } : { kind, method, name, tags: sortedTags(tags) },
    )
    this._latency.push(new LogHistogram())
    this._latencySpare.push(new LogHistogram())
    this._response.push(new LogHistogram())
    this._responseSpare.push(new LogHistogram())
    if (id >= this._wasLate.length) {
      const rows = this._wasLate.length * 2
      this._numbers = grown(this._numbers, rows * COLUMNS)
      this._statuses = grown(this._statuses, rows * this._statusColumns)
      const wasLate = new Uint8Array(rows)
      wasLate.set(this._wasLate)
      this._wasLate = wasLate
    }
    return id
  }

  _newStatus(status: number): number {
    const column = this._statusOfColumn.length
    if (column === this._statusColumns) {
      const wider = new Float64Array(this._wasLate.length * column * 2)
      for (let series = 0; series < this._names.length; series++) {
        const row = this._statuses.subarray(series * column, (series + 1) * column)
        wider.set(row, series * column * 2)
      }
      this._statuses = wider
      this._statusColumns = column * 2
    }
    this._statusOfColumn.push(status)
    this._statusColumn[status] = column
    return column
  }
}

function submap<K, V>(map: Map<string, Map<K, V>>, key: string): Map<K, V> {
  let inner = map.get(key)
  if (inner === undefined) {
    inner = new Map()
    map.set(key, inner)
  }
  return inner
}

function grown(from: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length)
  to.set(from)
  return to
}

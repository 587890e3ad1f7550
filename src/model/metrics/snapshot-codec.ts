/**
 * Snapshots as bytes: what travels once per window from a worker to its coordinator. Self-contained, sparse, exact; typically
 * below 1 kB per series. The first byte is the version of the format, the last four a checksum (FNV-1a), so that damage is
 * an error and never a number. A change of layout, of the histogram's too, is a new version; version 1 had no metrics, version 2 no tags and scenarios,
 * version 3 no kept requests.
 *
 *     version · head · [series] · [errors] · [checks] · users · arrivals · health · [metrics] · [kept requests] · checksum
 *     histogram = count [· sum · min · max · (gap, count)…]      until the counts add up
 */
import type { Tags } from '../../contracts/measure.ts'
import {
  type CheckDelta,
  type ErrorDelta,
  type Histogram,
  METRIC_KINDS,
  type MetricDelta,
  type SeriesDelta,
  type SnapshotData,
  type WorkerHealth,
} from '../../contracts/snapshot.ts'
import { SERIES_TAGS_MAX, SNAPSHOT_ITEMS_MAX } from '../../kernel/limits.ts'
import {
  ByteReader,
  ByteWriter,
  CHECKSUM_BYTES,
  SnapshotError,
  seal,
  unseal,
} from './byte-stream.ts'
import { readExemplars, writeExemplars } from './exemplar-codec.ts'
import { asLogHistogram, BUCKETS, bucketOf, LogHistogram } from './histogram.ts'

const VERSION = 4
const VERSION_WITHOUT_EXEMPLARS = 3
const VERSION_WITHOUT_TAGS = 2
const VERSION_WITHOUT_METRICS = 1
/** Those of a request, of its user and of its scenario. */
const SERIES_TAGS_READ_MAX = 3 * SERIES_TAGS_MAX + 1

/** Reads `data` completely before it returns: it may be a recorder's view. */
export function encodeSnapshot(data: SnapshotData): Uint8Array {
  const out = new ByteWriter()
  out.byte(VERSION)
  for (const value of [data.workerIndex, data.sequence, data.window]) out.number(value)
  out.list(data.series, (series) => writeSeries(out, series))
  out.list(data.errors, (error) => writeError(out, error))
  out.list(data.checks, (check) => {
    out.text(check.name)
    out.text(check.scenario ?? '')
    out.number(check.passes)
    out.number(check.failures)
  })
  const { users, arrivals } = data
  for (const value of [users.active, users.started, users.stopped, users.failed]) out.number(value)
  for (const value of [arrivals.due, arrivals.started, arrivals.dropped, arrivals.finished]) {
    out.number(value)
  }
  writeHistogram(out, arrivals.lateness)
  writeHealth(out, data.health)
  out.list(data.metrics ?? [], (metric) => writeMetric(out, metric))
  writeExemplars(out, data.exemplars ?? [])
  return seal(out.finish())
}

/** Throws `SnapshotError` for anything but the bytes of `encodeSnapshot`, of this version or one before. */
export function decodeSnapshot(bytes: Uint8Array): SnapshotData {
  const input = new ByteReader(bytes.subarray(0, bodyLength(bytes)))
  const version = input.byte()
  const data: SnapshotData = {
    workerIndex: input.number(),
    sequence: input.number(),
    window: input.number(),
    series: input.list(SNAPSHOT_ITEMS_MAX, () => readSeries(input, version)),
    errors: input.list(SNAPSHOT_ITEMS_MAX, () => readError(input)),
    checks: input.list(SNAPSHOT_ITEMS_MAX, () => readCheck(input, version)),
    users: {
      active: input.number(),
      started: input.number(),
      stopped: input.number(),
      failed: input.number(),
    },
    arrivals: {
      due: input.number(),
      started: input.number(),
      dropped: input.number(),
      finished: input.number(),
      lateness: readHistogram(input),
    },
    health: readHealth(input, version),
    metrics:
      version === VERSION_WITHOUT_METRICS
        ? []
        : input.list(SNAPSHOT_ITEMS_MAX, () => readMetric(input, version)),
    ...(version > VERSION_WITHOUT_EXEMPLARS && exemplarsIn(input)),
  }
  if (!input.atEnd) throw new SnapshotError('a snapshot goes on after its end')
  return data
}

function exemplarsIn(input: ByteReader): Pick<SnapshotData, 'exemplars'> {
  const exemplars = readExemplars(input)
  return exemplars.length === 0 ? {} : { exemplars }
}

function bodyLength(bytes: Uint8Array): number {
  const length = bytes.length - CHECKSUM_BYTES
  if (length < 1) throw new SnapshotError('a snapshot is too short to be one')
  const version = bytes[0] ?? 0
  if (version < VERSION_WITHOUT_METRICS || version > VERSION) {
    throw new SnapshotError(`a snapshot has format ${bytes[0]}, this version reads ${VERSION}`)
  }
  return unseal(bytes).length
}

function writeSeries(out: ByteWriter, series: SeriesDelta): void {
  out.text(series.kind)
  out.text(series.method)
  out.text(series.name)
  out.list(Object.entries(series.tags ?? {}), ([key, value]) => {
    out.text(key)
    out.text(value)
  })
  out.number(series.requests)
  out.number(series.failures)
  out.number(series.wireRequests)
  out.number(series.bytesIn)
  out.number(series.bytesOut)
  out.list(series.phaseSumsUs, (sum) => out.number(sum))
  out.list([...series.statuses], ([status, count]) => {
    out.number(status)
    out.number(count)
  })
  writeHistogram(out, series.latency)
  const late = series.response !== series.latency
  out.byte(late ? 1 : 0)
  if (late) writeHistogram(out, series.response)
}

function readTags(input: ByteReader): { tags?: Tags } {
  const pairs = input.list(SERIES_TAGS_READ_MAX, (): [string, string] => [
    input.text(),
    input.text(),
  ])
  return pairs.length === 0 ? {} : { tags: Object.fromEntries(pairs) }
}

function readSeries(input: ByteReader, version: number): SeriesDelta {
  const head = {
    kind: input.text(),
    method: input.text(),
    name: input.text(),
    ...(version > VERSION_WITHOUT_TAGS && readTags(input)),
    requests: input.number(),
    failures: input.number(),
    wireRequests: input.number(),
    bytesIn: input.number(),
    bytesOut: input.number(),
    phaseSumsUs: input.list(SNAPSHOT_ITEMS_MAX, () => input.number()),
    statuses: new Map(
      input.list(SNAPSHOT_ITEMS_MAX, (): [number, number] => [input.number(), input.number()]),
    ),
  }
  const latency = readHistogram(input)
  const response = input.byte() === 1 ? readHistogram(input) : latency
  return { ...head, latency, response }
}

function writeError(out: ByteWriter, error: ErrorDelta): void {
  for (const text of [error.method, error.name, error.kind, error.message]) out.text(text)
  for (const value of [error.count, error.firstAtMs, error.lastAtMs]) out.number(value)
  out.text(error.sample)
}

function readError(input: ByteReader): ErrorDelta {
  return {
    method: input.text(),
    name: input.text(),
    kind: input.text(),
    message: input.text(),
    count: input.number(),
    firstAtMs: input.number(),
    lastAtMs: input.number(),
    sample: input.text(),
  }
}

function readCheck(input: ByteReader, version: number): CheckDelta {
  return {
    name: input.text(),
    ...readScenario(input, version),
    passes: input.number(),
    failures: input.number(),
  }
}

function readScenario(input: ByteReader, version: number): { scenario?: string } {
  const scenario = version > VERSION_WITHOUT_TAGS ? input.text() : ''
  return scenario === '' ? {} : { scenario }
}

/** For `cpuWaitRatio`. */
const NOT_KNOWN = -1

function writeHealth(out: ByteWriter, health: WorkerHealth): void {
  out.number(health.cpuRatio)
  out.number(health.loopUtilisation)
  out.number(health.loopDelayMsP99)
  out.number(health.rssBytes)
  out.number(health.openSockets)
  out.number(health.cpuWaitRatio ?? NOT_KNOWN)
  out.number(health.inFlight)
  out.number(health.inFlightMs)
  out.list(health.limits, ([name, count]) => {
    out.text(name)
    out.number(count)
  })
}

function readHealth(input: ByteReader, version: number): WorkerHealth {
  // One literal, not put together from parts: these are kept for hours, and would take more than twice the memory.
  const health = {
    cpuRatio: input.number(),
    loopUtilisation: input.number(),
    loopDelayMsP99: input.number(),
    rssBytes: input.number(),
    openSockets: input.number(),
    cpuWaitRatio: version === VERSION_WITHOUT_METRICS ? NOT_KNOWN : input.number(),
    inFlight: input.number(),
    inFlightMs: input.number(),
    limits: input.list(SNAPSHOT_ITEMS_MAX, (): [string, number] => [input.text(), input.number()]),
  }
  if (health.cpuWaitRatio !== NOT_KNOWN) return health
  const { cpuWaitRatio: _, ...others } = health
  return others
}

function writeMetric(out: ByteWriter, metric: MetricDelta): void {
  out.byte(METRIC_KINDS.indexOf(metric.kind))
  out.text(metric.name)
  out.text(metric.scenario ?? '')
  const { count, sum, min, max, last, lastAtMs } = metric
  for (const value of [count, sum, min, max, last, lastAtMs]) out.number(value)
  if (metric.values !== undefined) writeHistogram(out, metric.values)
}

function readMetric(input: ByteReader, version: number): MetricDelta {
  const kind = METRIC_KINDS[input.byte()]
  if (kind === undefined) throw new SnapshotError('a snapshot has a metric of an unknown kind')
  return {
    kind,
    name: input.text(),
    ...readScenario(input, version),
    count: input.number(),
    sum: input.number(),
    min: input.number(),
    max: input.number(),
    last: input.number(),
    lastAtMs: input.number(),
    values: kind === 'trend' ? readHistogram(input) : undefined,
  }
}

function writeHistogram(out: ByteWriter, histogram: Histogram): void {
  const counts = asLogHistogram(histogram)
  out.number(counts.count)
  if (counts.count === 0) return
  out.number(counts.sumUs)
  out.number(counts.minUs)
  out.number(counts.maxUs)
  const high = bucketOf(counts.maxUs)
  let previous = 0
  for (let bucket = bucketOf(counts.minUs); bucket <= high; bucket++) {
    const count = counts.countAt(bucket)
    if (count === 0) continue
    out.number(bucket - previous)
    out.number(count)
    previous = bucket
  }
}

function readHistogram(input: ByteReader): LogHistogram {
  const histogram = new LogHistogram()
  const count = input.number()
  if (count === 0) return histogram
  const sumUs = input.number()
  const minUs = input.number()
  const maxUs = input.number()
  makeRoom(histogram, bucketOf(minUs), bucketOf(maxUs))
  let bucket = 0
  let left = count
  while (left > 0) {
    bucket += input.count(BUCKETS)
    const here = input.number()
    if (bucket >= BUCKETS || !(here > 0)) throw new SnapshotError('a histogram has no such bucket')
    histogram.addToBucket(bucket, here)
    left -= here
  }
  if (left !== 0) throw new SnapshotError('the counts of a histogram do not add up')
  histogram.addExact(count, sumUs, minUs, maxUs)
  return histogram
}

/** All that lies between two buckets at once: growing by one power of two after another took half of the time of decoding. */
function makeRoom(empty: LogHistogram, low: number, high: number): void {
  const first = low >> 8
  const last = high >> 8
  if (last < first) throw new SnapshotError('a histogram ends before it begins')
  empty._counts = new Float64Array((last - first + 1) << 8)
  for (let block = first; block <= last; block++) empty._start[block] = (block - first) << 8
}

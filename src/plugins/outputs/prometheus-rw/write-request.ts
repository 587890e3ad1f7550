/** Families as `prometheus.WriteRequest` messages (remote write 1.0), before compression. Pure. */
import { REMOTE_WRITE_SERIES_MAX } from '../../../kernel/limits.ts'
import { BOUNDS_MS, type DurationBuckets } from '../../../model/export/duration-buckets.ts'
import { prometheusName } from '../../../model/export/metric-table.ts'
import type { Family, Labels } from '../../../model/export/run-meter.ts'
import { ByteWriter } from './byte-writer.ts'

// Numbers of fields, as prometheus/prompb has them.
const REQUEST = { timeseries: 1, metadata: 3 }
const SERIES = { labels: 1, samples: 2 }
const LABEL = { name: 1, value: 2 }
const SAMPLE = { value: 1, timestamp: 2 }
const METADATA = { type: 1, name: 2, help: 4 }
const TYPES = { counter: 1, gauge: 2, histogram: 3 } as const

/** Labels as bytes: those before `le` in the order of names, and those after it. */
interface Labelled {
  readonly head: Buffer
  readonly tail: Buffer
}

/** One or several, of at most `REMOTE_WRITE_SERIES_MAX` series each, all at `epochMs`. */
export function writeRequests(families: readonly Family[], epochMs: number): Uint8Array[] {
  const batch = new Batch(Math.round(epochMs))
  for (const { metric, samples } of families) {
    const name = prometheusName(metric)
    batch.declare(metric.type, name, metric.help)
    for (const { labels, value } of samples) {
      if (typeof value === 'number') batch.add(name, labels, undefined, value)
      else addHistogram(batch, name, labels, value)
    }
  }
  return batch.end()
}

function addHistogram(batch: Batch, name: string, labels: Labels, buckets: DurationBuckets): void {
  const { counts, count, sumMs } = buckets
  let below = 0
  BOUNDS_MS.forEach((boundMs, index) => {
    below += counts[index]!
    batch.add(`${name}_bucket`, labels, String(boundMs / 1_000), below)
  })
  batch.add(`${name}_bucket`, labels, '+Inf', count)
  batch.add(`${name}_sum`, labels, undefined, sumMs / 1_000)
  batch.add(`${name}_count`, labels, undefined, count)
}

/** A histogram has the same labels 28 times, and all metrics of a series have them: each is made bytes once. */
class Batch {
  readonly #epochMs: number
  readonly #requests: Uint8Array[] = []
  readonly #request = new ByteWriter()
  readonly #part = new ByteWriter()
  readonly #sample = new ByteWriter()
  readonly #names = new Map<string, Buffer>()
  readonly #bounds = new Map<string, Buffer>()
  readonly #labelled = new Map<Labels, Labelled>()
  #series = 0

  constructor(epochMs: number) {
    this.#epochMs = epochMs
  }

  declare(type: keyof typeof TYPES, name: string, help: string): void {
    this.#part.reset()
    this.#part
      .varintField(METADATA.type, TYPES[type])
      .textField(METADATA.name, name)
      .textField(METADATA.help, help)
    this.#request.messageField(REQUEST.metadata, this.#part)
  }

  add(name: string, labels: Labels, le: string | undefined, value: number): void {
    const { head, tail } = this.#labelsOf(labels)
    this.#part.reset()
    this.#part.raw(known(this.#names, '__name__', name)).raw(head)
    if (le !== undefined) this.#part.raw(known(this.#bounds, 'le', le))
    this.#sample.reset()
    this.#sample.doubleField(SAMPLE.value, value).varintField(SAMPLE.timestamp, this.#epochMs)
    this.#part.raw(tail).messageField(SERIES.samples, this.#sample)
    this.#request.messageField(REQUEST.timeseries, this.#part)
    if (++this.#series === REMOTE_WRITE_SERIES_MAX) this.#cut()
  }

  end(): Uint8Array[] {
    this.#cut()
    return this.#requests
  }

  #cut(): void {
    if (this.#request.length > 0) this.#requests.push(Uint8Array.from(this.#request.bytes))
    this.#request.reset()
    this.#series = 0
  }

  /** Those without a value are as if they were not there. */
  #labelsOf(labels: Labels): Labelled {
    let bytesOf = this.#labelled.get(labels)
    if (bytesOf === undefined) {
      const all = Object.entries({ job: 'onrush', ...labels })
        .filter(([, text]) => text !== '')
        .sort(([a], [b]) => (a < b ? -1 : 1))
      const bytes = (of: typeof all): Buffer =>
        Buffer.concat(of.map(([name, text]) => labelField(name, text)))
      bytesOf = {
        head: bytes(all.filter(([name]) => name < 'le')),
        tail: bytes(all.filter(([name]) => name > 'le')),
      }
      this.#labelled.set(labels, bytesOf)
    }
    return bytesOf
  }
}

function known(fields: Map<string, Buffer>, name: string, text: string): Buffer {
  let field = fields.get(text)
  if (field === undefined) {
    field = labelField(name, text)
    fields.set(text, field)
  }
  return field
}

function labelField(name: string, text: string): Buffer {
  const label = new ByteWriter().textField(LABEL.name, name).textField(LABEL.value, text)
  return new ByteWriter().messageField(SERIES.labels, label).bytes
}

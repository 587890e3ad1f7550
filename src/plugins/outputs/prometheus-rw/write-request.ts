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

type Point = readonly [name: string, labels: Labels, value: number]

/** One or several, of at most `REMOTE_WRITE_SERIES_MAX` series each, all at `epochMs`. */
export function writeRequests(families: readonly Family[], epochMs: number): Uint8Array[] {
  const requests: Uint8Array[] = []
  const request = new ByteWriter()
  const part = new ByteWriter()
  const inner = new ByteWriter()
  let series = 0
  const end = (): void => {
    if (request.bytes.length > 0) requests.push(Uint8Array.from(request.bytes))
    request.reset()
    series = 0
  }
  for (const { metric, samples } of families) {
    part.reset()
    part
      .varintField(METADATA.type, TYPES[metric.type])
      .textField(METADATA.name, prometheusName(metric))
      .textField(METADATA.help, metric.help)
    request.bytesField(REQUEST.metadata, part.bytes)
    for (const point of samples.flatMap((each) => pointsOf(prometheusName(metric), each))) {
      part.reset()
      writeSeries(part, inner, point, epochMs)
      request.bytesField(REQUEST.timeseries, part.bytes)
      if (++series === REMOTE_WRITE_SERIES_MAX) end()
    }
  }
  end()
  return requests
}

function pointsOf(name: string, { labels, value }: Family['samples'][number]): Point[] {
  return typeof value === 'number' ? [[name, labels, value]] : histogramPoints(name, labels, value)
}

function histogramPoints(name: string, labels: Labels, buckets: DurationBuckets): Point[] {
  let below = 0
  const bucket = (le: string, value: number): Point => [`${name}_bucket`, { ...labels, le }, value]
  return [
    ...BOUNDS_MS.map((boundMs, index) => {
      below += buckets.counts[index]!
      return bucket(String(boundMs / 1_000), below)
    }),
    bucket('+Inf', buckets.count),
    [`${name}_sum`, labels, buckets.sumMs / 1_000],
    [`${name}_count`, labels, buckets.count],
  ]
}

/** Labels must come by name; those without a value are as if they were not there. */
function writeSeries(
  part: ByteWriter,
  inner: ByteWriter,
  [metric, labels, value]: Point,
  epochMs: number,
): void {
  const all = Object.entries({ __name__: metric, job: 'onrush', ...labels })
    .filter(([, text]) => text !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, text] of all) {
    inner.reset()
    inner.textField(LABEL.name, name).textField(LABEL.value, text)
    part.bytesField(SERIES.labels, inner.bytes)
  }
  inner.reset()
  inner.doubleField(SAMPLE.value, value).varintField(SAMPLE.timestamp, Math.round(epochMs))
  part.bytesField(SERIES.samples, inner.bytes)
}

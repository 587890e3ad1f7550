/**
 * Families as an OTLP/HTTP metrics request in JSON (opentelemetry-proto 1.x): cumulative sums, gauges and explicit histograms. 64-bit
 * whole numbers are text there, and so are counts. Pure.
 */
import { BOUNDS_MS, type DurationBuckets } from '../../../model/export/duration-buckets.ts'
import type { Family, Labels, Sample } from '../../../model/export/run-meter.ts'

const CUMULATIVE = 2
const BOUNDS_SEC = BOUNDS_MS.map((boundMs) => boundMs / 1_000)

export interface OtlpRun {
  readonly id: string
  readonly name: string
  readonly startedAtEpochMs: number
}

/** The body of `POST /v1/metrics`: how the run stands at `epochMs`. */
export function otlpMetrics(families: readonly Family[], run: OtlpRun, epochMs: number): object {
  const times = { startTimeUnixNano: nano(run.startedAtEpochMs), timeUnixNano: nano(epochMs) }
  const resource = { 'service.name': 'onrush', 'onrush.run': run.id, 'onrush.plan': run.name }
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeMetrics: [
          {
            scope: { name: 'onrush' },
            metrics: families.map((family) => metricOf(family, times)),
          },
        ],
      },
    ],
  }
}

function metricOf({ metric, samples }: Family, times: object): object {
  const { name, type, unit, help: description } = metric
  // A unit of "1" would make ratios of plain numbers on their way into Prometheus.
  const head = { name, description, ...(unit !== '' && { unit }) }
  const dataPoints = samples.map((sample) => pointOf(sample, times))
  if (type === 'gauge') return { ...head, gauge: { dataPoints } }
  const sum = { aggregationTemporality: CUMULATIVE, dataPoints }
  return type === 'counter'
    ? { ...head, sum: { ...sum, isMonotonic: true } }
    : { ...head, histogram: sum }
}

function pointOf({ labels, value }: Sample, times: object): object {
  const attributes = attributesOf(labels)
  return typeof value === 'number'
    ? { attributes, ...times, asDouble: value }
    : { attributes, ...times, ...histogramOf(value) }
}

function histogramOf({ counts, count, sumMs }: DurationBuckets): object {
  return {
    count: String(count),
    sum: sumMs / 1_000,
    explicitBounds: BOUNDS_SEC,
    bucketCounts: counts.map(String),
  }
}

const attributesOf = (labels: Labels): object[] =>
  Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** More digits than a double has: the zeros are text. */
const nano = (epochMs: number): string => `${Math.round(epochMs)}000000`

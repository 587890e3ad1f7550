/** Families as the text that Prometheus reads (exposition format 0.0.4). Pure. */
import { BOUNDS_MS, type DurationBuckets } from '../../../model/export/duration-buckets.ts'
import { prometheusName } from '../../../model/export/metric-table.ts'
import type { Family, Labels } from '../../../model/export/run-meter.ts'

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export function exposition(families: readonly Family[]): string {
  const lines: string[] = []
  for (const { metric, samples } of families) {
    const name = prometheusName(metric)
    lines.push(`# HELP ${name} ${metric.help}`, `# TYPE ${name} ${metric.type}`)
    for (const { labels, value } of samples) {
      if (typeof value === 'number') lines.push(`${name}{${textOf(labels)}} ${numberOf(value)}`)
      else addHistogram(lines, name, textOf(labels), value)
    }
  }
  return `${lines.join('\n')}\n`
}

function addHistogram(
  lines: string[],
  name: string,
  labels: string,
  { counts, count, sumMs }: DurationBuckets,
): void {
  let below = 0
  BOUNDS_MS.forEach((boundMs, index) => {
    below += counts[index]!
    lines.push(`${name}_bucket{${labels},le="${boundMs / 1_000}"} ${below}`)
  })
  lines.push(
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${numberOf(sumMs / 1_000)}`,
    `${name}_count{${labels}} ${count}`,
  )
}

const textOf = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}="${escaped(value)}"`)
    .join(',')

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }
const escaped = (value: string): string => value.replace(/[\\"\n]/g, (each) => ESCAPES[each]!)

const numberOf = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'

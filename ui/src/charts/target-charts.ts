/** What was watched beside the load, a chart per metric with a line per source: `target.cpu` and `host.cpu` stand on one axis. Pure. */
import type { ViewPoint } from '../api/types.ts'
import { bytes, duration, figure } from '../figures/format.ts'
import { type ChartModel, valuesOf, withGaps } from './chart-model.ts'
import { courseOf, sentenceOf } from './sentences.ts'

/** More are in the table. */
export const METRICS_SHOWN = 12
const LINES_SHOWN = 6

type Unit = NonNullable<ViewPoint['monitors']>[number]['unit']
type Format = ChartModel['format']

export const formatOf = (unit: Unit): Format => FORMATS[unit] ?? figure

const FORMATS: Readonly<Record<Unit, Format>> = {
  '%': (value) => (value == null ? figure(value) : `${figure(value)} %`),
  bytes,
  'bytes/s': (value) => (value == null ? bytes(value) : `${bytes(value)}/s`),
  '/s': (value) => `${figure(value)}/s`,
  ms: duration,
  '': figure,
}

/** In the order of the figures; at most `most`. */
export function targetCharts(
  points: readonly ViewPoint[],
  most = METRICS_SHOWN,
): readonly ChartModel[] {
  const places = withGaps(points)
  return [...metricsOf(points)].slice(0, most).map(([metric, { unit, names }], index) => {
    const format = formatOf(unit)
    const shown = names.slice(0, LINES_SHOWN)
    const read = (name: string) => (point: ViewPoint) =>
      point.monitors?.find((each) => each.name === name)?.value ?? null
    return {
      id: `target-${index}`,
      title: `Target: ${metric}`,
      question:
        names.length > shown.length
          ? `${shown.length} of ${names.length} sources`
          : 'What ran out?',
      isStacked: false,
      isLog: false,
      format,
      lines: shown.map((name) => ({
        label: sourceOf(name),
        values: valuesOf(places, read(name)),
        style: 'line' as const,
      })),
      sentence: sentenceOf(
        ...shown.map((name) => courseOf(points, sourceOf(name), read(name), format)),
      ),
    }
  })
}

/** Metrics with their unit and the full names of the figures. A source may come late, so all points are asked. */
function metricsOf(points: readonly ViewPoint[]): Map<string, { unit: Unit; names: string[] }> {
  const metrics = new Map<string, { unit: Unit; names: string[] }>()
  const seen = new Set<string>()
  for (const { monitors = [] } of points) {
    for (const { name, unit } of monitors) {
      if (seen.has(name)) continue
      seen.add(name)
      const metric = name.slice(name.indexOf('.') + 1)
      const known = metrics.get(metric)
      if (known === undefined) metrics.set(metric, { unit, names: [name] })
      else if (known.unit === unit) known.names.push(name)
      else metrics.set(name, { unit, names: [name] })
    }
  }
  return metrics
}

const sourceOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf('.'))) || name

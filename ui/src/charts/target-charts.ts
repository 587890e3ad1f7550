/** What was watched beside the load, a chart per metric with a line per source: `target.cpu` and `host.cpu` stand on one axis. Pure. */
import type { ViewPoint } from '../api/types.ts'
import { bytes, duration, figure } from '../figures/format.ts'
import type { ChartModel } from './chart-model.ts'
import { Columns, type Read } from './columns.ts'
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
export const targetCharts = (
  points: readonly ViewPoint[],
  most = METRICS_SHOWN,
): readonly ChartModel[] => growingTargetCharts()(points, most)

/** For a run that goes on: call it again with what has been added. */
export function growingTargetCharts(): (
  points: readonly ViewPoint[],
  most?: number,
) => readonly ChartModel[] {
  const columns = new Columns()
  return (points, most = METRICS_SHOWN) => {
    const found = columns.take(points).tally('figures', figuresOf)
    return [...metricsOf([...found.keys()])]
      .slice(0, most)
      .map(([metric, { unit, names }], index) => chartOf(columns, metric, unit, names, index))
  }
}

function chartOf(
  columns: Columns,
  metric: string,
  unit: Unit,
  names: readonly string[],
  index: number,
): ChartModel {
  const format = formatOf(unit)
  const shown = names.slice(0, LINES_SHOWN).map((name) => {
    const read: Read = (point) => point.monitors?.find((each) => each.name === name)?.value ?? null
    return { name, read, column: columns.of(name, read) }
  })
  return {
    id: `target-${index}`,
    title: `Target: ${metric}`,
    question:
      names.length > shown.length ? `${shown.length} of ${names.length} sources` : 'What ran out?',
    isStacked: false,
    isLog: false,
    seconds: columns.seconds,
    format,
    lines: shown.map(({ name, column }) => ({
      label: sourceOf(name),
      values: column.values,
      style: 'line' as const,
    })),
    sentence: sentenceOf(
      ...shown.map(({ name, read, column }) => courseOf(column, sourceOf(name), read, format)),
    ),
  }
}

/** Each figure with its unit, as one text. */
const figuresOf = ({ monitors = [] }: ViewPoint): readonly (readonly [string, number])[] =>
  monitors.map(({ name, unit }) => [`${unit} ${name}`, 1] as const)

/** Metrics with their unit and the full names of the figures, in the order in which they came. */
function metricsOf(figures: readonly string[]): Map<string, { unit: Unit; names: string[] }> {
  const metrics = new Map<string, { unit: Unit; names: string[] }>()
  for (const figure of figures) {
    const unit = figure.slice(0, figure.indexOf(' ')) as Unit
    const name = figure.slice(figure.indexOf(' ') + 1)
    const metric = name.slice(name.indexOf('.') + 1)
    const known = metrics.get(metric)
    if (known === undefined) metrics.set(metric, { unit, names: [name] })
    else if (known.unit === unit) known.names.push(name)
    else metrics.set(name, { unit, names: [name] })
  }
  return metrics
}

const sourceOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf('.'))) || name

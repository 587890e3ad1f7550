/** Who was asked for what and how it went: requests, where their time went, transactions, messages one way, checks, custom metrics, and what was watched of the target. */
import { TRANSACTION_KIND } from '../../../../contracts/measure.ts'
import type {
  MetricResult,
  MonitorResult,
  RunResult,
  SeriesResult,
} from '../../../../contracts/result.ts'
import { HTML_ROWS_MAX } from '../../../../kernel/limits.ts'
import { isOfRequests, isOneWay } from '../../../../model/metrics/series-totals.ts'
import { monitorFigure } from '../../../../model/report/monitor-text.ts'
import { grouped, percent, short } from '../figures.ts'
import { type Content, type Html, html, NOTHING } from '../html.ts'
import type { RowIndex } from '../range/range-data.ts'
import { figuresOf, seriesName } from '../result-figures.ts'
import { COLUMNS, type FigureColumn } from '../series-columns.ts'
import { type Column, restOf, section, table } from '../tables.ts'

interface Row {
  readonly name: string
  readonly series: SeriesResult
}

export function requestSections({ series, totals }: RunResult, index: RowIndex): Html {
  const sent = series.filter(isOfRequests).sort((a, b) => b.requests - a.requests)
  if (sent.length === 0) return NOTHING
  const rows = [
    { name: 'all requests', series: totals },
    ...sent.slice(0, HTML_ROWS_MAX).map((each) => ({ name: seriesName(each), series: each })),
  ]
  const rest = restOf(sent.length, HTML_ROWS_MAX)
  const means = html`<p>Mean of all requests of a name.</p>`
  return html`${section('requests', 'Requests', seriesTable('Requests', 'requests', rows, index), rest)}${section(
    'phases',
    'Phases of each request',
    means,
    seriesTable('Phases', 'phases', rows, index),
  )}`
}

export function transactionSection({ series }: RunResult, index: RowIndex): Html {
  const all = series
    .filter((each) => each.kind === TRANSACTION_KIND)
    .sort((a, b) => (b.responseMs.p95 ?? 0) - (a.responseMs.p95 ?? 0))
  return otherSection('transactions', 'Transactions', all, index)
}

export function messageSection({ series }: RunResult, index: RowIndex): Html {
  return otherSection('messages', 'Messages one way', series.filter(isOneWay), index)
}

function otherSection(
  id: string,
  title: string,
  all: readonly SeriesResult[],
  index: RowIndex,
): Html {
  if (all.length === 0) return NOTHING
  const rows = all.slice(0, HTML_ROWS_MAX).map((each) => ({ name: seriesName(each), series: each }))
  const rest = restOf(all.length, HTML_ROWS_MAX)
  return section(id, title, seriesTable(title, 'requests', rows, index), rest)
}

function seriesTable(
  label: string,
  columnsName: 'requests' | 'phases',
  rows: readonly Row[],
  index: RowIndex,
): Html {
  const columns = [NAME, ...COLUMNS[columnsName]!.map(columnOf)]
  const indexOf = (row: number): number | undefined => index.series(rows[row]!.series)
  return table(label, columns, rows, { columnsName, indexOf, hasFilter: true })
}

const NAME: Column<Row> = { head: 'name', cell: (row) => row.name }

function columnOf({ head, value, text }: FigureColumn): Column<Row> {
  return {
    head,
    value: ({ series }) => value(figuresOf(series)),
    cell: ({ series }) => text(figuresOf(series)),
  }
}

const CHECK_COLUMNS: readonly Column<RunResult['checks'][number]>[] = [
  { head: 'check', cell: (each) => each.name },
  { head: 'held', value: (each) => each.passes, cell: (each) => grouped(each.passes) },
  { head: 'did not', value: (each) => each.failures, cell: (each) => grouped(each.failures) },
  {
    head: 'held %',
    value: ({ passes, failures }) => passes / (passes + failures),
    cell: ({ passes, failures }) => percent(passes, passes + failures),
  },
]

export function checkSection({ checks }: RunResult, index: RowIndex): Html {
  if (checks.length === 0) return NOTHING
  const indexOf = (row: number): number | undefined => index.check(checks[row]!.name)
  const options = { columnsName: 'checks', indexOf, hasFilter: true }
  return section('checks', 'Checks', table('Checks', CHECK_COLUMNS, checks, options))
}

const METRIC_COLUMNS: readonly Column<MetricResult>[] = [
  { head: 'metric', cell: (each) => each.name },
  { head: 'kind', cell: (each) => each.kind },
  { head: 'told', value: (each) => each.count, cell: (each) => grouped(each.count) },
  { head: 'value', value: (each) => each.value, cell: metricValue },
  { head: 'min', value: (each) => each.min, cell: (each) => short(each.min) },
  { head: 'max', value: (each) => each.max, cell: (each) => short(each.max) },
  {
    head: 'p95',
    value: (each) => each.percentiles?.p95 ?? null,
    cell: (each) => short(each.percentiles?.p95 ?? null),
  },
]

function metricValue({ kind, value, ratePerSec }: MetricResult): Content {
  if (kind === 'rate') return `${short(value)} %`
  return ratePerSec === null ? short(value) : `${short(value)} (${short(ratePerSec)} per s)`
}

export function metricSection({ metrics = [] }: RunResult): Html {
  if (metrics.length === 0) return NOTHING
  const whole = html`<p>Of the whole run.</p>`
  return section(
    'metrics',
    'Custom metrics',
    whole,
    table('Custom metrics', METRIC_COLUMNS, metrics),
  )
}

const figureOf = (
  head: string,
  value: (monitor: MonitorResult) => number | null,
): Column<MonitorResult> => ({
  head,
  value,
  cell: (each) => monitorFigure(value(each), each.unit),
})

const MONITOR_COLUMNS: readonly Column<MonitorResult>[] = [
  { head: 'figure', cell: (each) => each.name },
  figureOf('mean', (each) => each.mean),
  figureOf('min', (each) => each.min),
  figureOf('max', (each) => each.max),
  figureOf('last', (each) => each.last),
  { head: 'gaps', value: (each) => each.gaps, cell: (each) => grouped(each.gaps) },
  { head: 'source', cell: (each) => each.source },
]

export function monitorSection({ monitors }: RunResult): Html {
  if (monitors.length === 0) return NOTHING
  const shown = monitors.slice(0, HTML_ROWS_MAX)
  const whole = html`<p>Of the whole run. Gaps are seconds without a reading.</p>`
  const rest = restOf(monitors.length, shown.length)
  return section('target', 'The target', whole, table('The target', MONITOR_COLUMNS, shown), rest)
}

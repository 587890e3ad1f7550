/** How the runs of one name went, on one screen: a line per figure, from the oldest run to the newest, then each change in words. Pure. */
import type { Trend, TrendMetric, TrendMetricName, TrendRun } from '../../../contracts/trend.ts'
import { leftOutTexts, trendChangeText } from '../../../model/report/trend-words.ts'
import { formatMs, formatRate, formatShare, NOTHING, sparkline } from './format.ts'
import { mark, type Style } from './style.ts'

const OF: Readonly<Record<TrendMetricName, (run: TrendRun) => number | null>> = {
  p95: ({ p95Ms }) => p95Ms,
  rate: ({ ratePerSec }) => ratePerSec,
  errors: ({ errorRatio }) => errorRatio,
}
const FORMATS: Readonly<Record<TrendMetric['unit'], (value: number) => string>> = {
  ms: formatMs,
  perSec: (value) => `${formatRate(value)}/s`,
  ratio: formatShare,
}
const FIGURE_COLUMNS = 9

export function renderTrend(trend: Trend, style: Style): string[] {
  const { name, runs, metrics } = trend
  const alike = runs.filter(({ leftOut }) => leftOut === null)
  const changes = metrics.flatMap((metric) =>
    metric.changes.map((change) => {
      const sign = mark(style, change.verdict === 'worse' ? 'fail' : 'ok')
      return ` ${sign} ${trendChangeText(metric, change)}${commitOf(runs, change.id)}`
    }),
  )
  const left = leftOutTexts(trend).map((each) => ` ${style.dim('left out')}  ${each}`)
  return [
    ` ${style.bold(name)}  ${alike.length} ${alike.length === 1 ? 'run' : 'runs'}, from the oldest to the newest`,
    '',
    style.dim(` ${' '.repeat(6)}${columns('oldest', 'newest', 'least', 'most')}`),
    ...metrics.map((metric) => metricLine(metric, alike, style)),
    '',
    ...(changes.length > 0 ? changes : [` ${mark(style, 'same')} no change that lasts`]),
    ...left,
  ]
}

function metricLine(
  { metric, unit }: TrendMetric,
  runs: readonly TrendRun[],
  style: Style,
): string {
  const values = runs.map(OF[metric]).filter((value) => value !== null)
  const format = (value: number | undefined): string =>
    value === undefined ? NOTHING : FORMATS[unit](value)
  const shown =
    values.length === 0 ? [undefined, undefined] : [Math.min(...values), Math.max(...values)]
  const figures = [values[0], values.at(-1), ...shown].map(format)
  const line = style.unicode && values.length > 1 ? `   ${style.dim(sparkline(values))}` : ''
  return ` ${metric.padEnd(6)}${columns(...figures)}${line}`
}

function commitOf(runs: readonly TrendRun[], id: string): string {
  const { commit = null, branch } = runs.find((each) => each.id === id) ?? {}
  return commit === null ? '' : `, ${branch} ${commit.slice(0, 8)}`
}

const columns = (...cells: readonly string[]): string =>
  cells.map((each) => each.padStart(FIGURE_COLUMNS)).join('')

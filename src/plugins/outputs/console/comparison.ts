/**
 * Two runs beside each other on one screen: what they are, the figures of all requests, of every other series its p95 and what
 * changed, what else differs, and the verdict last. Long lists end after `ROWS_MAX` rows and say how many are missing; sentences are never cut. Pure.
 */
import type { ComparedRun, Comparison, MetricComparison } from '../../../contracts/compare.ts'
import {
  type CompareRow,
  chanceText,
  changeText,
  compareRows,
  methodText,
  runText,
  verdictWord,
  verdictWords,
} from '../../../model/report/compare-words.ts'
import { formatMs, formatRate, formatShare, NOTHING } from './format.ts'
import { clipTo, mark, type Style } from './style.ts'

const ROWS_MAX = 30
const NAME_COLUMNS_MAX = 30

export function renderComparison(comparison: Comparison, style: Style): string[] {
  const compared =
    comparison.method === null
      ? []
      : ['', ...table(comparison, style).map((line) => clipTo(line, style.columns))]
  return [
    ...[comparison.a, comparison.b].map((run, index) => runLine(run, index, style)),
    ...compared,
    '',
    ...notEqualLines(comparison, style),
    ...verdictLines(comparison, style),
  ]
}

function runLine(run: ComparedRun, index: number, style: Style): string {
  return ` ${style.bold(index === 0 ? 'A' : 'B')}  ${runText(run)}`
}

function table(comparison: Comparison, style: Style): string[] {
  const { rows, missing } = compareRows(comparison, ROWS_MAX)
  const width = Math.min(NAME_COLUMNS_MAX, Math.max(...rows.map(({ series }) => series.length)))
  const head = `${' '.repeat(width + 8)}${['A', 'B', 'change'].map((each) => each.padStart(9)).join('')}`
  return [
    style.dim(`${head}    surely within${' '.repeat(11)}verdict`),
    ...rows.map((row) => rowLine(row, width, style)),
    ...(missing === 0 ? [] : [style.dim(` … and ${missing} more, see --json`)]),
    style.dim(` ${methodText(comparison)}`),
  ]
}

function rowLine({ series, metric }: CompareRow, width: number, style: Style): string {
  const name = series.length > width ? `${series.slice(0, width - 1)}…` : series
  const figures = [
    figureOf(metric, metric.a),
    figureOf(metric, metric.b),
    changeText(metric, metric.change).replace(' ', ''),
  ].map((each) => each.padStart(9))
  const within =
    metric.low === null
      ? ''
      : `${changeText(metric, metric.low)} to ${changeText(metric, metric.high)}`
  return ` ${name.padEnd(width)} ${metric.metric.padEnd(6)}${figures.join('')}    ${within.padEnd(24)}${verdictText(metric, style)}`
}

function verdictText(metric: MetricComparison, style: Style): string {
  const word = verdictWord(metric)
  const reason = metric.why ?? chanceText(metric)
  const dim = reason === '' ? '' : style.dim(` (${reason})`)
  if (metric.verdict === 'worse') return `${mark(style, 'fail')} ${style.fail(word)}${dim}`
  if (metric.verdict === 'better') return `${mark(style, 'ok')} ${style.ok(word)}${dim}`
  return metric.verdict === 'same' ? `= ${word}` : `~ ${word}${dim}`
}

function notEqualLines({ notEqual, onlyInA, onlyInB }: Comparison, style: Style): string[] {
  const lists = [
    ['only in A', onlyInA],
    ['only in B', onlyInB],
  ] as const
  return [
    ...notEqual.map(({ what, a, b }) => ` ${style.dim('not equal')}  ${what}: A ${a}, B ${b}`),
    ...lists
      .filter(([, names]) => names.length > 0)
      .map(([where, names]) => ` ${style.dim(where)}  ${names.join(', ')}`),
  ]
}

/** The last line is the verdict. */
function verdictLines(comparison: Comparison, style: Style): string[] {
  const { verdict, notComparable, method } = comparison
  const reasons = notComparable.map(
    (each) => ` ${mark(style, 'warn')} not comparable because ${each}`,
  )
  const { word, about } = verdictWords(comparison)
  if (verdict === 'worse') {
    return [...reasons, ` ${mark(style, 'fail')} ${style.bold(style.fail(word))}  ${about}`]
  }
  if (method === null) return reasons
  const sign = mark(style, verdict === 'undecided' ? 'warn' : 'ok')
  return [...reasons, ` ${sign} ${`${word}  ${about}`.trimEnd()}`]
}

function figureOf({ unit }: MetricComparison, value: number | null): string {
  if (value === null) return NOTHING
  if (unit === 'ms') return formatMs(value)
  return unit === 'ratio' ? formatShare(value) : `${formatRate(value)}/s`
}

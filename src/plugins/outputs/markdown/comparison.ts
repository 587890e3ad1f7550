/**
 * Two runs beside each other as one page of Markdown, for merge requests and step summaries. Long lists end after
 * `REPORT_ROWS_MAX` rows and say how many are missing; `--json` has them all. Pure: text out, nothing written.
 */
import type { Comparison, MetricComparison } from '../../../contracts/compare.ts'
import { REPORT_ROWS_MAX } from '../../../kernel/limits.ts'
import {
  chanceText,
  changesInWords,
  changeText,
  compareRows,
  methodText,
  runText,
  verdictWord,
} from '../../../model/report/compare-words.ts'
import { figure } from '../../../model/report/wording.ts'
import { literal, table } from './markdown-text.ts'

/** Ends in a line feed. */
export function renderMarkdownComparison(comparison: Comparison): string {
  const { a, b, notComparable } = comparison
  const sections = [
    `## ${HEADS[comparison.verdict]}`,
    `A is ${literal(runText(a))}; B is ${literal(runText(b))}.`,
    ...notComparable.map((each) => `**Not comparable because ${literal(each)}.**`),
    ...figures(comparison),
    ...notEqual(comparison),
  ]
  return `${sections.join('\n\n')}\n`
}

const HEADS: Readonly<Record<Comparison['verdict'], string>> = {
  worse: '❌ Regression',
  better: '✅ Better',
  same: '✅ Same',
  undecided: '❔ Undecided',
  'not-comparable': '⚠️ Not comparable',
}

function figures(comparison: Comparison): string[] {
  if (comparison.method === null) return []
  const worse = changesInWords(comparison, 'worse')
  const { rows, missing } = compareRows(comparison, REPORT_ROWS_MAX)
  const cells = rows.map(({ series, metric }) => [
    series,
    metric.metric,
    figureOf(metric, metric.a),
    figureOf(metric, metric.b),
    changeText(metric, metric.change),
    metric.low === null
      ? ''
      : `${changeText(metric, metric.low)} to ${changeText(metric, metric.high)}`,
    [verdictWord(metric), metric.why ?? chanceText(metric)]
      .filter((each) => each !== '')
      .join(', '),
  ])
  return [
    ...(worse === '' ? [] : [`**${literal(worse)}**`]),
    table(['series', '', 'A', 'B', 'change', 'surely within', 'verdict'], cells),
    ...(missing === 0 ? [] : [`… and ${missing} more, see \`--json\`.`]),
    `<sub>${literal(methodText(comparison))}</sub>`,
  ]
}

function notEqual({ notEqual, onlyInA, onlyInB }: Comparison): string[] {
  const rows = [
    ...notEqual.map(({ what, a, b }) => [what, a, b]),
    ...onlyInA.map((name) => ['series', name, 'none']),
    ...onlyInB.map((name) => ['series', 'none', name]),
  ]
  if (rows.length === 0) return []
  return ['### Not equal', table(['', 'A', 'B'], rows.slice(0, REPORT_ROWS_MAX))]
}

function figureOf({ unit }: MetricComparison, value: number | null): string {
  if (unit === 'ratio') return figure(value === null ? null : value * 100, '%')
  return figure(value, unit === 'ms' ? 'ms' : '/s')
}

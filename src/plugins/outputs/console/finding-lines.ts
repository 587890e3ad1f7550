/** What a run shows, a line each: the first thing to do below the most serious one, the rest behind `onrush explain`. */
import type { Severity } from '../../../contracts/finding.ts'
import type { RunResult } from '../../../contracts/result.ts'
import { shownFindings, UNTRUSTED } from '../../../model/report/finding-text.ts'
import { mark, type Style } from './style.ts'

const TITLES_SHOWN = 3
const MARKS: Readonly<Record<Severity, Parameters<typeof mark>[1]>> = {
  critical: 'fail',
  warning: 'warn',
  info: 'ok',
}

export function findingLines(result: RunResult, style: Style): string[] {
  const { shown, hidden } = shownFindings(result, TITLES_SHOWN)
  const lines = shown.flatMap(({ severity, title, recommendation, id, untrusted }, index) => {
    const label = index === 0 ? 'findings' : ''
    const line = ` ${label.padEnd(12)} ${mark(style, MARKS[severity])} ${untrusted ? style.dim(title) : title}`
    const advice = untrusted ? UNTRUSTED : `${recommendation[0]}   onrush explain ${id}`
    return index === 0 ? [line, `              ${style.dim(advice)}`] : [line]
  })
  return hidden === 0
    ? lines
    : [...lines, `              ${style.dim(`and ${hidden} more in the report`)}`]
}

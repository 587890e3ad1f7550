/**
 * Problems as text: five parts each (what, where, why, what to do, and the code that `onrush explain` knows), all of
 * them at once. Lines of `why` that belong to a code frame keep their shape; nothing is wrapped.
 */
import type { Problem } from '../../../contracts/problem.ts'
import { mark, type Style } from './style.ts'

/** More than this many at once help nobody; the rest is counted. */
const PROBLEMS_SHOWN = 12

export function renderProblems(problems: readonly Problem[], style: Style): string[] {
  const lines: string[] = []
  for (const each of problems.slice(0, PROBLEMS_SHOWN)) {
    const [reason = '', ...frame] = each.why.split('\n')
    lines.push(` ${mark(style, 'fail')} ${style.bold(each.code)}  ${each.what}`)
    if (each.path !== '') lines.push(`   where  ${each.path}`)
    lines.push(`   why    ${reason}`)
    lines.push(...frame.map((line) => `   ${line}`))
    lines.push(`   fix    ${each.fix}`, '')
  }
  const hidden = problems.length - PROBLEMS_SHOWN
  if (hidden > 0) lines.push(style.dim(`   and ${hidden} more`), '')
  const codes = [...new Set(problems.map((each) => each.code))]
  lines.push(style.dim(`   more    onrush explain ${codes[0]}`))
  return lines
}

/**
 * `onrush compare A B`: is B slower than A? The table goes to standard output, or to standard error when `--json -` has it. Exit code
 * 1 for a regression with `--fail-on-regression`, 2 when the two say nothing about each other.
 */
import type { Comparison } from '../../contracts/compare.ts'
import { EXIT } from '../../kernel/errors.ts'
import { readTolerance } from '../../model/compare/tolerance.ts'
import { renderComparison } from '../../plugins/outputs/console/comparison.ts'
import { renderMarkdownComparison } from '../../plugins/outputs/markdown/comparison.ts'
import { compareKept, findSide } from '../history/compare-kept.ts'
import type { Flags } from './program.ts'
import { withHistory } from './runs-command.ts'
import type { Terminal } from './terminal.ts'
import { writeOrPrint } from './write-or-print.ts'

export async function compareCommand(
  [namedA = '', namedB = '']: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const tolerance = readTolerance(flags['tolerance'])
  const comparison = await withHistory(flags, terminal, async (history) => {
    const a = await findSide(history, namedA, terminal.folder)
    const b = await findSide(history, namedB, terminal.folder)
    return compareKept(a, b, { tolerance, anyway: flags['anyway'] === true })
  })
  writeComparison(comparison, flags, terminal)
  if (comparison.verdict === 'not-comparable') return EXIT.usage
  if (comparison.verdict !== 'worse' || flags['failOnRegression'] !== true) return EXIT.passed
  terminal.err(terminal.style().dim(`   exit ${EXIT.failed} (--fail-on-regression)\n`))
  return EXIT.failed
}

function writeComparison(comparison: Comparison, flags: Flags, terminal: Terminal): void {
  const { json, markdown } = flags
  if (typeof json === 'string') {
    writeOrPrint(`${JSON.stringify(comparison, null, 2)}\n`, json, terminal)
  }
  if (typeof markdown === 'string') {
    writeOrPrint(renderMarkdownComparison(comparison), markdown, terminal)
  }
  const isPiped = json === '-' || markdown === '-'
  const style = isPiped ? terminal.style() : terminal.outStyle()
  const lines = `${renderComparison(comparison, style).join('\n')}\n`
  if (isPiped) terminal.err(lines)
  else terminal.out(lines)
}

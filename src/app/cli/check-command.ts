/**
 * `onrush check FILE`: every mistake that can be found without load: settings, script, plan, types (where a compiler
 * is installed beside the script), target. All of them together.
 */
import { EXIT, OnrushError } from '../../kernel/errors.ts'
import { mark } from '../../plugins/outputs/console/style.ts'
import { checkTargets } from './check-targets.ts'
import { prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import type { Terminal } from './terminal.ts'
import { checkTypes } from './type-check.ts'

export async function checkCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const prepared = await prepare(
    files,
    { ...(await readSettings(flags, terminal)), fallback: { users: 1, for: '10s' } },
    terminal,
  )
  const [types, targets] = await Promise.all([
    checkTypes(prepared.bundle.entry),
    checkTargets(prepared, terminal),
  ])
  const problems = [...types.problems, ...targets.problems]
  if (problems.length > 0) throw new OnrushError(problems)
  const users = prepared.users.map((each) => each.name).join(', ')
  const ok = mark(terminal.style(), 'ok')
  terminal.out(
    ` ${ok} ${prepared.script}: ${users}\n ${ok} ${prepared.plan.scenarios.length} scenario(s), ${prepared.plan.thresholds.length} threshold(s)\n   types: ${types.said}\n`,
  )
  return EXIT.passed
}

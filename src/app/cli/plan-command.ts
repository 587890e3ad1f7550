/** `onrush plan FILE`: what would happen, from the same schedules the workers use, without sending anything. */
import { EXIT } from '../../kernel/errors.ts'
import { describePlan } from '../../model/plan/describe.ts'
import { workerCount } from './check-targets.ts'
import { prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import type { Terminal } from './terminal.ts'

export async function planCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { plan, settings } = await prepare(files, flags, terminal, undefined)
  const weights = new Array<number>(workerCount(settings.text('workers'))).fill(1)
  terminal.out(`${describePlan(plan, weights).join('\n')}\n`)
  return EXIT.passed
}

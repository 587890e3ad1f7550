/** `onrush plan FILE`: what would happen, from the same schedules the workers use, without sending anything. */
import { EXIT } from '../../kernel/errors.ts'
import { describePlan } from '../../model/plan/describe.ts'
import { prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import type { Terminal } from './terminal.ts'
import { workerCount } from './workers.ts'

export async function planCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { plan, settings } = await prepare(
    files,
    { ...(await readSettings(flags, terminal)), fallback: undefined },
    terminal,
  )
  const weights = new Array<number>(workerCount(settings.text('workers'))).fill(1)
  terminal.out(`${describePlan(plan, weights).join('\n')}\n`)
  return EXIT.passed
}

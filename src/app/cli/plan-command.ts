/**
 * `onrush plan FILE`: what would happen, drawn from the same schedules the workers use, without sending anything. `--json -` (or a
 * file) gives the plan as data instead: what the notation came to.
 */
import { EXIT } from '../../kernel/errors.ts'
import { describePlan } from '../../model/plan/describe.ts'
import { withoutValues } from '../../model/plan/scenario-settings.ts'
import { prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import type { Terminal } from './terminal.ts'
import { workerCount } from './workers.ts'
import { writeOrPrint } from './write-or-print.ts'

export async function planCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { plan, settings, shape } = await prepare(
    files,
    { ...(await readSettings(flags, terminal)), fallback: undefined },
    terminal,
  )
  const json = settings.text('json')
  if (json !== undefined) {
    writeOrPrint(`${JSON.stringify(withoutValues(plan), null, 2)}\n`, json, terminal)
    return EXIT.passed
  }
  const preview = shape && (await (await import('./shape-preview.ts')).previewShape(plan, shape))
  if (preview !== undefined) {
    const end = preview.ended ? '' : ', drawn for its first hour'
    terminal.out(`${shape!.name} decides while it runs${end}:\n`)
  }
  const weights = new Array<number>(workerCount(settings.text('workers'))).fill(1)
  terminal.out(`${describePlan(preview?.plan ?? plan, weights, terminal.style()).join('\n')}\n`)
  return EXIT.passed
}

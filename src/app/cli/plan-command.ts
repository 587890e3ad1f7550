/**
 * `onrush plan FILE`: what would happen, drawn from the same schedules the workers use, without sending anything. `--json -` (or a
 * file) gives the plan as data instead: what the notation came to.
 */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
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
  const json = settings.text('json')
  if (json !== undefined) {
    const text = `${JSON.stringify(plan, null, 2)}\n`
    if (json === '-') terminal.out(text)
    else writeFileSync(resolve(terminal.folder, json), text)
    return EXIT.passed
  }
  const weights = new Array<number>(workerCount(settings.text('workers'))).fill(1)
  terminal.out(`${describePlan(plan, weights, terminal.style()).join('\n')}\n`)
  return EXIT.passed
}

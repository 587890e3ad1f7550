/**
 * `onrush plan FILE`: what would happen, drawn from the same schedules the workers use, without sending anything. `--json -` (or a
 * file) gives the plan as data instead: what the notation came to.
 */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, OnrushError } from '../../kernel/errors.ts'
import { describePlan } from '../../model/plan/describe.ts'
import { withoutValues } from '../../model/plan/scenario-settings.ts'
import { prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { notWritable } from './reports.ts'
import type { Terminal } from './terminal.ts'
import { workerCount } from './workers.ts'

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
    printPlan(`${JSON.stringify(withoutValues(plan), null, 2)}\n`, json, terminal)
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

/** `place`: a file, or `-` for standard output. */
function printPlan(text: string, place: string, terminal: Terminal): void {
  if (place === '-') {
    terminal.out(text)
    return
  }
  try {
    writeFileSync(resolve(terminal.folder, place), text)
  } catch (error) {
    throw new OnrushError([notWritable(place, error)])
  }
}

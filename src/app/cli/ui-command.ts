/** `onrush ui`: the page, opened at the kept runs. A new run is of one of the scripts in this folder, or of those that are named. */
import { relative } from 'node:path'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { findScripts } from '../../load/script/discover.ts'
import { servePage } from './page.ts'
import type { Flags } from './program.ts'
import type { Terminal } from './terminal.ts'

/** The exit code of the last run. Throws `OnrushError` while nothing is served. */
export async function uiCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { folder } = terminal
  const [first] =
    files.length > 0 ? files : findScripts(folder).map((path) => relative(folder, path))
  if (first === undefined) throw new OnrushError([noScript()])
  return servePage(files.length > 0 ? files : [first], flags, terminal, { opensAt: '/runs' })
}

const noScript = () =>
  problem(
    'E_FILE',
    'ui',
    'there is no script in this folder',
    'the page begins runs of a script, and the history is kept beside it',
    'go to the folder of your scripts, or name one: onrush ui load/shop.ts; `onrush runs` lists kept runs without the page',
  )

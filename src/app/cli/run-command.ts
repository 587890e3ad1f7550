/**
 * `onrush run`: from files and flags to a kept result. Everything that can be wrong is said before any load; once it
 * runs, every way to end (plan over, signal, lost workers) leads to a summary and a saved result.
 */

import type { Problem } from '../../contracts/problem.ts'
import { EXIT, OnrushError } from '../../kernel/errors.ts'
import type { Prepared } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { explainSettings } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { type Workers, withWorkers } from './workers.ts'

/** Without a person watching and without a load, a run is a short look: one user, ten seconds. */
const UNATTENDED_LOAD = { users: 1, for: '10s' }

export async function runCommandLine(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  if (flags['explainConfig'] === true) return explainConfig(flags, terminal)
  const { settings, config } = await readSettings(flags, terminal)
  const mayAsk = terminal.attended && flags['headless'] !== true
  const fallback = mayAsk ? undefined : UNATTENDED_LOAD
  return withWorkers(settings, terminal, async (workers) => {
    // Loaded only now: the workers are coming up meanwhile.
    const { prepare } = await import('./prepare.ts')
    const prepared = await prepare(files, { settings, config, fallback }, terminal)
    return runPrepared(prepared, workers, terminal)
  })
}

/** Checks targets and runs. Throws `OnrushError` while nothing was sent. */
export async function runPrepared(
  prepared: Prepared,
  workers: Workers,
  terminal: Terminal,
): Promise<number> {
  if (prepared.fellBack) {
    terminal.err(
      ' no load was given: one user for ten seconds; --users and --run-time change that\n',
    )
  }
  const { checkTargets } = await import('./check-targets.ts')
  const { execute } = await import('./execute.ts')
  const { problems: ofTargets, allowedHosts } = await checkTargets(prepared, terminal)
  const problems = [...ofTargets, ...(await missingData(prepared))]
  if (problems.length > 0) throw new OnrushError(problems)
  return execute(prepared, allowedHosts, workers, terminal)
}

/** Said here, because a worker that misses a file can only end the run. */
async function missingData({ feeders, bundle }: Prepared): Promise<readonly Problem[]> {
  if (feeders.length === 0) return []
  const { missingFiles } = await import('../../load/data/open-feeders.ts')
  const { placeOf } = await import('../../load/script/code-frame.ts')
  return missingFiles(feeders, { entry: bundle.entry, placeOf })
}

async function explainConfig(flags: Flags, terminal: Terminal): Promise<number> {
  const { settings } = await readSettings(flags, terminal)
  terminal.out(`${explainSettings(settings).join('\n')}\n`)
  return EXIT.passed
}

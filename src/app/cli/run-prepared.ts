/** The last steps of every run, whoever began it: what can still be wrong is said, and then it runs. */
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import type { Watcher } from './execute.ts'
import type { Prepared } from './prepare.ts'
import type { Terminal } from './terminal.ts'
import type { Workers } from './workers.ts'

/** Without a person watching and without a load, a run is a short look: one user, ten seconds. */
export const UNATTENDED_LOAD = { users: 1, for: '10s' }

/** Checks targets and runs. Throws `OnrushError` while nothing was sent. */
export async function runPrepared(
  prepared: Prepared,
  workers: Workers,
  terminal: Terminal,
  watcher?: Watcher,
): Promise<number> {
  if (prepared.fellBack) {
    terminal.err(
      ' no load was given: one user for ten seconds; --users and --run-time change that\n',
    )
  }
  const { execute } = await import('./execute.ts')
  const allowedHosts = await checkBeforeLoad(prepared, terminal)
  return execute(prepared, allowedHosts, workers, terminal, watcher)
}

/** Hosts that load may go to. Throws `OnrushError` with all that is wrong with targets and data. */
export async function checkBeforeLoad(
  prepared: Prepared,
  terminal: Terminal,
): Promise<readonly string[]> {
  const { checkTargets } = await import('./check-targets.ts')
  const { problems: ofTargets, allowedHosts } = await checkTargets(prepared, terminal)
  const problems = [...ofTargets, ...(await missingData(prepared)), ...rowsForLate(prepared)]
  if (problems.length > 0) throw new OnrushError(problems)
  return allowedHosts
}

/** Rows of `unique` are dealt when the run begins: who comes later would have none, and its users nothing to do. */
function rowsForLate({ feeders, settings }: Prepared): readonly Problem[] {
  const dealt = settings.on('joinLate')
    ? feeders.filter((each) => each._wanted.pick === 'unique')
    : []
  return dealt
    .slice(0, 1)
    .map(({ label }) =>
      problem(
        'E_USAGE',
        settings.place('joinLate'),
        `workers cannot join a run that deals out the rows of ${label}`,
        "with pick: 'unique' all rows have their worker when the run begins, and none is left for who comes later",
        'leave out --join-late, or pick rows in another way',
      ),
    )
}

/** Said here, because a worker that misses a file can only end the run. */
async function missingData({ feeders, bundle }: Prepared): Promise<readonly Problem[]> {
  if (feeders.length === 0) return []
  const { whatIsMissing } = await import('../../load/data/open-feeders.ts')
  const { placeOf } = await import('../../load/script/code-frame.ts')
  return whatIsMissing(feeders, { entry: bundle.entry, placeOf })
}

/**
 * `onrush serve`: a coordinator that stays. It serves the page over a pool of workers that have joined a NATS server, and runs what
 * is asked for there, one run after another; between two runs it holds no worker, so others may use the pool, too. Several of
 * them side by side divide a pool by labels (`--on`). Ends with Ctrl-C, a run that goes on is stopped first.
 */
import { OnrushError, problem } from '../../kernel/errors.ts'
import { dialOf, isLocal } from './join-settings.ts'
import { withOwnServer } from './own-server.ts'
import { servePage } from './page.ts'
import { openPool, poolText } from './pool-view.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import type { Terminal } from './terminal.ts'

/** The exit code of the last run. Throws `OnrushError` while nothing is served. */
export async function serveCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { settings } = await readSettings(flags, terminal)
  const address = settings.text('join')
  if (isLocal(address)) {
    return withOwnServer(address, terminal, (url) =>
      serveCommand(files, { ...flags, join: url }, terminal),
    )
  }
  const dial = dialOf(settings, terminal, 'onrush serve')
  if (dial === undefined) throw new OnrushError([noServer()])
  const pool = await openPool(dial, (text) => terminal.err(` ${text}\n`))
  try {
    terminal.err(`${poolText(dial.url, await pool.members())}\n`)
    return await servePage(files, flags, terminal, { pool })
  } finally {
    await pool.close()
  }
}

const noServer = () =>
  problem(
    'E_USAGE',
    '--join',
    'no NATS server was named',
    'workers are found there',
    'onrush serve shop.ts --join nats://loadbox:4222, or --join local to start one here',
  )

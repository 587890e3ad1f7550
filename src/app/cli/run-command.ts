/**
 * `onrush run`: from files and flags to a kept result. Everything that can be wrong is said before any load; once it
 * runs, every way to end (plan over, signal, lost workers) leads to a summary and a saved result.
 */
import { EXIT } from '../../kernel/errors.ts'
import { isLocal } from './join-settings.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { runPrepared, UNATTENDED_LOAD } from './run-prepared.ts'
import { explainSettings } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { withWorkers } from './workers.ts'

/** Any of them asks for the page. */
const PAGE_SETTINGS = ['webPort', 'webHost', 'autostart']

export async function runCommandLine(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  if (flags['explainConfig'] === true) return explainConfig(files, flags, terminal)
  const { settings, config } = await readSettings(flags, terminal)
  const address = settings.text('join')
  if (isLocal(address)) {
    const { withOwnServer } = await import('./own-server.ts')
    return withOwnServer(address, terminal, (url) =>
      runCommandLine(files, { ...flags, join: url }, terminal),
    )
  }
  const isHeadless = settings.on('headless')
  if (!isHeadless && PAGE_SETTINGS.some((key) => settings.chosen.has(key)))
    return (await import('./page.ts')).servePage(files, flags, terminal)
  const exitCode = await withWorkers(settings, terminal, async (workers) => {
    // Loaded only now: the workers are coming up meanwhile.
    const { prepare } = await import('./prepare.ts')
    const given = { settings, config, fallback: UNATTENDED_LOAD }
    const prepared = await prepare(files, given, terminal)
    // A person at a terminal who names no load wants to say it in the page.
    if (prepared.fellBack && terminal.attended && !isHeadless) return undefined
    return runPrepared(prepared, workers, terminal)
  })
  return exitCode ?? (await import('./page.ts')).servePage(files, flags, terminal)
}

async function explainConfig(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { settings, config } = await readSettings(flags, terminal)
  const { explainParams } = await import('./given-params.ts')
  const given = { settings, config, fallback: UNATTENDED_LOAD, mayLackParams: true } as const
  const params =
    files.length === 0
      ? undefined
      : (await (await import('./prepare.ts')).prepare(files, given, terminal)).params
  const lines = [...explainSettings(settings), ...explainParams(settings, params)]
  terminal.out(`${lines.join('\n')}\n`)
  return EXIT.passed
}

/** `onrush runs` and what can be done with one kept run. Lists and summaries go to standard output. */
import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { KeptSearch } from '../../contracts/search-store.ts'
import type { RunRecord, Store, StoredRun } from '../../contracts/store.ts'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { describeLoad } from '../../model/plan/shape-format.ts'
import { ConsoleOutput } from '../../plugins/outputs/console/console-output.ts'
import { deleteKept } from '../history/delete-kept.ts'
import { findRun } from '../history/find-run.ts'
import { findSearch, openSearches } from '../history/kept-searches.ts'
import {
  checkHistory,
  findHistory,
  type HistoryPlace,
  openHistory,
} from '../history/open-history.ts'
import { resultOfRun } from '../history/result-of.ts'
import { runFileProblem } from '../history/run-file-check.ts'
import { renderRuns } from '../history/runs-table.ts'
import { nextCommand } from './next-command.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { notWritable } from './reports.ts'
import type { Terminal } from './terminal.ts'
import { writeOrPrint } from './write-or-print.ts'

const LIMIT = 20

export async function listRuns(flags: Flags, terminal: Terminal): Promise<number> {
  const limit = limitOf(flags['limit'], LIMIT)
  if (flags['capacity'] === true)
    return (await import('./search-commands.ts')).listSearches(limit, flags, terminal)
  const tag = (flags['tag'] ?? []) as readonly string[]
  return withHistory(flags, terminal, async (store) => {
    const runs = (await store?.list({ limit, tag })) ?? []
    if (typeof flags['json'] === 'string') {
      writeOrPrint(`${JSON.stringify(runs, null, 2)}\n`, flags['json'], terminal)
    } else if (runs.length > 0) {
      terminal.out(`${renderRuns(runs, terminal.outStyle()).join('\n')}\n`)
    } else {
      const all = tag.length === 0 ? '' : ` with ${tag.join(' and ')}`
      terminal.err(` no runs${all} are kept here; \`onrush run FILE\` keeps one\n`)
    }
    return EXIT.passed
  })
}

/** The summary as it was at the end of the run, or the answer of a search. */
export async function showRun(named: string, flags: Flags, terminal: Terminal): Promise<number> {
  const search = await searchOf(named, flags, terminal)
  if (search !== undefined)
    return (await import('./search-commands.ts')).showSearch(search, terminal)
  return withRun(named, flags, terminal, async (store, run) => {
    const { id } = run.info
    const file = join(terminal.folder, '.onrush', 'runs', id, 'result.json')
    const report = existsSync(file)
      ? relative(terminal.folder, file)
      : `onrush report ${id} --json -`
    const screen = new ConsoleOutput({
      sink: { write: terminal.out },
      style: () => terminal.outStyle(),
      places: (result) => ({ report, next: nextCommand(result) }),
      describeLoad,
      quiet: true,
    })
    screen.stop(await resultOfRun(store, run))
    return EXIT.passed
  })
}

export async function markBaseline(
  named: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  return withRun(named, flags, terminal, async (store, { info }) => {
    const isBaseline = flags['remove'] !== true
    await store.setBaseline(info.id, isBaseline)
    const said = isBaseline
      ? 'is a baseline, and never deleted by itself'
      : 'is no baseline any more'
    terminal.err(` run ${info.id} ${said}\n`)
    return EXIT.passed
  })
}

/** All of them or none: what cannot be deleted is said at once. Searches, too. */
export async function deleteRuns(
  named: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const searches = openSearches(terminal)
  const searchIds: string[] = []
  return withHistory(flags, terminal, async (store) => {
    const found: RunRecord[] = []
    for (const each of named) {
      const search = await findSearch(searches, each, hasRun(store))
      if (search === undefined) found.push(await findRun(store, each))
      else searchIds.push(search.search.id)
    }
    const ids = [...new Set(found.map(({ id }) => id))]
    // There is a history where a run was found.
    const count = ids.length === 0 ? 0 : await deleteKept(store!, found, terminal.folder)
    const others = searches.remove([...new Set(searchIds)])
    const deleted = [
      ...(count === 0 ? [] : [count === 1 ? `run ${ids[0]}` : `${count} runs`]),
      ...(others === 0 ? [] : [others === 1 ? `search ${searchIds[0]}` : `${others} searches`]),
    ]
    terminal.err(` ${deleted.join(' and ')} deleted\n`)
    return EXIT.passed
  })
}

export async function exportRunTo(
  [named = '', file = '']: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { exportRun } = await import('../history/run-file.ts')
  return withRun(named, flags, terminal, async (store, run) => {
    try {
      await exportRun(store, run, resolve(terminal.folder, file))
    } catch (error) {
      throw new OnrushError([notWritable(file, error)])
    }
    terminal.err(` run ${run.info.id} is in ${file}\n`)
    return EXIT.passed
  })
}

export async function importRunFrom(
  file: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { importFile } = await import('../history/import-file.ts')
  const store = await openHistory(await placeOf(flags, terminal), sayTo(terminal))
  try {
    const id = await importFile(store, resolve(terminal.folder, file))
    terminal.err(` run ${id} is kept\n`)
    return EXIT.passed
  } catch (error) {
    throw new OnrushError([runFileProblem(file, error as Error)])
  } finally {
    await store.close()
  }
}

/** Undefined: no search is named so. Throws `OnrushError` when it is not clear what is meant. */
export async function searchOf(
  named: string,
  flags: Flags,
  terminal: Terminal,
): Promise<KeptSearch | undefined> {
  const searches = openSearches(terminal)
  return findSearch(searches, named, (idPart) =>
    withHistory(flags, terminal, async (store) => hasRun(store)(idPart)),
  )
}

const hasRun =
  (store: Store | undefined) =>
  async (idPart: string): Promise<boolean> =>
    ((await store?.list({ idPart, limit: 1 })) ?? []).length > 0

/** Runs `use` on one kept run. Throws `OnrushError` when there is none. */
export async function withRun(
  named: string,
  flags: Flags,
  terminal: Terminal,
  use: (store: Store, run: StoredRun) => Promise<number>,
): Promise<number> {
  return withHistory(flags, terminal, async (store) => {
    const { id } = await findRun(store, named)
    return use(store!, (await store!.read(id))!)
  })
}

/** `use` gets undefined when nothing was ever kept. */
export async function withHistory<T>(
  flags: Flags,
  terminal: Terminal,
  use: (store: Store | undefined) => Promise<T>,
): Promise<T> {
  const store = await findHistory(await placeOf(flags, terminal), sayTo(terminal))
  try {
    return await use(store)
  } finally {
    await store?.close()
  }
}

/** `--store` may also be in the environment or the configuration. */
async function placeOf({ store }: Flags, terminal: Terminal): Promise<HistoryPlace> {
  const { settings } = await readSettings(store === undefined ? {} : { store }, terminal)
  const place = { folder: terminal.folder, url: settings.text('store') }
  await checkHistory(place)
  return place
}

const sayTo =
  (terminal: Terminal) =>
  (text: string): void =>
    terminal.err(` ${text}\n`)

/** How many runs somebody wants to see. Throws `OnrushError`. */
export function limitOf(given: unknown, otherwise: number, most = 999_999): number {
  if (given === undefined) return otherwise
  if (/^[1-9]\d{0,5}$/.test(String(given)) && Number(given) <= most) return Number(given)
  throw new OnrushError([
    problem(
      'E_USAGE',
      '--limit',
      `"${String(given)}" is no number of runs`,
      `it is a whole number from 1 to ${most}`,
      '--limit 50',
    ),
  ])
}

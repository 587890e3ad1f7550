/**
 * Results of another tool, kept as a run. Where the file tells single requests, the run has windows and histograms like any other; of
 * sums only its result is kept. Nobody knows whether the other generator could keep up, and the run says so. The id comes from the
 * file, so that the same file is not kept twice.
 */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { ForeignFormat, ForeignSummary } from '../../contracts/foreign.ts'
import type { RunEvent } from '../../contracts/output.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { KeptRun, RunWriter, Store, StoredRun } from '../../contracts/store.ts'
import { EXIT } from '../../kernel/errors.ts'
import { ForeignMistake } from '../../kernel/foreign-mistake.ts'
import { RowMistake } from '../../kernel/row-mistake.ts'
import { ForeignBook } from '../../model/import/foreign-book.ts'
import { GUARD_ERROR_RATIO } from '../../model/report/default-guard.ts'
import { figuresOf, headOf } from '../../model/report/kept-run.ts'
import { packageVersion } from '../cli/package-version.ts'
import { digestOf, fileAt } from './foreign-file.ts'
import { resultOfRun } from './result-of.ts'
import { RunFileError } from './run-file-check.ts'

/** Told to the store before it is waited for. */
const WINDOWS_AT_ONCE = 50

/** `head`: how the file begins. The id of the run that was kept; rejects with `RunFileError`, and then nothing of it is kept. */
export async function importForeign(
  store: Store,
  path: string,
  head: string,
  format: ForeignFormat,
): Promise<string> {
  const book = new ForeignBook()
  const summary = await readWith(format, path, head, book)
  if (summary === undefined && book.samples === 0) {
    throw new RunFileError(
      `${format.tool} wrote no requests into it`,
      'give the result of a whole run',
    )
  }
  const startedAtEpochMs =
    summary === undefined
      ? book.startedAtEpochMs
      : (summary.startedAtEpochMs ?? statSync(path).mtimeMs - summary.durationMs)
  const info = infoOf(path, format.tool, startedAtEpochMs, await digestOf(path))
  if ((await store.read(info.id)) !== undefined) {
    throw new RunFileError(`it is kept already, as ${info.id}`, `onrush runs delete ${info.id}`)
  }
  const writer = await store.begin(info)
  try {
    const events = [`imported from ${format.tool}: ${basename(path)}`, ...book.notes].map(noteOf)
    for (const event of events) writer.event(event)
    if (summary === undefined) await tell(book, writer)
    const run = { info, events, record: recordOf(info), result: undefined }
    const counted = await resultOfRun(store, run)
    await writer.finish(
      judged(summary === undefined ? counted : withSums(counted, summary), format.tool),
    )
  } catch (error) {
    await writer.abandon()
    await store.remove([info.id])
    throw asRunFileError(error)
  }
  return info.id
}

async function readWith(
  format: ForeignFormat,
  path: string,
  head: string,
  book: ForeignBook,
): Promise<ForeignSummary | undefined> {
  try {
    return await format.read(fileAt(path), head, book)
  } catch (error) {
    throw asRunFileError(error)
  }
}

/** What the file is to blame for. */
function asRunFileError(error: unknown): unknown {
  if (error instanceof ForeignMistake) return new RunFileError(error.message, error.fix)
  if (!(error instanceof RowMistake)) return error
  return new RunFileError(error.message, 'mend the file there, or write it again')
}

async function tell(book: ForeignBook, writer: RunWriter): Promise<void> {
  for (const window of book.windows()) {
    writer.window(window)
    if (window.window % WINDOWS_AT_ONCE === 0) await writer.flush()
  }
  await writer.flush()
}

function infoOf(path: string, tool: string, startedAtEpochMs: number, digest: string): KeptRun {
  const [day, time] = new Date(startedAtEpochMs).toISOString().split('T') as [string, string]
  const name = basename(path).replace(/\.[^.]*$/, '')
  return {
    id: `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${digest.slice(0, 4)}`,
    plan: {
      schemaVersion: 1,
      name,
      seed: 0,
      host: null,
      hostOverrides: false,
      scenarios: [],
      thresholds: [],
      tags: { imported: tool.toLowerCase() },
      include: null,
      exclude: [],
    },
    startedAtEpochMs,
    workers: 0,
    script: basename(path),
    scriptHash: digest,
    version: packageVersion(),
    node: process.versions.node,
    git: null,
  }
}

const noteOf = (text: string): RunEvent => ({ atMs: 0, kind: 'note', level: 'info', text })

const recordOf = (info: KeptRun): StoredRun['record'] => ({
  ...headOf(info),
  ...figuresOf(undefined),
  state: 'finished',
  isBaseline: false,
})

function withSums(counted: RunResult, summary: ForeignSummary): RunResult {
  const { totals, series, errors, checks, windows, durationMs, usersMax } = summary
  return {
    ...counted,
    run: { ...counted.run, durationMs },
    ...{ totals, series, errors, checks, windows },
    users: { ...counted.users, max: usersMax },
  }
}

/** By the default guard, as a run of ours without thresholds. */
function judged(result: RunResult, tool: string): RunResult {
  const { requests, failures } = result.totals
  const passed = failures <= GUARD_ERROR_RATIO * requests
  const rule = `errors ≤ ${GUARD_ERROR_RATIO * 100}%`
  return {
    ...result,
    verdict: {
      passed,
      reason: `imported from ${tool}, judged by the default guard: ${rule}`,
      exitCode: passed ? EXIT.passed : EXIT.failed,
    },
    generator: {
      ...result.generator,
      trustworthy: true,
      reasons: [`Imported from ${tool}: whether its load generator could keep up is not known.`],
    },
  }
}

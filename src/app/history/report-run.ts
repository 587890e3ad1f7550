/** The reports of a kept run, from its windows and its result: what `onrush report` writes and the page offers to take away. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunResult } from '../../contracts/result.ts'
import type { Store, StoredRun } from '../../contracts/store.ts'
import { OnrushError } from '../../kernel/errors.ts'
import type { ReportFile, ReportKind } from '../../run/web/report-routes.ts'
import { openReportsAfter } from '../cli/open-reports.ts'
import { chooseSettings, Settings } from '../cli/settings.ts'
import type { Terminal } from '../cli/terminal.ts'
import { resultOfRun } from './result-of.ts'

/** Writes every report that `settings` ask for. Throws `OnrushError` when one cannot be written. */
export async function reportRun(
  store: Store,
  run: StoredRun,
  settings: Settings,
  terminal: Terminal,
): Promise<RunResult> {
  const result = await resultOfRun(store, run)
  const reports = openReportsAfter(settings, terminal, (text) => terminal.err(` ${text}\n`))
  try {
    for (const output of reports.outputs) {
      await output.start?.(run.info)
      for await (const window of store.windows(run.info.id)) output.onWindow?.(window, [])
      await output.stop?.(result)
    }
    reports.write(result)
  } finally {
    reports.close()
  }
  return result
}

const CSV = 'text/csv; charset=utf-8'
/** What is asked for, what is written then, and what that is. `csv` writes Locust's four files. */
const FILES: Readonly<
  Record<ReportKind, readonly [flag: string, given: string, written: string, type: string]>
> = {
  html: ['html', 'report.html', 'report.html', 'text/html; charset=utf-8'],
  json: ['json', 'result.json', 'result.json', 'application/json'],
  junit: ['junit', 'junit.xml', 'junit.xml', 'application/xml'],
  markdown: ['markdown', 'summary.md', 'summary.md', 'text/markdown; charset=utf-8'],
  csv: ['csv', 'run', 'run_stats.csv', CSV],
  'csv-history': ['csv', 'run', 'run_stats_history.csv', CSV],
  'csv-failures': ['csv', 'run', 'run_failures.csv', CSV],
  'csv-exceptions': ['csv', 'run', 'run_exceptions.csv', CSV],
}

/** One of them as text. Undefined when there is no such run. */
export async function reportFile(
  store: Store,
  id: string,
  kind: ReportKind,
  terminal: Terminal,
): Promise<ReportFile | undefined> {
  const run = await store.read(id)
  if (run === undefined) return undefined
  const [flag, given, written, type] = FILES[kind]
  const folder = await mkdtemp(join(tmpdir(), 'onrush-report-'))
  try {
    const flags = { [flag]: join(folder, given) }
    const settings = chooseSettings({ flags, environment: {}, config: undefined })
    if (!(settings instanceof Settings)) throw new OnrushError(settings)
    await reportRun(store, run, settings, terminal)
    const text = await readFile(join(folder, written), 'utf8')
    return { name: `${run.info.plan.name}-${id}-${written}`, type, text }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

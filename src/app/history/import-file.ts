/** A run from a file, whoever wrote it: `onrush runs export`, or another tool. */
import type { Store } from '../../contracts/store.ts'
import { headOf } from './foreign-file.ts'
import { formatOf } from './foreign-formats.ts'
import { importRun } from './run-file.ts'
import { RunFileError } from './run-file-check.ts'

const OURS = /^\{"schema":"onrush\.run\//

/** The id of the run that was kept. Rejects with `RunFileError`, or as reading a file does; then nothing of it is kept. */
export async function importFile(store: Store, path: string): Promise<string> {
  const text = await beginningOf(path)
  if (OURS.test(text)) return importRun(store, path)
  const format = formatOf(text)
  if (format === undefined) {
    throw new RunFileError(
      text === ''
        ? 'it is empty'
        : `it is of no kind that is known here; it begins with ${JSON.stringify(text.slice(0, 40))}`,
      'give what `onrush runs export` wrote, a JTL of JMeter (CSV or XML), JSON or CSV of k6, or the _stats.csv of Locust',
    )
  }
  const { importForeign } = await import('./import-foreign.ts')
  return importForeign(store, path, text, format)
}

async function beginningOf(path: string): Promise<string> {
  try {
    return await headOf(path)
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error
    throw new RunFileError(`it is damaged: ${(error as Error).message}`)
  }
}

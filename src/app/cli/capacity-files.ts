/** Where the result of a search goes: it is kept in `.onrush/capacity`, and written to what `--json` and `--html` name. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import type { KeptSearch } from '../../contracts/search-store.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { mark } from '../../plugins/outputs/console/style.ts'
import { openSearches, searchFolder } from '../history/kept-searches.ts'
import { notWritable } from './reports.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

export interface Places {
  readonly json: string | undefined
  readonly html: string | undefined
}

/** Found out before any load: what was measured must not be lost to a folder that cannot be written. Throws `OnrushError`. */
export function placesOf(settings: Settings, { folder }: Terminal): Places {
  const [json, html] = [settings.text('json'), settings.text('html')]
  const files = [json === '-' ? undefined : json, html].filter((each) => each !== undefined)
  const folders = [searchFolder(folder), ...files.map((each) => dirname(resolve(folder, each)))]
  const problems = folders.flatMap((path) => {
    try {
      mkdirSync(path, { recursive: true })
      return []
    } catch (error) {
      return [notWritable(path, error)]
    }
  })
  if (problems.length > 0) throw new OnrushError(problems)
  return { json, html }
}

/** Before something else is tried: what is known must not be lost with it. Whether it can be written is said in the end. */
export function keepUntilThen(found: KeptSearch, terminal: Terminal): void {
  try {
    openSearches(terminal).keep(found)
  } catch (error) {
    terminal.err(` not kept yet: ${(error as Error).message}\n`)
  }
}

/** `linesOf` gets the path that the result is kept under. What cannot be written is said, and the rest is written. */
export async function writeFound(
  found: KeptSearch,
  places: Places,
  terminal: Terminal,
  linesOf: (path: string) => readonly string[],
): Promise<void> {
  const { folder } = terminal
  const path = resolve(searchFolder(folder), `${found.search.id}.json`)
  terminal.err(`${linesOf(relative(folder, path)).join('\n')}\n`)
  const attempt = (place: string, write: () => void): void => {
    try {
      write()
    } catch (error) {
      const failed = mark(terminal.style(), 'fail')
      terminal.err(` ${failed} ${place} was not written: ${(error as Error).message}\n`)
    }
  }
  attempt(path, () => openSearches(terminal).keep(found))
  await writeReports(found, places, terminal, attempt)
}

/** The reports of one that is kept. `attempt` does with what cannot be written as it likes. */
export async function writeReports(
  found: KeptSearch,
  { json, html }: Places,
  { folder, out }: Pick<Terminal, 'folder' | 'out'>,
  attempt: (place: string, write: () => void) => void,
): Promise<void> {
  const replace = (place: string, text: string): void => {
    const path = resolve(folder, place)
    writeFileSync(`${path}.partial`, text)
    renameSync(`${path}.partial`, path)
  }
  const text = `${JSON.stringify(found, null, 2)}\n`
  if (json === '-') out(text)
  else if (json !== undefined) attempt(json, () => replace(json, text))
  if (html === undefined) return
  const { renderCapacityReport } = await import(
    '../../plugins/outputs/html/capacity/capacity-report.ts'
  )
  attempt(html, () => replace(html, renderCapacityReport(found)))
}

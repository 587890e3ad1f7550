/** What can be done with searches for the limit that are kept: list, show, report. Lists and summaries go to standard output. */
import { relative, resolve } from 'node:path'
import type { KeptSearch } from '../../contracts/search-store.ts'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { answerLines } from '../../plugins/outputs/console/capacity-view.ts'
import { spikeLines } from '../../plugins/outputs/console/spike-view.ts'
import { openSearches, renderSearches, searchFolder } from '../history/kept-searches.ts'
import { writeReports } from './capacity-files.ts'
import type { Flags } from './program.ts'
import { notWritable } from './reports.ts'
import type { Terminal } from './terminal.ts'
import { writeOrPrint } from './write-or-print.ts'

export function listSearches(limit: number, flags: Flags, terminal: Terminal): number {
  if (flags['tag'] !== undefined) {
    const why = 'searches have none'
    throw new OnrushError([
      problem('E_USAGE', '--tag', '--tag does not go with --capacity', why, 'leave it out'),
    ])
  }
  const searches = openSearches(terminal).list(limit)
  if (typeof flags['json'] === 'string')
    writeOrPrint(`${JSON.stringify(searches, null, 2)}\n`, flags['json'], terminal)
  else if (searches.length > 0)
    terminal.out(`${renderSearches(searches, terminal.outStyle()).join('\n')}\n`)
  else terminal.err(' no searches are kept here; `onrush capacity FILE --slo RULE` keeps one\n')
  return EXIT.passed
}

/** The answer as it was at the end of the search. */
export function showSearch(found: KeptSearch, terminal: Terminal): number {
  const path = resolve(searchFolder(terminal.folder), `${found.search.id}.json`)
  const kept = relative(terminal.folder, path)
  const style = terminal.outStyle()
  const lines =
    found.schema === 'onrush.spike/1'
      ? spikeLines(found, kept, style)
      : answerLines(found, kept, style)
  terminal.out(`${lines.join('\n')}\n`)
  return EXIT.passed
}

/** Throws `OnrushError` when a report cannot be written, or is none that a search has. */
export async function reportSearch(
  found: KeptSearch,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const others = Object.keys(flags).filter((key) => !['json', 'html', 'store'].includes(key))
  if (others.length > 0) {
    const what = `a search has no report of the kind --${others[0]}`
    const why = 'there are --html and --json'
    throw new OnrushError([problem('E_USAGE', `--${others[0]}`, what, why, '--html limit.html')])
  }
  const text = (key: string): string | undefined =>
    flags[key] === undefined ? undefined : String(flags[key])
  await writeReports(
    found,
    { json: text('json'), html: text('html') },
    terminal,
    (place, write) => {
      try {
        write()
      } catch (error) {
        throw new OnrushError([notWritable(place, error)])
      }
    },
  )
  return EXIT.passed
}

/** Searches for the limit that are kept beside the runs: where they are, which one somebody means, and how they are listed. */
import { join } from 'node:path'
import type { KeptSearch, SearchRecord, SearchStore } from '../../contracts/search-store.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { mark, type Style } from '../../plugins/outputs/console/style.ts'
import { SearchFiles } from '../../plugins/stores/files/search-files.ts'
import { alignedLines } from './aligned-lines.ts'

/** Ids shown when a part fits several. */
const SHOWN = 5

export const searchFolder = (folder: string): string => join(folder, '.onrush', 'capacity')

export const openSearches = (terminal: {
  readonly folder: string
  err(text: string): void
}): SearchStore =>
  new SearchFiles(searchFolder(terminal.folder), (text) => terminal.err(` ${text}\n`))

/**
 * By its id, or a part of it that nothing else has. Undefined: no search has it, so a run may be meant. Throws `OnrushError` when several
 * have, or a run has it, too.
 */
export async function findSearch(
  searches: SearchStore,
  named: string,
  hasRun: (idPart: string) => Promise<boolean>,
): Promise<KeptSearch | undefined> {
  const ids = named === '' ? [] : searches.find(named)
  if (ids.length === 0) return undefined
  if (ids.includes(named)) return searches.read(named)
  const isAlone = ids.length === 1 && !(await hasRun(named))
  if (isAlone) return searches.read(ids[0]!)
  const what = `"${named}" fits several searches, or a run, too`
  const why = `${ids.slice(0, SHOWN).join(', ')} …`
  throw new OnrushError([problem('E_RUN', named, what, why, 'write more of the id')])
}

/** One line each. */
export function renderSearches(searches: readonly SearchRecord[], style: Style): string[] {
  const rows = searches.map((each) => [
    each.id,
    each.startedAt.slice(0, 16).replace('T', ' '),
    each.script,
    holdsText(each),
    `${mark(style, each.passed ? 'ok' : 'fail')} ${each.passed ? 'passed' : each.reason}`,
    each.asked.join(', '),
  ])
  return alignedLines(HEADS, rows, style)
}
const HEADS = ['id', 'when (UTC)', 'script', 'holds', 'verdict', 'asked'].map((head) => ({ head }))

function holdsText({ kind, holds, isAtLeast, by }: SearchRecord): string {
  if (kind === 'spike') return 'spike'
  if (holds === null) return 'nothing'
  return `${isAtLeast ? '≥ ' : ''}${holds}${by === 'users' ? ' users' : '/s'}`
}

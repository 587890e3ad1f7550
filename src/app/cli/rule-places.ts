/**
 * Where the rules of a run were written, for reports that point at a line: the command line, the environment or a profile
 * by its name, everything else by looking for the text in the sources of the script. A rule that is put together at run
 * time is in no source, and has no place. Pure.
 */
import { isAbsolute, relative } from 'node:path'
import type { RulePlace } from '../../model/report/cases.ts'

export interface Source {
  /** Absolute path. */
  readonly path: string
  readonly text: string
}

/** The script's own files out of a source map with absolute `sources`; packages have no rules. */
export function sourcesOf(mapJson: string): Source[] {
  const map = JSON.parse(mapJson) as { sources: string[]; sourcesContent?: (string | null)[] }
  return map.sources
    .map((path, index) => ({ path, text: map.sourcesContent?.[index] ?? '' }))
    .filter(({ path, text }) => text !== '' && !/[\\/]node_modules[\\/]/.test(path))
}

/**
 * `typed`: rules that did not come from a script, and the name of the place they were typed at. Paths are given relative to
 * `folder`, or absolute for files outside of it.
 */
export function rulePlaces(
  rules: readonly string[],
  sources: readonly Source[],
  typed: { readonly rules: readonly string[]; readonly place: string },
  folder: string,
): Map<string, RulePlace> {
  const places = new Map<string, RulePlace>()
  for (const rule of rules) {
    const isTyped = typed.rules.some((each) => each.trim() === rule)
    const place = isTyped
      ? { file: undefined, line: undefined, shown: typed.place }
      : placeIn(rule, sources, folder)
    if (place !== undefined) places.set(rule, place)
  }
  return places
}

function placeIn(rule: string, sources: readonly Source[], folder: string): RulePlace | undefined {
  for (const isMeant of [isCode, isAnything]) {
    for (const { path, text } of sources) {
      const index = text.split('\n').findIndex((line) => isMeant(line) && quotes(line, rule))
      if (index < 0) continue
      const file = relativeTo(folder, path)
      return { file, line: index + 1, shown: `${file}:${index + 1}` }
    }
  }
  return undefined
}

/** A comment may show how to give the same rule on the command line. */
const isCode = (line: string): boolean => !/^\s*(\/\/|\/?\*)/.test(line)
const isAnything = (): boolean => true

/** Does `line` hold the rule as a whole text? Inside quotes, its own quotes may be escaped. */
function quotes(line: string, rule: string): boolean {
  return ["'", '"', '`'].some((quote) => {
    const written = rule.replaceAll(quote, `\\${quote}`)
    return new RegExp(`${quote}\\s*${escaped(written)}\\s*${quote}`).test(line)
  })
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** With forward slashes, as reports on any system have them. */
function relativeTo(folder: string, path: string): string {
  const from = relative(folder, path)
  const isInside = from !== '' && !from.startsWith('..') && !isAbsolute(from)
  return (isInside ? from : path).replaceAll('\\', '/')
}

/**
 * Shows people their own line: maps the stack of an error back to the TypeScript that was written, and draws the
 * five lines around it with a caret. Sources come out of the bundle's source map, so frames also work in a worker
 * on a machine that never had the file. Deliberately not a general stack-trace library: it knows frames of loaded
 * bundles, `node:` and everything else. Cold code: runs once per distinct error.
 */
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

export interface SourcePlace {
  /** Absolute path. */
  readonly file: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number
}

interface Mapped {
  readonly map: SourceMap
  readonly contents: ReadonlyMap<string, string>
}

/** A process loads a handful of bundles in its life; more than this are forgotten, oldest first. */
const BUNDLES_MAX = 16
const bundles = new Map<string, Mapped>()

/** From now on frames inside `file` (an absolute path) are mapped. `mapJson` with absolute `sources`. */
export function registerSourceMap(file: string, mapJson: string): void {
  const payload = JSON.parse(mapJson)
  const contents = new Map<string, string>()
  payload.sources.forEach((source: string, index: number) => {
    contents.set(source, payload.sourcesContent?.[index] ?? '')
  })
  bundles.set(file, { map: new SourceMap(payload), contents })
  const oldest = bundles.keys().next().value
  if (bundles.size > BUNDLES_MAX && oldest !== undefined) bundles.delete(oldest)
}

const PLACE =
  /(\(|at (?:async )?)((?:file:\/\/)?\/[^()\n]*?|[A-Za-z]:[\\/][^()\n]*?):(\d+):(\d+)(\)?)$/

/** `error.stack` with every frame of a bundle replaced by its place in the source; ours and Node's own dropped. */
export function mapStack(stack: string): string {
  const lines: string[] = []
  for (const line of stack.split('\n')) {
    const match = PLACE.exec(line)
    if (match === null) {
      if (!line.includes('(node:') && !line.includes('at node:')) lines.push(line)
      continue
    }
    const place = originalOf(match[2]!, Number(match[3]), Number(match[4]))
    if (place === undefined) continue
    const shown = `${place.file}:${place.line}:${place.column}`
    lines.push(line.slice(0, match.index) + match[1] + shown + match[5])
  }
  return lines.join('\n')
}

/** Where in the sources the innermost frame of a bundle is, or undefined when the stack has none. */
export function placeOf(stack: string): SourcePlace | undefined {
  for (const line of stack.split('\n')) {
    const match = PLACE.exec(line)
    const place = match && originalOf(match[2]!, Number(match[3]), Number(match[4]))
    if (place) return place
  }
  return undefined
}

/** The frame of a place in a loaded bundle; '' when its source is not known. */
export function frameAt(place: SourcePlace): string {
  for (const { contents } of bundles.values()) {
    const source = contents.get(place.file)
    if (source) return codeFrame(source, place.line, place.column)
  }
  return ''
}

/** Five lines around `line` with a marker and a caret under `column`; both count from 1. Tabs become two spaces. */
export function codeFrame(source: string, line: number, column: number): string {
  const lines = source.split(/\r?\n/)
  const first = Math.max(1, line - 2)
  const last = Math.min(lines.length, line + 2)
  const digits = String(last).length
  const shown: string[] = []
  for (let number = first; number <= last; number++) {
    const text = (lines[number - 1] ?? '').replaceAll('\t', '  ')
    const mark = number === line ? '❯' : ' '
    shown.push(`${mark} ${String(number).padStart(digits)} │ ${clip(text)}`.trimEnd())
    if (number !== line) continue
    const before = (lines[number - 1] ?? '').slice(0, column - 1).replaceAll('\t', '  ').length
    if (before < CLIP) shown.push(`  ${' '.repeat(digits)} │ ${' '.repeat(before)}^`)
  }
  return shown.join('\n')
}

const CLIP = 160
const clip = (text: string): string => (text.length > CLIP ? `${text.slice(0, CLIP)}…` : text)

function originalOf(at: string, line: number, column: number): SourcePlace | undefined {
  const file = at.startsWith('file://') ? fileURLToPath(at.split('?')[0]!) : at
  const bundle = bundles.get(file)
  if (bundle === undefined) {
    // With --enable-source-maps Node has mapped the frame already.
    for (const { contents } of bundles.values())
      if (contents.has(file)) return { file, line, column }
    return undefined
  }
  const entry = bundle.map.findEntry(line - 1, column - 1)
  if (!('originalSource' in entry)) return undefined
  return {
    file: entry.originalSource,
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  }
}

/**
 * Holds a tree of sources against the table of rooms. Each finding is one sentence that names the file, the room, what
 * is wrong, what is allowed and how to change it. Works on text in memory, so that the rules themselves are tested.
 */
import { posix } from 'node:path'
import type { Room } from '../../../boundaries.ts'
import { readSource, type SourceFacts } from './read-source.ts'

type Rooms = Readonly<Record<string, Room>>
/** Path below `src/` → text. */
export type Tree = ReadonlyMap<string, string>

/** May read clocks, randomness and the environment. */
const CLOCK_FILE = 'kernel/clock.ts'
const ENVIRONMENT = /^(Date|Math\.random|process\.env)/
const HOW_TO_CHANGE =
  'If the architecture should allow it, change boundaries.ts and say why in the commit.'

export function findViolations(tree: Tree, rooms: Rooms): string[] {
  const facts = new Map([...tree].map(([file, text]) => [file, readSource(file, text)]))
  const findings: string[] = []
  for (const [file, { imports, ambient }] of facts) {
    const place = locate(file, rooms)
    if (place === undefined) {
      findings.push(
        `src/${file} stands in no room. Move it into one of ${Object.keys(rooms).join(', ')}. ${HOW_TO_CHANGE}`,
      )
      continue
    }
    for (const { specifier, line } of imports) {
      const problem = specifier.startsWith('.')
        ? explainFile(file, place, specifier, tree, rooms)
        : explainPackage(place, specifier)
      if (problem)
        findings.push(
          `src/${file}:${line} (room "${place.name}") imports ${specifier}: ${problem} ${HOW_TO_CHANGE}`,
        )
    }
    for (const { name, line } of ambient) {
      const problem = explainAmbient(file, place, name)
      if (problem)
        findings.push(`src/${file}:${line} (room "${place.name}") uses ${name}: ${problem}`)
    }
  }
  return [...findings, ...findCycles(facts)]
}

interface Place {
  /** Key of the table. */
  readonly name: string
  /** The folder itself: for `plugins/outputs/*` it is `plugins/outputs/json`. */
  readonly folder: string
  readonly room: Room
}

/** The longest room that holds the file; a name beats a star. */
function locate(file: string, rooms: Rooms): Place | undefined {
  const folders = posix.dirname(file).split('/')
  for (let depth = folders.length; depth > 0; depth--) {
    const folder = folders.slice(0, depth).join('/')
    const starred = [...folders.slice(0, depth - 1), '*'].join('/')
    for (const name of [folder, starred]) {
      const room = rooms[name]
      if (room !== undefined) return { name, folder, room }
    }
  }
  return undefined
}

function explainFile(
  file: string,
  place: Place,
  specifier: string,
  tree: Tree,
  rooms: Rooms,
): string | undefined {
  const target = posix.join(posix.dirname(file), specifier)
  if (target.startsWith('..')) return 'it lies outside src.'
  if (!specifier.endsWith('.ts')) return 'relative imports carry the .ts of the file they mean.'
  if (!tree.has(target)) return 'there is no such file.'
  const other = locate(target, rooms)
  if (other === undefined) return 'that file stands in no room.'
  if (other.folder === place.folder) return undefined
  if (other.folder.startsWith('plugins/') && place.name !== 'app') {
    return `plug-ins are leaves: only app may import "${other.folder}".`
  }
  const isAllowed = place.room.may.some((may) => target.startsWith(`${may}/`))
  return isAllowed
    ? undefined
    : `"${other.folder}" is not among what this room may import (${listed(place.room.may)}; ${place.room.why}).`
}

function explainPackage(place: Place, specifier: string): string | undefined {
  const allowed = place.room.packages ?? []
  const isAllowed = allowed.some(
    (one) => one === '*' || specifier === one || specifier.startsWith(`${one}/`),
  )
  if (isAllowed && !(place.room.pure && specifier.startsWith('node:'))) return undefined
  if (place.room.pure) return 'this room is pure: no packages and no node: modules.'
  return `packages allowed here: ${listed(allowed)}.`
}

function explainAmbient(file: string, place: Place, name: string): string | undefined {
  if (file === CLOCK_FILE || place.name === 'app') return undefined
  if (place.room.pure || place.name === 'kernel') {
    return 'this room is pure. Take a Clock or a Prng as an argument instead.'
  }
  return ENVIRONMENT.test(name)
    ? `only ${CLOCK_FILE} and app read time, chance and the environment. Take a Clock, a Prng or a value instead.`
    : undefined
}

/** Cycles of imports that exist at run time; types may refer to each other within a room. */
function findCycles(facts: ReadonlyMap<string, SourceFacts>): string[] {
  const findings: string[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    if (at !== -1) {
      findings.push(
        `src/${[...path.slice(at), file].join(' → src/')} is a cycle. Move what they share into a file that imports none of them.`,
      )
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const { specifier, typeOnly } of facts.get(file)?.imports ?? []) {
      if (specifier.startsWith('.') && !typeOnly) visit(posix.join(posix.dirname(file), specifier))
    }
    path.pop()
    done.add(file)
  }
  for (const file of facts.keys()) visit(file)
  return findings
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ')
}

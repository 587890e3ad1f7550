/**
 * A load over time as people write it, and the line of levels behind it. All mistakes are found at once, each with the
 * character it begins at. Pure; what comes out is exact (see `profile.ts`), curves excepted (see `waves.ts`).
 *
 *     shape  = phase { "," phase }
 *     phase  = [level] arrow level "over" TIME          a straight line; without a first level, from where the last phase ended
 *            | level "over" TIME                        the same, not as the first phase
 *            | "hold" [level] ["for"] TIME              stay
 *            | level "for" TIME                         jump to it and stay
 *            | level                                    where the load begins; first phase only
 *            | "jump" ["to"] level
 *            | "spike" ["to"] level "for" TIME          there and, when something follows, back to the level before
 *            | "nothing" ["for"] TIME
 *            | "stairs" [level] ["down"] "by" level "×" N "every" TIME ["with ramps" TIME]    N levels, the first one named
 *            | "sine" level arrow level "every" TIME "for" TIME     begins at the first, reaches the second half a period later
 *            | "smooth peak" ["to"] level "over" TIME   a bell, and back
 *     arrow  = "→" | "->" | "to"
 *     level  = NUMBER ["/" ("s" | "min" | "h" …)]       users: a whole number; a number without unit takes its neighbour's
 */
import type { Rate } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { nearestOf } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { SHAPE_CHARS_MAX, STAGES_MAX } from '../../kernel/limits.ts'
import { parseDuration } from './duration.ts'
import { parseLevel, unitOf } from './level.ts'
import { type LevelUnit, type Profile, ProfileBuilder, ZERO } from './profile.ts'
import { isProblem, show } from './reader.ts'
import { type Found, PHASES, type PhaseKind } from './shape-phases.ts'

/** A longer phase is no phase. */
const PHASE_CHARS_MAX = 200
const KEYWORDS = ['hold', 'jump', 'spike', 'nothing', 'stairs', 'sine', 'smooth']

/** The line of levels, or every mistake in the text at `path`. */
export function parseShapeText(text: string, unit: LevelUnit, path: string): Profile | Problem[] {
  const problems: Problem[] = []
  const builder = new ProfileBuilder()
  if (text.length > SHAPE_CHARS_MAX) {
    const why = `a shape has at most ${SHAPE_CHARS_MAX} characters`
    return [problem('E_SHAPE', path, 'the load shape is too long', why, 'Use stairs or a sine.')]
  }
  let start = 0
  for (const part of text.split(',')) {
    const indent = part.length - part.trimStart().length
    addPhase(part.trim(), start + indent, { builder, unit, path, problems })
    start += part.length + 1
  }
  if (problems.length > 0) return problems
  const profile = builder.build()
  return profile.stages.length > STAGES_MAX ? [tooMany(profile, path)] : profile
}

interface Reading {
  readonly builder: ProfileBuilder
  readonly unit: LevelUnit
  readonly path: string
  readonly problems: Problem[]
}

/** `offset`: where the phase begins in the whole text. */
function addPhase(written: string, offset: number, reading: Reading): void {
  const text = written.length > PHASE_CHARS_MAX ? '' : written.toLowerCase()
  const at = (index: number): string => `${reading.path}:${offset + index + 1}`
  for (const kind of PHASES) {
    const match = kind.pattern.exec(text)
    if (match === null) continue
    const before = reading.problems.length
    const found = readGroups(match, written, kind, reading, at)
    // With a mistake in a value there is nothing to draw; the other phases are still looked at.
    if (reading.problems.length === before) kind.add(reading.builder, found)
    else if (reading.builder.isEmpty) reading.builder.jump(ZERO)
    return
  }
  reading.problems.push(unreadable(written, at(0)))
  if (reading.builder.isEmpty) reading.builder.jump(ZERO)
}

function readGroups(
  match: RegExpExecArray,
  written: string,
  kind: PhaseKind,
  { unit, problems }: Reading,
  at: (index: number) => string,
): Found {
  const texts = match.groups ?? {}
  const place = (name: string): string => at(match.indices?.groups?.[name]?.[0] ?? 0)
  const per = Object.values(texts)
    .map((text) => unitOf(text ?? ''))
    .find(Boolean)
  const levels = new Map<string, Rate>()
  const times = new Map<string, number>()
  for (const [name, text] of Object.entries(texts)) {
    if (text === undefined || name === 'times' || name === 'down') continue
    if (['over', 'time', 'every', 'ramps'].includes(name)) {
      const parsed = parseDuration(text, place(name))
      if (isProblem(parsed)) problems.push(parsed)
      else times.set(name, parsed.ns)
    } else {
      const parsed = parseLevel(text, unit, place(name), per)
      if (isProblem(parsed)) problems.push(parsed)
      else levels.set(name, parsed)
    }
  }
  return {
    level: (name) => levels.get(name) ?? ZERO,
    ns: (name) => times.get(name) ?? 0,
    text: (name) => texts[name],
    refuse: (name, why, fix) => {
      const what = `${show(written)} cannot be done`
      problems.push(
        problem('E_SHAPE', place(name), what, why, `${fix} The form is '${kind.form}'.`),
      )
    },
    unit,
  }
}

/** What somebody who writes this most likely meant. */
function formOf(word: string, written: string): string | undefined {
  if (word.length > 1) return PHASES.find((kind) => kind.form.startsWith(word))?.form
  if (/→|->/.test(written)) return PHASES[0]!.form
  return /\bfor\b/i.test(written) ? 'A for TIME' : undefined
}

function unreadable(written: string, path: string): Problem {
  if (written === '') {
    const why = 'there is a comma too many'
    return problem('E_SHAPE', path, 'a phase of the load is empty', why, 'Remove the comma.')
  }
  const what = `${show(written)} cannot be read as a phase of a load`
  const word = /^[a-z]*/i.exec(written)![0].toLowerCase()
  const form = formOf(word, written)
  if (form !== undefined) {
    const why = `it does not have the form '${form}'`
    return problem('E_SHAPE', path, what, why, `Write it as '${form}'.`)
  }
  const guess = word === '' ? undefined : nearestOf(word, KEYWORDS)
  const why = guess === undefined ? 'it is none of the known forms' : `did you mean '${guess}'?`
  const forms = PHASES.map((kind) => `'${kind.form}'`).join(', ')
  return problem('E_SHAPE', path, what, why, `Forms are ${forms}.`)
}

const tooMany = ({ stages }: Profile, path: string): Problem =>
  problem(
    'E_SHAPE',
    path,
    `the load has ${stages.length} stages`,
    `more than ${STAGES_MAX} are not followed exactly`,
    'Leave some of them out.',
  )

/**
 * Which user classes a scenario, or one stage of it, has: by reference or name, one or a list, or weights by name. Which ones exist
 * is told by the caller.
 *
 *     user: Shopper   user: ['Shopper', Browser]                        classes: ['Buyer']   classes: { Buyer: 3, Browser: 1 }
 */
import type { UserShare } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { ObjectReader, show } from './reader.ts'

/** A user class as the script exports it. */
export interface KnownUserClass {
  readonly name: string
  readonly weight: number
  readonly fixedCount: number
  readonly host: string | null
  /** The class itself, for plans that name it by reference. */
  readonly userClass?: unknown
}

/** `user`: one class or several, by reference or name; without it, all there are. */
export function readUsers(reader: ObjectReader, known: readonly KnownUserClass[]): UserShare[] {
  const value = reader.get('user')
  if (value !== undefined) return readClasses(reader, 'user', value, known)
  if (known.length === 0) {
    reader.add(
      problem(
        'E_NO_USERS',
        reader.at('user'),
        'there is no user class to run',
        'the script exports none',
        'Export a class that extends HttpUser or User.',
      ),
    )
  }
  return known.map(toShare)
}

/** `classes` of a stage: as `user`, or weights by name. Undefined when it says nothing of them. */
export function readStageClasses(
  reader: ObjectReader,
  known: readonly KnownUserClass[],
): UserShare[] | undefined {
  const value = reader.get('classes') ?? undefined
  if (value === undefined) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) {
    return readClasses(reader, 'classes', value, known)
  }
  const weights = new ObjectReader(value, reader.at('classes'), reader.problems)
  const shares = weights.keys.flatMap((name) => {
    const weight = weights.number(name, 0, 0, Number.MAX_SAFE_INTEGER, true)
    if (known.some((each) => each.name === name))
      return [{ className: name, weight, fixedCount: 0 }]
    reader.add(unknownUser(name, weights.at(name), known))
    return []
  })
  // What follows from a name that nobody has is not said.
  const areKnown = shares.length === weights.keys.length
  if (areKnown && !shares.some(({ weight }) => weight > 0)) {
    reader.report('classes', 'no class has a weight above 0', 'nobody would run')
  }
  return shares
}

function readClasses(
  reader: ObjectReader,
  key: string,
  value: unknown,
  known: readonly KnownUserClass[],
): UserShare[] {
  const wanted = Array.isArray(value) ? value : [value]
  if (wanted.length === 0) reader.report(key, 'the list of classes is empty', 'nobody would run')
  const shares = new Map<string, UserShare>()
  for (const one of wanted) {
    const found = known.find(
      (each) => each.name === one || (typeof one === 'function' && each.userClass === one),
    )
    if (found !== undefined) shares.set(found.name, toShare(found))
    else reader.add(unknownUser(one, reader.at(key), known))
  }
  return [...shares.values()]
}

function toShare(known: KnownUserClass): UserShare {
  return { className: known.name, weight: known.weight, fixedCount: known.fixedCount }
}

function unknownUser(wanted: unknown, path: string, known: readonly KnownUserClass[]): Problem {
  const names = known.map((each) => each.name)
  const name = typeof wanted === 'function' ? wanted.name : wanted
  const exported = names.length === 0 ? 'no user class' : names.join(', ')
  const hint = typeof name === 'string' ? didYouMean(name, names) : ''
  return problem(
    'E_USER_UNKNOWN',
    path,
    `the plan asks for user ${show(name)}, which is not there`,
    `the script exports ${exported}. ${hint}`.trim(),
    'Correct the name, or export a class with that name.',
  )
}

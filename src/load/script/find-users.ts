/**
 * Which exports of a script are user classes, under which name, and what plan it brings. Classes are known by their
 * brand rather than by `instanceof`, so that a script bundled against another copy of the package still works.
 */
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'

/** Static mark of every user class, set by the base class `User`. */
const USER_BRAND = Symbol.for('onrush.user')

export interface FoundUser {
  readonly name: string
  readonly userClass: UserClassShape
}
/** The static side of a user class, as far as a plan needs it. */
export interface UserClassShape {
  readonly prototype: object
  readonly weight?: number
  readonly fixedCount?: number
  readonly host?: string
  readonly locale?: string
  readonly abstract?: boolean
}

/**
 * User classes by export name, in order of export. An abstract class is left out (`static abstract = true` is not
 * inherited). No class at all is a problem that names what was exported instead.
 */
export function findUsers(exports: Record<string, unknown>, path: string): FoundUser[] | Problem[] {
  const found: FoundUser[] = []
  const abstract: string[] = []
  const taken = new Set<unknown>()
  for (const [name, value] of Object.entries(exports)) {
    if (!isUserClass(value) || taken.has(value)) continue
    taken.add(value)
    if (Object.hasOwn(value, 'abstract') && value.abstract === true) abstract.push(name)
    else found.push({ name, userClass: value })
  }
  return found.length > 0 ? found : [noUsers(exports, abstract, path)]
}

/** What the script exports as `plan`, not yet looked at; undefined when it exports none. */
export const planOf = (exports: Record<string, unknown>): unknown => exports['plan']

function isUserClass(value: unknown): value is UserClassShape {
  return (
    typeof value === 'function' && (value as { [USER_BRAND]?: unknown })[USER_BRAND] !== undefined
  )
}

function noUsers(
  exports: Record<string, unknown>,
  abstract: readonly string[],
  path: string,
): Problem {
  const others = Object.entries(exports).map(([name, value]) => `${name} (${kindOf(value)})`)
  const seen =
    abstract.length > 0 ? `only abstract ones: ${abstract.join(', ')}` : others.join(', ')
  return problem(
    'E_NO_USERS',
    path,
    'the script exports no user class',
    `it exports ${seen || 'nothing'}`,
    "write `export class Shopper extends HttpUser { … }`, with HttpUser imported from 'onrush'",
  )
}

function kindOf(value: unknown): string {
  if (typeof value !== 'function') return value === null ? 'null' : typeof value
  return /^class\b/.test(Function.prototype.toString.call(value))
    ? 'class, but not a user'
    : 'function'
}

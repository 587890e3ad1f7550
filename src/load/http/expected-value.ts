/**
 * What a value taken out of a body is held against, in checks of JSON and of HTML: something to be equal to, an expression, a test,
 * or that it is there at all; and the words for it. Sentences never quote what came instead, see `expectations.ts`.
 */
import { matches, shown } from './expectations.ts'

/** `true` holds; `false` or a sentence does not. Never called for a value that is missing. */
// biome-ignore lint/suspicious/noExplicitAny: JSON from outside; the test is there to find out what it is
export type ValueTest = (value: any) => boolean | string
/** What a value may be compared with: JSON to be equal to, an expression its text matches, or a test. */
export type Expected = string | number | boolean | null | RegExp | ValueTest | JsonLike
type JsonLike = readonly unknown[] | { readonly [name: string]: unknown }

export const EXISTS: ValueTest = () => true
export const ABSENT: ValueTest = () => false

/** There is such a value, if only null. */
export function exists(): ValueTest {
  return EXISTS
}
/** There is no such value, not even null. */
export function absent(): ValueTest {
  return ABSENT
}

/** True, or the sentence for when the value that `path` found is not what was expected. */
export function judge(value: unknown, expected: Expected, path: string): true | string {
  if (typeof expected === 'function') {
    const verdict = expected(value)
    if (verdict === true) return true
    return typeof verdict === 'string' ? `${path}: ${verdict}` : `${path} does not hold`
  }
  if (expected instanceof RegExp) {
    const isText = typeof value === 'string' || typeof value === 'number'
    if (!isText) return `${path} is ${kindOf(value)}, not ${shown(expected)}`
    return matches(expected, String(value)) || `${path} does not match ${shown(expected)}`
  }
  if (equals(value, expected)) return true
  const other = kindOf(value)
  return `${path} is ${other === kindOf(expected) ? other.replace(/^an? /, 'another ') : other}, not ${shown(expected)}`
}

export function kindOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** How the name of a check says what it expects. */
export function wordsFor(expected: Expected): string {
  if (expected === EXISTS) return 'exists'
  if (expected === ABSENT) return 'is absent'
  if (typeof expected === 'function') return expected.name || 'holds'
  return `${expected instanceof RegExp ? 'matches' : 'is'} ${shown(expected)}`
}

/** Of JSON values; as deep as what the script expects, so never deeper than somebody wrote. */
function equals(value: unknown, expected: unknown): boolean {
  if (value === expected) return true
  if (typeof value !== 'object' || typeof expected !== 'object') return false
  if (value === null || expected === null || Array.isArray(value) !== Array.isArray(expected)) {
    return false
  }
  const names = Object.keys(expected)
  return (
    names.length === Object.keys(value).length &&
    names.every(
      (name) =>
        Object.hasOwn(value, name) &&
        equals(
          (value as Record<string, unknown>)[name],
          (expected as Record<string, unknown>)[name],
        ),
    )
  )
}

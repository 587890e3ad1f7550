/**
 * Checks of a JSON body: a value at a path, or the whole by a schema of whatever library speaks Standard Schema (zod, valibot,
 * arktype and others; none is needed here). When something is missing, the sentence says how far the path leads and what is
 * there instead. The body is parsed once for all checks of a response.
 */

import { named } from './expectations.ts'
import { ABSENT, EXISTS, type Expected, judge, kindOf, wordsFor } from './expected-value.ts'
import type { Check } from './http-options.ts'
import { documentOf } from './json-document.ts'
import { childAt, type JsonPath, parseJsonPath, selectJson } from './json-path.ts'
import type { HttpResponse } from './response.ts'

/**
 * The value at `path` is what is expected; by default it is enough that it exists. A path that finds several (`[*]`, `..name`)
 * must find at least one, and all of them must hold.
 */
export function jsonPath(path: string, ...given: [expected?: Expected]): Check {
  const parsed = parseJsonPath(path)
  if (given.length > 0 && given[0] === undefined) {
    throw new TypeError(
      `jsonPath ${path} was given undefined, which JSON does not have; for a value that shall not be there write absent()`,
    )
  }
  const [expected = EXISTS] = given
  return named(`${path} ${wordsFor(expected)}`, (response) => {
    const document = jsonOf(response)
    if (!document.ok) return document.why
    const found = selectJson(document.value, parsed, Number.POSITIVE_INFINITY)
    if (expected === ABSENT) return found.length === 0 || `${path} is there, and should not be`
    if (found.length === 0) return whyMissing(document.value, parsed)
    for (const value of found) {
      const verdict = judge(value, expected, path)
      if (verdict !== true) return verdict
    }
    return true
  })
}

/** The part of the Standard Schema interface that is used: https://standardschema.dev. */
export interface StandardSchema {
  readonly '~standard': {
    validate(value: unknown): SchemaResult | PromiseLike<SchemaResult>
  }
}
type SchemaResult = { readonly issues?: readonly SchemaIssue[] | undefined }
interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The JSON body fits. `name` is what it is counted under: "body fits <name>". Schemas that answer later cannot be used. */
export function schema(standard: StandardSchema, name = 'the schema'): Check {
  if (typeof standard?.['~standard']?.validate !== 'function') {
    throw new TypeError(
      'schema needs a schema of a library that implements Standard Schema, such as zod',
    )
  }
  return named(`body fits ${name}`, (response) => {
    const document = jsonOf(response)
    if (!document.ok) return document.why
    const result = standard['~standard'].validate(document.value)
    if (isPromise(result)) {
      result.then(undefined, () => undefined) // its answer comes too late to matter, whichever it is
      return `${name} answers later, with a promise: a check must answer at once`
    }
    const [issue] = result.issues ?? []
    return issue === undefined || `the body does not fit ${name}: ${placeOf(issue)}${issue.message}`
  })
}

function isPromise(
  result: SchemaResult | PromiseLike<SchemaResult>,
): result is PromiseLike<SchemaResult> {
  return typeof (result as { then?: unknown }).then === 'function'
}

type Document =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: string }

function jsonOf(response: HttpResponse): Document {
  try {
    return { ok: true, value: documentOf(response) }
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return { ok: false, why: thrown.message }
    throw thrown
  }
}

/** How far the path leads, and what is there. */
function whyMissing(document: unknown, path: JsonPath): string {
  if (!path.single) return `nothing is at ${path.text}`
  let node = document
  let way = ''
  for (const step of path.steps) {
    const child = typeof node === 'object' && node !== null ? childAt(node, step) : undefined
    if (child === undefined) break
    node = child
    way = path.text.slice(0, step.end)
  }
  return `${path.text} is missing; ${way === '' ? 'the body' : way} ${contentOf(node)}`
}

const KEYS_SHOWN = 8

function contentOf(node: unknown): string {
  if (Array.isArray(node)) return node.length === 0 ? 'is an empty array' : 'is a shorter array'
  if (typeof node !== 'object' || node === null) return `is ${kindOf(node)}`
  const keys = Object.keys(node)
  if (keys.length === 0) return 'is an empty object'
  const list = keys
    .slice(0, KEYS_SHOWN)
    .map((key) => key.slice(0, 40))
    .join(', ')
  return `has keys ${list}${keys.length > KEYS_SHOWN ? ' …' : ''}`
}

/** Places in arrays are not told apart, so that one mistake stays one error. */
function placeOf({ path }: SchemaIssue): string {
  if (path === undefined || path.length === 0) return ''
  const keys = path.map((each) => (typeof each === 'object' ? each.key : each))
  const place = keys.map((key) => (typeof key === 'number' ? '[*]' : `.${String(key)}`)).join('')
  return `$${place}: `
}

/**
 * Ready-made checks: `check: [status(200), fasterThan('300ms')]`. Each is an ordinary `Check` with a name, under which it is
 * counted, and a sentence for when it does not hold. Sentences say what kind of thing came instead, never a value that
 * differs with every request (a time, an id): errors are counted by their text, and a thousand different ones tell nobody
 * anything. Those about JSON are in `expectations-json.ts`. A wrong call throws a TypeError, so it is found before it counts.
 */
import { createHash } from 'node:crypto'
import { type Check, durationMs } from './http-options.ts'
import type { HttpResponse } from './response.ts'

/** `test` answers true or the sentence. */
export function named(name: string, test: (response: HttpResponse) => true | string): Check {
  const check: Check = (response) => test(response)
  return Object.defineProperty(check, 'name', { value: name })
}

export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx'

/** One of these statuses, or of these classes. Statuses outside of `okStatus` fail the request before any check does. */
export function status(...wanted: (number | StatusClass)[]): Check {
  const isStatus = (each: unknown) =>
    typeof each === 'number' ? each >= 100 && each <= 999 : /^[1-5]xx$/.test(String(each))
  if (wanted.length === 0 || !wanted.every(isStatus)) {
    throw new TypeError("status needs statuses: status(200), status(200, 204) or status('2xx')")
  }
  const text = wanted.join(' or ')
  return named(`status ${text}`, (response) => {
    const ofClass = `${Math.floor(response.status / 100)}xx`
    const holds = wanted.some((each) => each === response.status || each === ofClass)
    return holds || `status ${response.status}, not ${text}`
  })
}

/** The header is there, and its value is the text or matches the expression. Names in any case. */
export function header(name: string, expected?: string | RegExp): Check {
  if (typeof name !== 'string' || name === '' || !isPatternOr(expected, undefined)) {
    throw new TypeError("header needs a name: header('etag') or header('content-type', /json/)")
  }
  const label = name.toLowerCase()
  const text = expected === undefined ? 'is there' : wordsFor(expected, 'is')
  return named(`header ${label} ${text}`, (response) => {
    const value = response.headers.get(label)
    if (value === null) return `the response has no header ${label}`
    if (expected === undefined) return true
    const holds = typeof expected === 'string' ? value === expected : matches(expected, value)
    // Few servers have more than a handful of types; other headers may differ in every response.
    const what = label === 'content-type' ? JSON.stringify(value.slice(0, 80)) : 'something else'
    return holds || `header ${label} is ${what}, not ${shown(expected)}`
  })
}

/** The text of the body contains the text, or matches the expression. */
export function bodyMatches(pattern: string | RegExp): Check {
  if (!isPatternOr(pattern)) throw new TypeError('bodyMatches needs a text or a regular expression')
  const text = wordsFor(pattern, 'contains')
  return named(`body ${text}`, (response) => {
    const body = response.text()
    const holds = typeof pattern === 'string' ? body.includes(pattern) : matches(pattern, body)
    if (holds) return true
    if (body === '') return `the body is empty, not ${shown(pattern)}`
    return typeof pattern === 'string'
      ? `the body does not contain ${shown(pattern)}`
      : `the body does not match ${shown(pattern)}`
  })
}

/** The body as received, before decompression, is smaller: `'500B'`, `'10kB'`, `'1.5MB'`, `'64KiB'`, `'1MiB'`. */
export function smallerThan(size: string): Check {
  const sizeBytes = parseSize(size)
  return named(
    `body smaller than ${size}`,
    (response) => response.bodySize < sizeBytes || `the body is not smaller than ${size}`,
  )
}

/** From the request sent to the last byte of the answer, redirects included: `'300ms'`, `'2s'`, `'1m'`. */
export function fasterThan(duration: string): Check {
  const limitMs = durationMs(duration, 'fasterThan')
  return named(
    `faster than ${duration}`,
    (response) => response.timings.total < limitMs || `it took ${duration} or longer`,
  )
}

/** SHA-256 of the decoded body, as 64 hexadecimal digits. */
export function sha256(digest: string): Check {
  const wanted = String(digest).toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(wanted)) {
    throw new TypeError('sha256 needs a digest of 64 hexadecimal digits, as `sha256sum` prints')
  }
  return named(`sha256 ${wanted.slice(0, 8)}…`, (response) => {
    const actual = createHash('sha256').update(response.bytes()).digest('hex')
    return actual === wanted || `the body’s sha256 is not ${wanted.slice(0, 8)}…`
  })
}

/** Also for expressions with the flags g and y, which would otherwise remember where they stopped. */
export function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0
  const found = pattern.test(text)
  pattern.lastIndex = 0
  return found
}

/**
 * What something is compared with, as names and sentences write it. Only what is likely to be the same in every request is
 * written out: a number, or a text with digits in it, is mostly an id of this one, and each would become a check of its own.
 */
export function shown(expected: unknown): string {
  if (expected instanceof RegExp) return String(expected).slice(0, 80)
  if (expected === null || typeof expected === 'boolean') return String(expected)
  if (typeof expected === 'string') {
    return /\d/.test(expected) || expected.length > 80
      ? 'the expected text'
      : JSON.stringify(expected)
  }
  if (typeof expected === 'number') return 'the expected number'
  return Array.isArray(expected) ? 'the expected array' : 'the expected object'
}

const wordsFor = (pattern: string | RegExp, verb: string): string =>
  `${pattern instanceof RegExp ? 'matches' : verb} ${shown(pattern)}`

function isPatternOr(value: unknown, ...others: unknown[]): boolean {
  return typeof value === 'string' || value instanceof RegExp || others.includes(value)
}

const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
}

function parseSize(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?(B|kB|MB|KiB|MiB)$/.exec(text) ?? []
  if (amount === undefined) {
    throw new TypeError(
      `smallerThan cannot read ${JSON.stringify(text)}: write '500B', '10kB', '1.5MB', '64KiB' or '1MiB'`,
    )
  }
  return Number(amount) * SIZES[unit!]!
}

/**
 * A head somebody wants to read: one string copied from the read buffer, taken apart on the first look. A load
 * test rarely looks, so nothing is split, lower-cased or put in a map until asked. Text is latin-1: one character
 * per byte. Costs about 100 ns to make and some microseconds to open.
 */
import { Buffer } from 'node:buffer'

export type FieldPair = readonly [name: string, value: string]

export class Head {
  readonly #text: string
  readonly #hasStatusLine: boolean
  #pairs: readonly FieldPair[] | undefined

  /** `text`: a complete head from the status line, or trailers, which have none, to the empty line; already judged. */
  constructor(text: string, hasStatusLine: boolean) {
    this.#text = text
    this.#hasStatusLine = hasStatusLine
  }

  /** The reason phrase, trimmed; '' when there is none. */
  get reason(): string {
    if (!this.#hasStatusLine) return ''
    const lineEnd = this.#text.indexOf('\n')
    return trimField(this.#text.slice('HTTP/1.1 200'.length, lineEnd).replace(/\r$/, ''))
  }

  /** All fields in order of arrival, names as they came, values trimmed and unfolded. */
  get pairs(): readonly FieldPair[] {
    this.#pairs ??= readPairs(this.#text, this.#hasStatusLine)
    return this.#pairs
  }

  /** First value of a field, by lower-case name; `undefined` when absent. */
  first(lowerName: string): string | undefined {
    for (const [name, value] of this.pairs) {
      if (name.length === lowerName.length && name.toLowerCase() === lowerName) return value
    }
    return undefined
  }

  /** Every value of a field, by lower-case name, in order. */
  all(lowerName: string): string[] {
    const values: string[] = []
    for (const [name, value] of this.pairs) {
      if (name.length === lowerName.length && name.toLowerCase() === lowerName) values.push(value)
    }
    return values
  }
}

function readPairs(text: string, hasStatusLine: boolean): FieldPair[] {
  const pairs: FieldPair[] = []
  let at = hasStatusLine ? text.indexOf('\n') + 1 : 0
  while (at < text.length && text[at] !== '\r' && text[at] !== '\n') {
    const colon = text.indexOf(':', at)
    let end = text.indexOf('\n', colon)
    let folded = false
    while (text[end + 1] === ' ' || text[end + 1] === '\t') {
      folded = true
      end = text.indexOf('\n', end + 1)
    }
    const value = text.slice(colon + 1, end).replace(/\r$/, '')
    pairs.push([text.slice(at, colon), trimField(folded ? unfold(value) : value)])
    at = end + 1
  }
  return pairs
}

/** A field value over several lines as one: each break and the white space around it becomes one space. */
export function unfold(value: string): string {
  const parts: string[] = []
  for (const line of value.split('\n')) {
    const part = trimField(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (part !== '') parts.push(part)
  }
  return parts.join(' ')
}

/** SP and HTAB only: `trim` would take VT, FF and no-break space, which belong to the value. */
export function trimField(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** One character per byte, copied. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString('latin1', start, end)
}

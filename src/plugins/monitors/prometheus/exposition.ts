/**
 * The text in which programs tell their metrics: Prometheus 0.0.4 and OpenMetrics 1.0, read strictly. A text that breaks the grammar is
 * refused as a whole, with the line; half of a scrape would be silently wrong numbers. Fast enough to be asked each second:
 * about 1 µs per sample that is wanted, a tenth of it per line that is not (`only`).
 *
 *     # TYPE http_requests_total counter
 *     http_requests_total{code="200"} 1027 1395066363000 # {trace_id="a"} 0.5     (the exemplar in OpenMetrics only)
 */
import { parseLabels } from './labels.ts'

export type MetricType = (typeof TYPES)[number]
const TYPES = [
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'unknown',
  'info',
  'stateset',
  'gaugehistogram',
] as const

export type Labels = readonly (readonly [name: string, value: string])[]

export interface Sample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
  /** As it is written: milliseconds in Prometheus, seconds in OpenMetrics. */
  readonly timestamp?: number
  readonly exemplar?: { readonly labels: Labels; readonly value: number }
}

export interface Exposition {
  /** By name, as `# TYPE` says it. */
  readonly types: ReadonlyMap<string, MetricType>
  readonly samples: readonly Sample[]
  /** It says where it ends. */
  readonly eof: boolean
}

export interface ReadOptions {
  readonly openMetrics: boolean
  /** Samples of other names are left out, unread, and so are types. */
  readonly only?: ReadonlySet<string>
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const BLANKS = /[ \t]*/y
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const META = /^#[ \t]+(TYPE|HELP|UNIT)[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]+(.*))?$/

/** Throws an `Error` that says which line is wrong, and why. */
export function parseExposition(text: string, options: ReadOptions): Exposition {
  const types = new Map<string, MetricType>()
  const samples: Sample[] = []
  let eof = false
  let number = 0
  for (let start = 0; start < text.length; ) {
    const newLine = text.indexOf('\n', start)
    const end = newLine < 0 ? text.length : newLine
    number++
    try {
      if (eof && options.openMetrics) throw new Error('something follows # EOF')
      if (text.charCodeAt(start) === HASH) {
        if (options.only === undefined) eof = readMeta(text.slice(start, end), types) || eof
        else eof ||= text.startsWith(END, start)
      } else {
        const sample = readSample(text, start, end, options)
        if (sample !== undefined) samples.push(sample)
      }
    } catch (error) {
      throw new Error(`line ${number}: ${(error as Error).message}`, { cause: error })
    }
    start = end + 1
  }
  if (options.openMetrics && !eof) throw new Error(`it breaks off: no # EOF after line ${number}`)
  return { types, samples, eof }
}

const HASH = 35
const END = '# EOF'

/** True at the end of the text. */
function readMeta(line: string, types: Map<string, MetricType>): boolean {
  if (line.trimEnd() === END) return true
  const [, word, name = '', rest = ''] = META.exec(line) ?? []
  if (word !== 'TYPE') return false
  const type = TYPES.find((each) => each === rest.trim())
  if (type === undefined) throw new Error(`"${rest.trim()}" is no type of metric`)
  if (types.has(name)) throw new Error(`a second TYPE for ${name}`)
  types.set(name, type)
  return false
}

/** Undefined for a blank line, and for one that is not wanted. */
function readSample(
  text: string,
  start: number,
  end: number,
  { openMetrics, only }: ReadOptions,
): Sample | undefined {
  const nameAt = skip(text, start, end)
  if (nameAt === end) {
    if (openMetrics) throw new Error('a blank line')
    return undefined
  }
  NAME.lastIndex = nameAt
  const name = NAME.exec(text)?.[0]
  if (name === undefined) throw new Error('it does not begin with a name')
  if (only !== undefined && !only.has(name)) return undefined
  let at = skip(text, nameAt + name.length, end)
  let labels: Labels = []
  if (text[at] === '{') {
    const read = parseLabels(text, at, end)
    labels = read.labels
    at = skip(text, read.end, end)
  } else if (at === nameAt + name.length) throw new Error(`no value follows ${name}`)
  const exemplarAt = openMetrics ? exemplarOf(text, at, end) : end
  const [value, timestamp, ...rest] = text
    .slice(at, exemplarAt)
    .trim()
    .split(/[ \t]+/)
  if (rest.length > 0) throw new Error(`"${rest[0]}" does not belong there`)
  return {
    name,
    labels,
    value: numberOf(value ?? ''),
    ...(timestamp !== undefined && { timestamp: numberOf(timestamp) }),
    ...(exemplarAt < end && { exemplar: readExemplar(text, exemplarAt, end) }),
  }
}

/** Where the `#` of an exemplar stands; `end` without one. */
function exemplarOf(text: string, at: number, end: number): number {
  const found = text.indexOf(' # ', at)
  return found < 0 || found >= end ? end : found + 1
}

function readExemplar(text: string, at: number, end: number): NonNullable<Sample['exemplar']> {
  const { labels, end: labelsEnd } = parseLabels(text, skip(text, at + 1, end), end)
  const [value, timestamp, ...rest] = text
    .slice(labelsEnd, end)
    .trim()
    .split(/[ \t]+/)
  if (rest.length > 0) throw new Error(`"${rest[0]}" does not belong there`)
  if (timestamp !== undefined) numberOf(timestamp)
  return { labels, value: numberOf(value ?? '') }
}

function skip(text: string, at: number, end: number): number {
  BLANKS.lastIndex = at
  return Math.min(end, at + (BLANKS.exec(text)?.[0].length ?? 0))
}

function numberOf(text: string): number {
  if (NUMBER.test(text)) return Number(text)
  switch (text.toLowerCase()) {
    case 'nan':
      return Number.NaN
    case 'inf':
    case '+inf':
      return Number.POSITIVE_INFINITY
    case '-inf':
      return Number.NEGATIVE_INFINITY
  }
  throw new Error(text === '' ? 'a number is missing' : `"${text}" is not a number`)
}

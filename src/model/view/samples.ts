/**
 * Which kept requests somebody wants to see: by time, series, reason and duration; what the page, the API and `onrush traces` have in
 * common. Pure.
 */
import { EXEMPLAR_REASONS, type Exemplar, type ExemplarReason } from '../../contracts/exemplar.ts'
import { taggedName } from '../metrics/tags.ts'

/** What is absent restricts nothing. */
export interface SampleQuery {
  /** Ended in [`fromMs`, `toMs`) on the run clock, as requests are counted. */
  readonly fromMs?: number
  readonly toMs?: number
  /** Took [`lowMs`, `highMs`) to respond. */
  readonly lowMs?: number
  readonly highMs?: number
  /** `GET /cart`, or any part of it. */
  readonly series?: string
  readonly why?: ExemplarReason
}

/** A kept request without what was sent and received, for lists and charts. */
export type SampleLine = Omit<Exemplar, 'request' | 'response'>

export function isWanted(each: Exemplar, query: SampleQuery): boolean {
  const { fromMs = 0, toMs = Number.POSITIVE_INFINITY } = query
  const { lowMs = 0, highMs = Number.POSITIVE_INFINITY } = query
  const endMs = each.startMs + each.latencyMs
  return (
    endMs >= fromMs &&
    endMs < toMs &&
    each.responseMs >= lowMs &&
    each.responseMs < highMs &&
    (query.why === undefined || each.why === query.why) &&
    seriesText(each)
      .toLowerCase()
      .includes((query.series ?? '').toLowerCase())
  )
}

/** `GET /cart {region=eu}`. */
export function seriesText({ method, name, tags }: Pick<Exemplar, 'method' | 'name' | 'tags'>) {
  return `${method} ${taggedName(name, tags)}`.trim()
}

export function withoutMessages({ request: _, response: __, ...line }: Exemplar): SampleLine {
  return line
}

/** From `key=value` texts, as a URL has them; a sentence when one of them cannot be read. */
export function readSampleQuery(given: (key: string) => string | null): SampleQuery | string {
  const numbers: Record<string, number> = {}
  for (const [key, name] of NUMBERS) {
    const text = given(key)
    if (text === null) continue
    const value = Number(text)
    if (text.trim() === '' || !(value >= 0)) return `${key} is a number of milliseconds`
    numbers[name] = value
  }
  const why = given('why')
  const reason = EXEMPLAR_REASONS.find((each) => each === why)
  if (why !== null && reason === undefined) return `why is ${EXEMPLAR_REASONS.join(' or ')}`
  const series = given('series')
  return {
    ...numbers,
    ...(series !== null && { series }),
    ...(reason !== undefined && { why: reason }),
  }
}

const NUMBERS = [
  ['from', 'fromMs'],
  ['to', 'toMs'],
  ['low', 'lowMs'],
  ['high', 'highMs'],
] as const

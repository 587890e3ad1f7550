/**
 * Thresholds as k6 writes them, `{ http_req_duration: ['p(95)<300'] }`, turned into rules of ours, so that a plan may keep
 * them. What k6 measures and we do not, or only as a mean, is refused with the reason; nothing is guessed. Differences that
 * remain are meant: a rule about nothing fails, and percentiles are those of a histogram.
 */
import type { Tags } from '../../contracts/measure.ts'
import type { SeriesSelector, Threshold, ThresholdMetric } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { THRESHOLD_CHARS_MAX } from '../../kernel/limits.ts'
import { SCENARIO_TAG, TAG_KEY } from '../metrics/tags.ts'
import { parseDuration } from './duration.ts'
import { parseThreshold } from './threshold.ts'
import { printThreshold } from './threshold-text.ts'

export interface K6Expression {
  readonly aggregation: 'value' | 'count' | 'rate' | 'avg' | 'min' | 'med' | 'max' | 'p'
  readonly percentile: number | null
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '===' | '!='
  readonly limit: number
}
export interface K6Metric {
  readonly name: string
  /** Empty text for a tag without a value. */
  readonly tags: ReadonlyMap<string, string>
}
export type K6Type = 'counter' | 'gauge' | 'rate' | 'trend'

const EXPRESSION =
  /^\s*(value|count|rate|avg|min|med|max|p\(\s*(\d+(?:\.\d+)?)\s*\))\s*(<=|>=|<|>|===|==|!=)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*$/
/** In the unit of k6: as ms, more than 30 years. */
const LIMIT_MAX = 1e12
const PHASES = {
  http_req_connecting: 'connect',
  http_req_tls_handshaking: 'tls',
  http_req_sending: 'send',
  http_req_waiting: 'wait',
  http_req_receiving: 'receive',
} as const
const TYPES: Readonly<Record<string, K6Type>> = {
  http_req_duration: 'trend',
  http_reqs: 'counter',
  http_req_failed: 'rate',
  checks: 'rate',
  dropped_iterations: 'counter',
  ...Object.fromEntries(Object.keys(PHASES).map((name) => [name, 'trend' as const])),
}

/** What k6 measures by itself; any other name is that of a custom metric. */
const K6_OWN =
  /^(http_req|iteration|dropped_iterations|vus|data_(sent|received)$|checks|group_duration|grpc_|ws_|browser_)/

/** Tags that k6 gives by itself, and that are not kept here. */
const K6_TAGS: ReadonlySet<string> = new Set([
  'proto',
  'subproto',
  'status',
  'url',
  'group',
  'check',
  'error',
  'error_code',
  'tls_version',
  'service',
  'expected_response',
  'vu',
  'iter',
  'ocsp_status',
  'ip',
])

/** `metric` as k6 names it, with or without `{tags}`; `entry` an expression, or an object with one. */
export function fromK6(metric: string, entry: unknown, path: string): Threshold | Problem {
  const refuse = (why: string): Problem =>
    problem(
      'E_THRESHOLD',
      path,
      `the k6 threshold on "${metric.slice(0, THRESHOLD_CHARS_MAX)}" cannot be taken over`,
      why,
      'docs/guide/thresholds.md says how each form of k6 is written here.',
    )
  const object = typeof entry === 'object' && entry !== null ? { ...entry } : { threshold: entry }
  const { threshold: text, abortOnFail, delayAbortEval } = object as Record<string, unknown>
  const expression = typeof text === 'string' ? parseK6Expression(text) : undefined
  if (expression === undefined) return refuse('it is not an expression such as "p(95)<300"')
  const parsed = parseK6Metric(metric)
  if (parsed === undefined) return refuse('the name is not one such as "http_reqs{name:/cart}"')
  const type = Object.hasOwn(TYPES, parsed.name) ? TYPES[parsed.name] : undefined
  if (type === undefined && (parsed.name === '' || K6_OWN.test(parsed.name))) {
    return refuse(`"${parsed.name}" is not measured here`)
  }
  if (type !== undefined && !suits(type, expression)) {
    return refuse(`a ${type} has no "${expression.aggregation}"`)
  }
  const selector = selectorOf(parsed)
  if (typeof selector === 'string') return refuse(selector)
  const draft =
    type === undefined
      ? draftOfCustom(parsed.name, expression, tagsIn(selector))
      : draftOf(parsed.name, expression, selector)
  if (typeof draft === 'string') return refuse(draft)
  const delayMs = delayOf(delayAbortEval)
  if (delayMs === undefined) return refuse('delayAbortEval is not a time such as "10s"')
  const operator = expression.operator === '===' ? '==' : expression.operator
  const abort = abortOnFail === true
  // Written and read again: the result keeps the text, and the text has to mean the same.
  const rule = parseThreshold(
    printThreshold({ ...draft, operator, overMs: null, noDataPasses: false, abort, delayMs }),
    path,
  )
  if ('code' in rule) return refuse(rule.why)
  const isSame = Math.abs(rule.limit - draft.limit) <= 1e-9 * Math.abs(draft.limit)
  return isSame ? rule : refuse(`the limit ${draft.limit} has too many digits`)
}

/** Everything of k6's grammar but hexadecimal numbers; undefined when it is not one. */
export function parseK6Expression(text: string): K6Expression | undefined {
  const match = text.length > THRESHOLD_CHARS_MAX ? null : EXPRESSION.exec(text)
  if (match === null) return undefined
  const [, word = '', percent, operator, number] = match
  const percentile = percent === undefined ? null : Number(percent)
  const limit = Number(number)
  if ((percentile !== null && percentile > 100) || !Number.isFinite(limit)) return undefined
  const aggregation = (percentile === null ? word : 'p') as K6Expression['aggregation']
  return { aggregation, percentile, operator: operator as K6Expression['operator'], limit }
}

/** `name{tag:value, …}`: the first brace opens, the last one closes; quotes keep the blanks within them. */
export function parseK6Metric(text: string): K6Metric | undefined {
  const open = text.indexOf('{')
  if (open < 0) return { name: text.trim(), tags: new Map() }
  const inner = text.slice(open + 1, -1)
  if (!text.endsWith('}') || inner.trim() === '') return undefined
  const tags = new Map<string, string>()
  for (const part of inner.split(',')) {
    const colon = part.indexOf(':')
    const key = unquoted(colon < 0 ? part : part.slice(0, colon))
    if (key !== '') tags.set(key, colon < 0 ? '' : unquoted(part.slice(colon + 1)))
  }
  return { name: text.slice(0, open).trim(), tags }
}

/** Has a metric of this type that aggregation? */
export function suits(type: K6Type, { aggregation }: Pick<K6Expression, 'aggregation'>): boolean {
  if (type === 'gauge') return aggregation === 'value'
  if (type === 'rate') return aggregation === 'rate'
  if (type === 'counter') return aggregation === 'count' || aggregation === 'rate'
  return ['avg', 'min', 'med', 'max', 'p'].includes(aggregation)
}

type Draft = Pick<Threshold, 'metric' | 'limit' | 'unit'>

function draftOf(name: string, expression: K6Expression, selector: SeriesSelector): Draft | string {
  const { aggregation, limit } = expression
  if (limit < 0) return 'a limit below 0 is never reached'
  if (limit > LIMIT_MAX) return 'the limit is beyond every measurement'
  const ofHttp = selector.series === '' ? { ...selector, series: 'http' } : selector
  const apart = tagsIn(selector)
  switch (name) {
    case 'http_req_duration':
      return { metric: timedOf(expression, ofHttp), limit, unit: 'ms' }
    case 'http_reqs':
      if (aggregation === 'count') return { metric: { kind: 'count', ...ofHttp }, limit, unit: '' }
      return { metric: { kind: 'rate', ...ofHttp }, limit, unit: '/s' }
    case 'http_req_failed':
      return { metric: { kind: 'errors', ...ofHttp }, limit: limit * 100, unit: '%' }
    case 'checks':
      return {
        metric: { kind: 'checks', name: selector.series, ...apart },
        limit: limit * 100,
        unit: '%',
      }
    case 'dropped_iterations':
      if (aggregation !== 'count') return 'dropped arrivals are a count here, or a share in %'
      return { metric: { kind: 'dropped' }, limit, unit: '' }
    default: {
      if (aggregation !== 'avg') return 'of a phase only the mean is kept, "avg"'
      const phase = PHASES[name as keyof typeof PHASES]
      return { metric: { kind: 'phase', phase, ...ofHttp }, limit, unit: 'ms' }
    }
  }
}

/** The kind of a custom metric is not written in the rule; the aggregation tells it. */
function draftOfCustom(
  name: string,
  expression: K6Expression,
  apart: { readonly tags?: Tags },
): Draft | string {
  const { aggregation, limit } = expression
  if (Math.abs(limit) > LIMIT_MAX) return 'the limit is beyond every measurement'
  if (aggregation === 'value') {
    return { metric: { kind: 'metric', type: 'gauge', name, ...apart }, limit, unit: '' }
  }
  if (limit < 0) return 'a limit below 0 is never reached'
  if (aggregation === 'count') {
    return { metric: { kind: 'metric', type: 'counter', name, ...apart }, limit, unit: '' }
  }
  if (aggregation !== 'rate') {
    return {
      metric: { ...timedOf(expression, { series: name, ...apart }), of: 'trend' },
      limit,
      unit: '',
    }
  }
  // A share is never above 1. Should it have been a slow counter, the rule measures nothing, and fails.
  if (limit <= 1) {
    return {
      metric: { kind: 'metric', type: 'rate', name, ...apart },
      limit: limit * 100,
      unit: '%',
    }
  }
  return { metric: { kind: 'metric', type: 'counter', name, ...apart }, limit, unit: '/s' }
}

function timedOf(
  { aggregation, percentile }: K6Expression,
  selector: SeriesSelector,
): Extract<ThresholdMetric, { readonly of: unknown }> {
  if (aggregation === 'avg' || aggregation === 'min' || aggregation === 'max') {
    return { kind: aggregation, of: 'latency', ...selector }
  }
  return { kind: 'percentile', of: 'latency', percentile: percentile ?? 50, ...selector }
}

function tagsIn({ tags }: SeriesSelector): { readonly tags?: Tags } {
  return tags === undefined ? {} : { tags }
}

/** What the tags select, or why that cannot be. */
function selectorOf({ name, tags }: K6Metric): SeriesSelector | string {
  if (tags.size === 0) return { series: '' }
  const ofRequests = name.startsWith('http_req')
  const isCustom = !Object.hasOwn(TYPES, name)
  if (!ofRequests && !isCustom && name !== 'checks') return `"${name}" is not kept by tags here`
  const own = new Map(tags)
  const take = (key: string): string | undefined => {
    const value = own.get(key)
    own.delete(key)
    return value
  }
  const first = take(ofRequests ? 'name' : isCustom ? '' : 'check')
  const method = ofRequests ? take('method') : undefined
  if (method !== undefined && first === undefined) return 'a method is selected with its name'
  for (const [key, value] of own) {
    if (!ofRequests && key !== SCENARIO_TAG) {
      return `"${name}" is kept by scenario, but not by the tag "${key}"`
    }
    if (value === '' || K6_TAGS.has(key) || !TAG_KEY.test(key)) {
      return `the tag "${key}" is not kept: name, method, scenario and tags of your own are`
    }
  }
  const series = method === undefined ? (first ?? '') : `${method} ${first}`
  return own.size === 0 ? { series } : { series, tags: Object.fromEntries(own) }
}

function delayOf(delay: unknown): number | undefined {
  if (delay === undefined || delay === null) return 0
  if (typeof delay === 'number') return delay >= 0 && delay <= 1e9 ? delay : undefined
  const parsed = parseDuration(delay)
  return 'ns' in parsed ? parsed.ns / 1e6 : undefined
}

function unquoted(text: string): string {
  const trimmed = text.trim()
  return /^(['"])(.*)\1$/s.exec(trimmed)?.[2] ?? trimmed
}

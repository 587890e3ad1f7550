/**
 * Rules that make a run pass or fail, from the short form for people to plain data. A rule is read from left to right,
 * without backtracking over the whole; anything that does not belong is refused with the character where reading stopped.
 *
 *     rule      = metric operator limit { "over" duration | "noData" ( "passes" | "fails" ) | "abort" [ "after" duration ] } ;
 *     metric    = [ source "." ] statistic [ selector ]       (* a time; source is "response" when none is given *)
 *               | phase "." "avg" [ selector ]                (* a time; phases are kept as sums: mean only *)
 *               | ( "errors" | "rate" | "count" | "failures" | "checks" ) [ selector ]
 *               | "lateness" "." statistic | "dropped" | "generator.cpu"
 *               | ( "counter" | "gauge" | "rate" ) selector | "trend" "." statistic selector | word [ selector ] ;
 *                 (* a custom metric; a word alone is a counter or a gauge, a rate is one when its limit is a percentage *)
 *     statistic = "p" number | "med" | "min" | "avg" | "max" ;        source = "response" | "latency" ;
 *     phase     = "dns" | "connect" | "tls" | "send" | "wait" | "receive" ;
 *     selector  = "(" [ text ] { [ "," ] tag } ")" ;      (* a kind, a METHOD and name, a name, a check; quotes are optional *)
 *     tag       = "tag:" word "=" text | "scenario:" text ;       (* checks and custom metrics: only scenario *)
 *     operator  = "<" | "<=" | ">" | ">=" | "==" | "!=" ;
 *     limit     = duration | number "%" | number "/" unit | number ;   (* whichever the metric has *)
 *
 * Reserved for later: `monitor.…` and further `generator.…` as metrics.
 */

import type { Tags } from '../../contracts/measure.ts'
import {
  PHASE_NAMES,
  type PhaseName,
  type SeriesSelector,
  type Threshold,
  type ThresholdMetric,
  type TimedQuantity,
} from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { THRESHOLD_CHARS_MAX } from '../../kernel/limits.ts'
import { SCENARIO_TAG } from '../metrics/tags.ts'
import { parseDuration } from './duration.ts'
import { parseRate, ratePerSec } from './rate.ts'
import { parseSelector } from './selector.ts'

type Limit = Pick<Threshold, 'limit' | 'unit'>
type Suffixes = Pick<Threshold, 'overMs' | 'noDataPasses' | 'abort' | 'delayMs'>

const METRIC = /^\s*([a-zA-Z_][a-zA-Z0-9_.]*)\s*/
/** Greedy: names may hold parentheses, so the last one before an operator closes. */
const ARGUMENT = /^\((.*)\)(?=\s*[<>=!])\s*/s
const PLAIN_ARGUMENT = /^\(([^)]*)\)\s*/
const OPERATOR = /^(<=|>=|==|!=|<|>)\s*/
const LIMIT = /^(\S+)\s*/
const SUFFIX = /^(?:over\s+(\S+)|noData\s+(passes|fails)|(abort)(?:\s+after\s+(\S+))?)(?:\s+|$)/
const TIMED = ['response', 'latency', 'lateness', 'trend'] as const
const PERCENTILE = /^p(\d{1,3}(?:\.\d{1,5})?)$/
const PERCENT = /^(\d{1,9}(?:\.\d{1,9})?)%$/
const COUNT = /^\d{1,15}(?:\.\d{1,9})?$/
const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/
const COUNTED = ['errors', 'rate', 'count', 'failures'] as const
const METRICS = [
  'p50',
  'p95',
  'p99',
  'med',
  'min',
  'avg',
  'max',
  ...COUNTED,
  'checks',
  'counter',
  'gauge',
  'dropped',
  'lateness.p99',
  'latency.p95',
  'trend.p95',
  'generator.cpu',
]

/** A rule, or what is wrong with it; the path of the problem ends in the character where reading stopped. */
export function parseThreshold(input: unknown, path = 'threshold'): Threshold | Problem {
  if (typeof input !== 'string') return refuse(path, shown(input), 0, 'a threshold is a text')
  if (input.length > THRESHOLD_CHARS_MAX) {
    const why = `it is longer than ${THRESHOLD_CHARS_MAX} characters`
    return refuse(path, `${input.slice(0, 40)}…`, THRESHOLD_CHARS_MAX, why)
  }
  let rest = input
  const at = (): number => input.length - rest.length
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest) ?? undefined
    if (match !== undefined) rest = rest.slice(match[0].length)
    return match
  }

  const word = take(METRIC)?.[1]
  if (word === undefined) return refuse(path, input, at(), 'it does not begin with a metric')
  const argument = (take(ARGUMENT) ?? take(PLAIN_ARGUMENT))?.[1]
  const named = metricOf(word, argument)
  if (typeof named === 'string') return refuse(path, input, 0, named)
  const operatorAt = at()
  const operator = take(OPERATOR)?.[1] as Threshold['operator'] | undefined
  if (operator === undefined) {
    const why = rest.startsWith('(') ? 'a parenthesis is not closed' : 'no comparison follows'
    return refuse(path, input, operatorAt, why)
  }
  const limitAt = at()
  const limitText = take(LIMIT)?.[1] ?? ''
  const metric = shareOf(named, limitText)
  const limit = limitOf(metric, limitText)
  if (typeof limit === 'string') return refuse(path, input, limitAt, limit)
  const suffixes: { -readonly [K in keyof Suffixes]: Suffixes[K] } = {
    overMs: null,
    noDataPasses: false,
    abort: false,
    delayMs: 0,
  }
  const said = new Set<string>()
  while (rest !== '') {
    const suffixAt = at()
    const match = take(SUFFIX)
    const why = match === undefined ? unknownSuffix(rest) : addSuffix(suffixes, said, match)
    if (why !== undefined) return refuse(path, input, suffixAt, why)
  }
  return { rule: input.trim(), metric, operator, ...limit, ...suffixes }
}

function metricOf(word: string, argument: string | undefined): ThresholdMetric | string {
  const selector = parseSelector(argument ?? '')
  if (typeof selector === 'string') return selector
  const { series, ...apart } = selector
  const counted = COUNTED.find((kind) => kind === word)
  if (counted !== undefined) return { kind: counted, ...selector }
  const dot = word.indexOf('.')
  const source = word.slice(0, Math.max(0, dot))
  const phase = PHASE_NAMES.find((each) => each === source)
  if (phase !== undefined) return phaseOf(phase, word.slice(dot + 1), selector)
  const isOfRun = word === 'dropped' || word === 'generator.cpu' || source === 'lateness'
  if (isOfRun && (series !== '' || apart.tags !== undefined)) {
    return `"${word}" is of the whole run and takes no name`
  }
  if (word === 'dropped') return { kind: 'dropped' }
  if (word === 'generator.cpu') return { kind: 'cpu' }
  const of = TIMED.find((each) => each === source)
  const timed = timedOf(of ?? 'response', of === undefined ? word : word.slice(dot + 1), selector)
  if (timed !== undefined && of !== 'trend') return timed
  if (!isByScenario(apart.tags)) return `"${word}" is kept by scenario, but not by tag`
  if (word === 'checks') return { kind: 'checks', name: series, ...apart }
  if (word === 'counter' || word === 'gauge' || of === 'trend') {
    if (series === '') return `"${word}" is of a custom metric, whose name belongs in parentheses`
    if (word === 'counter' || word === 'gauge') {
      return { kind: 'metric', type: word, name: series, ...apart }
    }
  }
  if (timed !== undefined) return timed
  const meant = didYouMean(word, METRICS)
  const isAlone = argument === undefined || (series === '' && apart.tags !== undefined)
  if (isAlone && dot < 0 && meant === '') {
    return { kind: 'metric', type: 'any', name: word, ...apart }
  }
  return `"${word}" is not a metric. ${meant}`.trim()
}

/** Checks and custom metrics are: they know no tags of requests. */
function isByScenario(tags: Tags | undefined): boolean {
  return Object.keys(tags ?? {}).every((key) => key === SCENARIO_TAG)
}

/** Of requests a rate is per time; a percentage can only be how often a custom metric was true. */
function shareOf(metric: ThresholdMetric, limit: string): ThresholdMetric {
  if (metric.kind !== 'rate' || metric.series === '' || !limit.endsWith('%')) return metric
  const { series, tags } = metric
  return isByScenario(tags)
    ? { kind: 'metric', type: 'rate', name: series, ...(tags !== undefined && { tags }) }
    : metric
}

function timedOf(
  of: TimedQuantity,
  word: string,
  selector: SeriesSelector,
): ThresholdMetric | undefined {
  if (word === 'min' || word === 'avg' || word === 'max') return { kind: word, of, ...selector }
  const percentile = Number(word === 'med' ? 50 : (PERCENTILE.exec(word)?.[1] ?? Number.NaN))
  return percentile <= 100 ? { kind: 'percentile', of, percentile, ...selector } : undefined
}

function phaseOf(
  phase: PhaseName,
  statistic: string,
  selector: SeriesSelector,
): ThresholdMetric | string {
  if (statistic === 'avg') return { kind: 'phase', phase, ...selector }
  return `of a phase only the mean is kept, "${phase}.avg"`
}

function limitOf(metric: ThresholdMetric, text: string): Limit | string {
  switch (metric.kind) {
    case 'rate': {
      const parsed = text === '0/s' ? undefined : parseRate(text)
      if (parsed === undefined) return { limit: 0, unit: '/s' }
      if ('rate' in parsed) return { limit: ratePerSec(parsed.rate), unit: '/s' }
      return 'the limit is not a rate such as 500/s'
    }
    case 'errors':
    case 'checks':
    case 'cpu':
      return percentOf(text) ?? 'the limit is not a percentage such as 1%'
    case 'dropped':
      return percentOf(text) ?? countOf(text) ?? 'the limit is not a number such as 0, nor 1%'
    case 'count':
    case 'failures':
      return countOf(text) ?? 'the limit is not a number such as 1000'
    case 'metric':
      return limitOfMetric(metric, text)
    default: {
      if ('of' in metric && metric.of === 'trend' && COUNT.test(text)) return numberOf(text)
      const parsed = /^\d+$/.test(text) ? undefined : parseDuration(text)
      if (parsed === undefined || !('ns' in parsed)) return 'the limit is not a time such as 300ms'
      return { limit: parsed.ns / 1e6, unit: 'ms' }
    }
  }
}

function limitOfMetric(
  { type, name }: Extract<ThresholdMetric, { readonly kind: 'metric' }>,
  text: string,
): Limit | string {
  if (type === 'rate') return percentOf(text) ?? 'the limit is not a percentage such as 1%'
  if (NUMBER.test(text)) return numberOf(text)
  const parsed = type === 'counter' ? parseRate(text) : undefined
  if (type === 'counter' && text === '0/s') return { limit: 0, unit: '/s' }
  if (parsed !== undefined && 'rate' in parsed) {
    return { limit: ratePerSec(parsed.rate), unit: '/s' }
  }
  const why = `the limit of "${name}" is not a number such as 100`
  return type === 'counter' ? `${why}, nor a rate such as 5/s` : why
}

/** Never −0. */
function numberOf(text: string): Limit {
  return { limit: Number(text) + 0, unit: '' }
}

function percentOf(text: string): Limit | undefined {
  const percent = PERCENT.exec(text)?.[1]
  return percent === undefined ? undefined : { limit: Number(percent), unit: '%' }
}

function countOf(text: string): Limit | undefined {
  return COUNT.test(text) ? { limit: Number(text), unit: '' } : undefined
}

/** What is wrong with the suffix, if anything. */
function addSuffix(
  into: { -readonly [K in keyof Suffixes]: Suffixes[K] },
  said: Set<string>,
  [, over, noData, abort, after]: RegExpExecArray,
): string | undefined {
  const word = over !== undefined ? 'over' : noData !== undefined ? 'noData' : 'abort'
  if (said.has(word)) return `"${word}" is said twice`
  said.add(word)
  if (noData !== undefined) into.noDataPasses = noData === 'passes'
  if (abort !== undefined) into.abort = true
  const time = over ?? after
  if (time === undefined) return undefined
  const parsed = parseDuration(time)
  if (!('ns' in parsed)) return parsed.what
  const ms = parsed.ns / 1e6
  if (over === undefined) into.delayMs = ms
  else if (ms >= 1_000 && ms % 1_000 === 0) into.overMs = ms
  else return 'a rule is judged every second, so "over" takes whole seconds, such as 10s'
  return undefined
}

function unknownSuffix(rest: string): string {
  return `"${rest.trim()}" is not "over 10s", "noData passes", "abort" or "abort after 30s"`
}

/** Never calls into what it shows. */
function shown(input: unknown): string {
  const isObject = (typeof input === 'object' && input !== null) || typeof input === 'function'
  return isObject ? (Array.isArray(input) ? '[…]' : '{…}') : String(input)
}

function refuse(path: string, rule: string, position: number, why: string): Problem {
  return problem(
    'E_THRESHOLD',
    `${path}:${position + 1}`,
    `the threshold "${rule}" cannot be read`,
    why,
    "Write it like 'p95(http) < 300ms', 'errors < 1%', 'rate(http) > 500/s' or \"checks('logged in') > 99%\".",
  )
}

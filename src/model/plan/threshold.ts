/**
 * Rules that make a run pass or fail, in a short form for people, and what they say about the totals of a run.
 *
 *     p95(http) < 300ms     errors < 1%     errors(POST /cart) < 1%     rate(http) > 500/s     checks('logged in') > 99%
 *     p99(POST /cart) < 1s abort after 30s
 *
 * In parentheses: a kind (`http`, `transaction`), a method and name, or a name; nothing means all requests. Percentiles are of the
 * response, counted from when a request was due. A rule about something that never happened fails: silence is not proof.
 */
import type { Threshold, ThresholdMetric } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { ThresholdResult } from '../../contracts/result.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { allOf } from '../metrics/series-totals.ts'
import type { Counted } from '../metrics/window.ts'
import { parseDuration } from './duration.ts'
import { parseRate, ratePerSec } from './rate.ts'
import { seriesFor } from './series-selector.ts'

type Unit = Threshold['unit']
type Operator = Threshold['operator']

const METRIC = /^\s*([a-zA-Z]+[0-9.]*)\s*/
/** Greedy: names may hold parentheses, so the last one before an operator closes. */
const ARGUMENT = /^\((.*)\)(?=\s*[<>=!])\s*/
const PLAIN_ARGUMENT = /^\(([^)]*)\)\s*/
const OPERATOR = /^(<=|>=|==|!=|<|>)\s*/
const LIMIT = /^(\S+)\s*/
const ABORT = /^abort(?:\s+after\s+(\S+))?\s*$/
const PERCENT = /^(\d{1,9}(?:\.\d{1,9})?)%$/
const METRICS = ['p50', 'p95', 'p99', 'errors', 'rate', 'checks']

/** A rule, or what is wrong with it; the path of the problem ends in the character where reading stopped. */
export function parseThreshold(input: unknown, path = 'threshold'): Threshold | Problem {
  if (typeof input !== 'string') return refuse(path, String(input), 0, 'a threshold is a text')
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
  const metric = metricOf(word, argument)
  if (typeof metric === 'string') return refuse(path, input, 0, metric)
  const operatorAt = at()
  const operator = take(OPERATOR)?.[1] as Operator | undefined
  if (operator === undefined) {
    const why = rest.startsWith('(') ? 'a parenthesis is not closed' : 'no comparison follows'
    return refuse(path, input, operatorAt, why)
  }
  const limitAt = at()
  const limit = limitOf(metric, take(LIMIT)?.[1] ?? '')
  if (typeof limit === 'string') return refuse(path, input, limitAt, limit)
  const abortAt = at()
  const abort = rest === '' ? { abort: false, delayMs: 0 } : abortOf(rest)
  if (typeof abort === 'string') return refuse(path, input, abortAt, abort)
  return { rule: input.trim(), metric, operator, ...limit, ...abort }
}

/** What `threshold` says of the totals of a run, or of any part of one. */
export function evaluateThreshold(
  threshold: Threshold,
  totals: Pick<Counted, 'series' | 'checks'>,
  durationMs: number,
  firstCrossedAtMs: number | null = null,
): ThresholdResult {
  const observed = observe(threshold.metric, totals, durationMs)
  const passed = observed !== null && holds(observed, threshold.operator, threshold.limit)
  return {
    rule: threshold.rule,
    passed,
    observed,
    unit: threshold.unit,
    margin: observed === null ? null : marginOf(observed, threshold, passed),
    firstCrossedAtMs,
  }
}

/** May a rule that fails at `elapsedMs` stop the run? Only strictly after its delay. */
export function mayAbort(threshold: Threshold, elapsedMs: number): boolean {
  return threshold.abort && elapsedMs > threshold.delayMs
}

function metricOf(word: string, argument: string | undefined): ThresholdMetric | string {
  const name = (argument ?? '').trim()
  if (word === 'errors') return { kind: 'errors', series: name }
  if (word === 'rate') return { kind: 'rate', series: name }
  if (word === 'checks') return { kind: 'checks', name: name.replace(/^(['"])(.*)\1$/, '$2') }
  const percentile = /^p(\d{1,3}(?:\.\d{1,5})?)$/.exec(word)?.[1]
  if (percentile !== undefined && Number(percentile) <= 100) {
    return { kind: 'percentile', percentile: Number(percentile), series: name }
  }
  return `"${word}" is not a metric. ${didYouMean(word, METRICS)}`.trim()
}

function limitOf(metric: ThresholdMetric, text: string): { limit: number; unit: Unit } | string {
  if (metric.kind === 'percentile') {
    const parsed = /^\d+$/.test(text) ? undefined : parseDuration(text)
    if (parsed === undefined || !('ns' in parsed)) return 'the limit is not a time such as 300ms'
    return { limit: parsed.ns / 1e6, unit: 'ms' }
  }
  if (metric.kind === 'rate') {
    const parsed = text === '0/s' ? undefined : parseRate(text)
    if (parsed === undefined) return { limit: 0, unit: '/s' }
    return 'rate' in parsed
      ? { limit: ratePerSec(parsed.rate), unit: '/s' }
      : 'the limit is not a rate such as 500/s'
  }
  const percent = PERCENT.exec(text)?.[1]
  if (percent === undefined) return 'the limit is not a percentage such as 1%'
  return { limit: Number(percent), unit: '%' }
}

function abortOf(text: string): { abort: boolean; delayMs: number } | string {
  const match = ABORT.exec(text)
  if (match === null) return `"${text.trim()}" is not "abort" or "abort after 30s"`
  if (match[1] === undefined) return { abort: true, delayMs: 0 }
  const delay = parseDuration(match[1])
  return 'ns' in delay ? { abort: true, delayMs: delay.ns / 1e6 } : delay.what
}

function observe(
  metric: ThresholdMetric,
  totals: Pick<Counted, 'series' | 'checks'>,
  durationMs: number,
): number | null {
  if (metric.kind === 'checks') return sharePassed(metric.name, totals)
  const all = allOf(seriesFor(metric.series, totals.series, metric.kind === 'errors'))
  if (all.requests === 0) return null
  if (metric.kind === 'errors') return (all.failures / all.requests) * 100
  if (metric.kind === 'rate') return durationMs > 0 ? all.requests / (durationMs / 1_000) : null
  return all.response.percentileUs(metric.percentile) / 1_000
}

function sharePassed(name: string, totals: Pick<Counted, 'checks'>): number | null {
  let passes = 0
  let count = 0
  for (const check of totals.checks) {
    if (name !== '' && check.name !== name) continue
    passes += check.passes
    count += check.passes + check.failures
  }
  return count === 0 ? null : (passes / count) * 100
}

function holds(observed: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '<':
      return observed < limit
    case '<=':
      return observed <= limit
    case '>':
      return observed > limit
    case '>=':
      return observed >= limit
    case '==':
      return observed === limit
    case '!=':
      return observed !== limit
  }
}

/** Distance to the limit as a share of it, positive on the passing side. */
function marginOf(observed: number, threshold: Threshold, passed: boolean): number {
  const { limit, operator } = threshold
  if (limit === 0) return passed ? 0 : -1
  const distance = (observed - limit) / limit
  if (operator === '<' || operator === '<=') return -distance
  if (operator === '>' || operator === '>=') return distance
  return passed ? Math.abs(distance) : -Math.abs(distance)
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

/**
 * Rules that make a run pass or fail, from the short form for people to plain data. A rule is read from left to right,
 * without backtracking over the whole; anything that does not belong is refused with the character where reading stopped.
 *
 *     rule      = metric operator limit { "over" duration | "noData" ( "passes" | "fails" ) | "abort" [ "after" duration ] } ;
 *     metric    = [ source "." ] statistic [ selector ]       (* a time; source is "response" when none is given *)
 *               | phase "." "avg" [ selector ]                (* a time; phases are kept as sums: mean only *)
 *               | ( "errors" | "rate" | "count" | "failures" | "checks" ) [ selector ]
 *               | "lateness" "." statistic | "dropped" | "generator.cpu"
 *               | ( "counter" | "gauge" | "rate" ) selector | "trend" "." statistic selector | word [ selector ]
 *                 (* a custom metric; a word alone is a counter or a gauge, a rate is one when its limit is a percentage *)
 *               | "monitor" [ "." ( "avg" | "min" | "max" ) ] "(" text ")" ;    (* a figure of a monitor: target.cpu *)
 *     statistic = "p" number | "med" | "min" | "avg" | "max" ;        source = "response" | "latency" ;
 *     phase     = "dns" | "connect" | "tls" | "send" | "wait" | "receive" ;
 *     selector  = "(" [ text ] { [ "," ] tag } ")" ;      (* a kind, a METHOD and name, a name, a check; quotes are optional *)
 *     tag       = "tag:" word "=" text | "scenario:" text ;       (* checks and custom metrics: only scenario *)
 *     operator  = "<" | "<=" | ">" | ">=" | "==" | "!=" ;
 *     limit     = duration | number "%" | number "/" unit | size | size "/s" | number ;   (* whichever the metric has *)
 *
 * Reserved for later: further `generator.…` as metrics.
 */
import type { Threshold } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { THRESHOLD_CHARS_MAX } from '../../kernel/limits.ts'
import { parseDuration } from './duration.ts'
import { limitOf } from './threshold-limit.ts'
import { metricOf, shareOf } from './threshold-metric.ts'

type Suffixes = Pick<Threshold, 'overMs' | 'noDataPasses' | 'abort' | 'delayMs'>

const METRIC = /^\s*([a-zA-Z_][a-zA-Z0-9_.]*)\s*/
/** Greedy: names may hold parentheses, so the last one before an operator closes. */
const ARGUMENT = /^\((.*)\)(?=\s*[<>=!])\s*/s
const PLAIN_ARGUMENT = /^\(([^)]*)\)\s*/
const OPERATOR = /^(<=|>=|==|!=|<|>)\s*/
const LIMIT = /^(\S+)\s*/
const SUFFIX = /^(?:over\s+(\S+)|noData\s+(passes|fails)|(abort)(?:\s+after\s+(\S+))?)(?:\s+|$)/

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

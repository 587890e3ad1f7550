/**
 * The end of a run on one screen: at most 24 lines of 100 columns, whatever happened. Verdict first, then the
 * series, thresholds, errors in five parts, and whether the generator can be trusted; the last three lines are
 * always verdict, report, next command. Pure: `RunResult` to lines. Only latencies which a threshold judges are
 * ever coloured.
 */
import { TRANSACTION_KIND } from '../../../contracts/measure.ts'
import type {
  ErrorResult,
  MetricResult,
  RunResult,
  SeriesResult,
  ThresholdResult,
} from '../../../contracts/result.ts'
import { isErrorOfTransaction } from '../../../model/metrics/summary.ts'
import { taggedName } from '../../../model/metrics/tags.ts'
import { isImported } from '../../../model/report/imported.ts'
import { kneeText, warmupText } from '../../../model/report/wording.ts'
import { findingLines } from './finding-lines.ts'
import {
  formatClock,
  formatCount,
  formatMs,
  formatObserved,
  formatRate,
  formatShare,
  NOTHING,
} from './format.ts'
import { monitorSummaryLines } from './monitor-lines.ts'
import { clipTo, drawable, mark, type Style } from './style.ts'

const SUMMARY_LINES_MAX = 24
const COLUMNS_MAX = 120
const TRANSACTIONS_SHOWN = 4
const METRICS_SHOWN = 4

export interface SummaryPlaces {
  /** What load was planned, on one line. */
  readonly load?: string
  /** Path of the kept result, as shown. */
  readonly report: string
  /** The command to type next. */
  readonly next: string
}

export function renderSummary(result: RunResult, places: SummaryPlaces, style: Style): string[] {
  const columns = Math.min(style.columns, COLUMNS_MAX)
  const tail = [
    ...generatorLines(result, style),
    '',
    verdictLine(result, style),
    ` Report  ${places.report}`,
    ` Next    ${places.next}`,
  ]
  const middle = [
    ...thresholdLines(result, style),
    ...errorBlocks(result, style),
    ...findingLines(result, style),
    ...checkLines(result, style),
    ...metricLines(result, style),
    ...monitorSummaryLines(result.monitors, style),
  ]
  const head = headline(result, places, style)
  const room = SUMMARY_LINES_MAX - tail.length - head.length
  // The table gives way first: the result file has every series, but nothing else repeats why a run failed.
  const tableRoom = Math.max(4, room - Math.min(middle.length, room - 4))
  const lines = [...head, ...table(result, tableRoom, columns, style), ...middle]
  const cut = lines.slice(0, SUMMARY_LINES_MAX - tail.length)
  return [...cut, ...tail].map((line) => clipTo(line, columns))
}

/** The same verdict line opens nothing and closes everything: ` ✗ FAILED  reason`. */
export function verdictLine(result: RunResult, style: Style): string {
  const { passed, reason } = result.verdict
  const word = passed ? style.ok('PASSED') : style.fail('FAILED')
  return ` ${mark(style, passed ? 'ok' : 'fail')} ${style.bold(word)}  ${reason}`
}

function headline(result: RunResult, { load }: SummaryPlaces, style: Style): string[] {
  const { run, totals, warmup, knee } = result
  const facts = [run.name, formatClock(run.durationMs), `${formatCount(totals.requests)} requests`]
  if (warmup !== undefined && warmup.endMs > 0) {
    facts.push(`${formatClock(warmup.endMs)} of it warm-up, not judged`)
  }
  return [
    ` ${style.bold(facts.join(' · '))}   ${style.dim(`run ${run.id} · seed ${run.seed}`)}`,
    ...(load === undefined ? [] : [` ${style.dim(drawable(load, style))}`]),
    ...(warmup?.kind === 'auto' ? [` ${style.dim(warmupText(warmup))}`] : []),
    ...(knee === undefined ? [] : [` ${style.dim(kneeText(knee))}`]),
    '',
  ]
}

function table(result: RunResult, lines: number, columns: number, style: Style): string[] {
  if (result.totals.requests === 0) return [' no request was sent', '']
  const wide = columns >= 100
  const nameColumns = wide ? 30 : Math.max(8, Math.min(20, columns - 50))
  const heads = wide
    ? ['requests', 'rate/s', 'p50', 'p95', 'p99', 'max', 'failed']
    : ['requests', 'p50', 'p95', 'p99', 'failed']
  const rows = result.series
    .filter((each) => each.kind !== TRANSACTION_KIND)
    .sort((a, b) => b.requests - a.requests)
  const transactions = transactionRows(
    result,
    Math.min(TRANSACTIONS_SHOWN, Math.floor(lines / 3)),
    nameColumns,
    wide,
    style,
  )
  const room = lines - 3 - transactions.length
  const shown = rows.length > room ? rows.slice(0, Math.max(0, room - 1)) : rows
  const out = [
    style.dim(` ${' '.repeat(nameColumns)}${heads.map((each) => each.padStart(9)).join('')}`),
  ]
  out.push(row('all', result.totals, nameColumns, wide, style))
  for (const series of shown) out.push(row(nameOf(series), series, nameColumns, wide, style))
  if (shown.length < rows.length)
    out.push(style.dim(`   and ${rows.length - shown.length} more series in the report`))
  out.push(...transactions, '')
  return out
}

/** A block of its own below the requests, because its counts are none; the slowest first: what people wait for. */
function transactionRows(
  result: RunResult,
  count: number,
  nameColumns: number,
  wide: boolean,
  style: Style,
): string[] {
  const all = result.series
    .filter((each) => each.kind === TRANSACTION_KIND)
    .sort((a, b) => (b.responseMs.p95 ?? 0) - (a.responseMs.p95 ?? 0))
  if (all.length === 0) return []
  const shown = all.slice(0, count)
  const more =
    shown.length < all.length ? `, and ${all.length - shown.length} more in the report` : ''
  return [
    style.dim(` transactions${more}`),
    ...shown.map((each) => row(taggedName(each.name, each.tags), each, nameColumns, wide, style)),
  ]
}

function row(
  name: string,
  series: SeriesResult,
  nameColumns: number,
  wide: boolean,
  style: Style,
): string {
  const { responseMs: ms } = series
  const failed = series.failures > 0
  const share = formatShare(series.failures / series.requests)
  const cells = wide
    ? [
        formatCount(series.requests),
        formatRate(series.ratePerSec),
        formatMs(ms.p50),
        formatMs(ms.p95),
        formatMs(ms.p99),
        formatMs(ms.max),
      ]
    : [formatCount(series.requests), formatMs(ms.p50), formatMs(ms.p95), formatMs(ms.p99)]
  const last = failed
    ? `${style.fail(share.padStart(7))} ${mark(style, 'warn')}`
    : share.padStart(9)
  return ` ${name.slice(0, nameColumns).padEnd(nameColumns)}${cells.map((each) => each.padStart(9)).join('')}${last}`
}

function thresholdLines(result: RunResult, style: Style): string[] {
  if (result.thresholds.length === 0 && result.run.plan.thresholds.length > 0) {
    return [` thresholds   ${style.dim('not judged: the run has not come to its end')}`]
  }
  if (result.thresholds.length === 0) {
    return [
      ` thresholds   ${style.dim('none: default guard errors < 5%; change with --threshold "errors < 1%"')}`,
    ]
  }
  const failedFirst = [...result.thresholds].sort((a, b) => Number(a.passed) - Number(b.passed))
  return failedFirst.slice(0, 6).map((each, index) => {
    const label = index === 0 ? 'thresholds' : ''
    const crossed =
      each.firstCrossedAtMs === null || each.passed
        ? ''
        : `   crossed at ${formatClock(each.firstCrossedAtMs)}`
    const rule = each.passed ? each.rule : style.fail(each.rule)
    return ` ${label.padEnd(12)} ${mark(style, each.passed ? 'ok' : 'fail')} ${rule}   ${observed(each)}${crossed}`
  })
}

function observed({ observed: value, unit }: ThresholdResult): string {
  return value === null ? 'nothing was measured' : formatObserved(value, unit)
}

/** What, how many and since when, why, and what to do; the three most frequent. Those of transactions mostly repeat others: last. */
function errorBlocks(result: RunResult, style: Style): string[] {
  const repeats = (error: ErrorResult) => Number(isErrorOfTransaction(error))
  const errors = [...result.errors].sort((a, b) => repeats(a) - repeats(b) || b.count - a.count)
  const lines: string[] = []
  for (const error of errors.slice(0, 3)) {
    const label = lines.length === 0 ? 'errors' : ''
    const when = `${formatClock(error.firstAtMs)}–${formatClock(error.lastAtMs)}`
    lines.push(
      ` ${label.padEnd(12)} ${style.fail(`${style.unicode ? '×' : 'x'}${formatCount(error.count)}`)} ${error.series}  ${error.kind}: ${error.message}   ${style.dim(when)}`,
    )
    lines.push(`              ${style.dim(`${adviceFor(error)}`)}`)
  }
  if (errors.length > 3)
    lines.push(`              ${style.dim(`and ${errors.length - 3} more kinds in the report`)}`)
  return lines
}

const ADVICE: Readonly<Record<string, string>> = {
  refused: 'nothing is listening there any more: did the target crash or restart?',
  dns: 'the name did not resolve: check the host, or the resolver under load',
  'connect-timeout': 'connections were not accepted in time: backlog or firewall of the target',
  timeout: 'no answer in time: look at the slowest part of the target, or raise the timeout',
  tls: 'the handshake failed: see `onrush explain E_TLS`',
  reset: 'the target cut connections: a crash, a limit, or a proxy’s idle timeout',
  closed: 'the target closed the connection before it answered',
  status: 'the target answered with an error: reproduce one with `onrush debug`',
  check: 'an answer came but a check of the script did not hold: see it with `onrush debug`',
  script: 'the script itself threw: see the line with `onrush debug`',
  resources: 'this machine ran out of sockets or ports: see `onrush explain E_FDS`',
  blocked: 'the script went to a host that was not allowed: see `onrush explain E_TARGET`',
}

function adviceFor(error: ErrorResult): string {
  const firstLine = error.sample
    .split('\n')
    .find((line) => /^\s+at /.test(line))
    ?.trim()
  const advice = ADVICE[error.kind] ?? 'reproduce one with `onrush debug`'
  return firstLine ? `${firstLine}   ${advice}` : advice
}

function checkLines(result: RunResult, style: Style): string[] {
  const failed = result.checks
    .filter((each) => each.failures > 0)
    .sort((a, b) => b.failures - a.failures)
  return failed.slice(0, 3).map((each, index) => {
    const share = formatShare(each.passes / (each.passes + each.failures))
    return ` ${(index === 0 ? 'checks' : '').padEnd(12)} ${mark(style, 'fail')} ${each.name}   ${share} held, ${formatCount(each.failures)} did not`
  })
}

/** Custom metrics, on as few lines as they need. */
function metricLines(result: RunResult, style: Style): string[] {
  const all = result.metrics ?? []
  const lines = all.slice(0, METRICS_SHOWN).map((each, index) => {
    const label = index === 0 ? 'metrics' : ''
    return ` ${label.padEnd(12)} ${each.name}   ${metricText(each)}`
  })
  if (all.length > METRICS_SHOWN)
    lines.push(`              ${style.dim(`and ${all.length - METRICS_SHOWN} more in the report`)}`)
  return lines
}

/** Plain numbers: only the script knows their unit. */
function metricText({ kind, value, ratePerSec, min, max, percentiles }: MetricResult): string {
  const plain = (figure: number | null) => String(Number((figure ?? 0).toPrecision(4)))
  if (kind === 'counter') return `${plain(value)}, ${plain(ratePerSec)}/s`
  if (kind === 'rate') return `${formatShare(value / 100)} true`
  if (kind === 'gauge') return `${plain(value)} at last, ${plain(min)} to ${plain(max)}`
  return `mean ${plain(value)}, p95 ${plain(percentiles?.p95 ?? null)}, max ${plain(max)}`
}

function generatorLines(result: RunResult, style: Style): string[] {
  const { generator, arrivals } = result
  if (isImported(result.run)) return [` generator    ${generator.reasons.join(' ')}`]
  const drops =
    arrivals.dropped > 0
      ? `, ${formatCount(arrivals.dropped)} of ${formatCount(arrivals.due)} arrivals dropped`
      : ''
  const late =
    arrivals.latenessMs.p99 === null ? '' : `, starts late p99 ${formatMs(arrivals.latenessMs.p99)}`
  const facts = `cpu max ${formatShare(generator.cpuRatioMax)}, loop lag p99 ${formatMs(generator.loopDelayMsP99)}${late}${drops}`
  const arrow = style.unicode ? '→' : '->'
  if (generator.trustworthy) return [` generator    ${facts} ${arrow} result trustworthy`]
  const why = generator.reasons
    .slice(0, 2)
    .map((reason) => `              ${mark(style, 'warn')} ${reason}`)
  // Said first: a narrow terminal may cut the figures, never the judgement.
  return [` generator    ${style.warn('NOT trustworthy')}: ${facts}`, ...why]
}

const nameOf = (series: SeriesResult): string =>
  [series.method, taggedName(series.name, series.tags)].filter(Boolean).join(' ') || NOTHING

/**
 * A run as one page of Markdown, for step summaries, merge requests and wikis: verdict, rules with where they stand, series,
 * checks, errors, and whether the generator can be trusted. Long lists end after `REPORT_ROWS_MAX` rows and say how many are
 * missing; `--json` has them all. Pure: text out, nothing written.
 */

import type { Severity } from '../../../contracts/finding.ts'
import { TRANSACTION_KIND } from '../../../contracts/measure.ts'
import type { RunResult, SeriesResult } from '../../../contracts/result.ts'
import { REPORT_ROWS_MAX } from '../../../kernel/limits.ts'
import { isOfRequests } from '../../../model/metrics/series-totals.ts'
import { taggedName } from '../../../model/metrics/tags.ts'
import type { ReportCase } from '../../../model/report/cases.ts'
import {
  evidenceText,
  lookedText,
  shownFindings,
  UNTRUSTED,
} from '../../../model/report/finding-text.ts'
import { monitorFigure } from '../../../model/report/monitor-text.ts'
import { figure, seconds, warmupText } from '../../../model/report/wording.ts'
import { literal, table } from './markdown-text.ts'

/** Of a finding, beside its impact. */
const EVIDENCE_SHOWN = 2

/** `cases` of the same result. Ends in a line feed. */
export function renderMarkdown(result: RunResult, cases: readonly ReportCase[]): string {
  const sections = [
    head(result),
    caseSection('Thresholds', cases, (each) => each.kind !== 'check'),
    findingSection(result),
    seriesSection(result),
    transactionSection(result),
    caseSection('Checks', cases, (each) => each.kind === 'check'),
    errorSection(result),
    monitorSection(result),
    steeringSection(result),
    generatorSection(result),
  ]
  return `${sections.filter((each) => each !== '').join('\n\n')}\n`
}

function head({ run, verdict, totals, users, arrivals, warmup }: RunResult): string {
  const facts = [
    `${totals.requests} requests in ${seconds(run.durationMs)} (${figure(totals.ratePerSec, '/s')})`,
    `${totals.failures} failed`,
    `at most ${users.max} users`,
    ...(arrivals.dropped > 0 ? [`${arrivals.dropped} of ${arrivals.due} arrivals dropped`] : []),
  ]
  const places = [
    `run ${run.id}`,
    run.script,
    ...(run.host === null ? [] : [run.host]),
    `seed ${run.seed}`,
    ...(run.git === null ? [] : [`commit ${run.git.commit.slice(0, 12)}`]),
    ...Object.entries(run.tags).map(([key, value]) => `${key}=${value}`),
  ]
  return [
    `## ${verdict.passed ? '✅' : '❌'} ${literal(run.name)}: ${verdict.passed ? 'passed' : 'failed'}`,
    `**${literal(verdict.reason)}**`,
    `${facts.join(', ')}.`,
    ...(warmup === undefined ? [] : [`${literal(sentence(warmupText(warmup)))}.`]),
    `<sub>${places.map(literal).join(' · ')}</sub>`,
  ].join('\n\n')
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What somebody did to the run, and wrote into it. */
function steeringSection({ events }: RunResult): string {
  const done = events.filter((each) => each.by !== undefined)
  const rows = done.map(({ atMs, text, by = '' }) => [seconds(atMs), text, by])
  return done.length === 0 ? '' : section('While it ran', ['at', 'what', 'by'], rows)
}

const SEVERITY_MARKS: Readonly<Record<Severity, string>> = {
  critical: '❌',
  warning: '⚠️',
  info: 'ℹ️',
}

/** What the run shows, most serious first, with the first thing to do; a line below says who could not look. */
function findingSection(result: RunResult): string {
  const { shown, hidden } = shownFindings(result)
  const looked = lookedText(result)
  if (shown.length === 0 || looked === undefined) return ''
  const rows = shown.map(({ severity, title, impact, evidence, recommendation, id, untrusted }) => [
    `${SEVERITY_MARKS[severity]} ${severity}`,
    untrusted ? `${title} (${UNTRUSTED})` : title,
    [impact, ...evidence.slice(0, EVIDENCE_SHOWN).map(evidenceText)].join('; '),
    `${recommendation[0] ?? ''} (${id})`,
  ])
  const more = hidden === 0 ? [] : [`… and ${hidden} more, see \`--json\`.`]
  const heads = ['', 'finding', 'evidence', 'what to do']
  return [section('Findings', heads, rows), ...more, `${literal(looked)}.`].join('\n\n')
}

const MARKS: Readonly<Record<ReportCase['status'], string>> = {
  passed: '✅',
  failed: '❌',
  noted: '⚠️',
}

function caseSection(
  title: string,
  all: readonly ReportCase[],
  belongs: (each: ReportCase) => boolean,
): string {
  const cases = all.filter(belongs)
  if (cases.length === 0) return ''
  const failedFirst = [...cases].sort((a, b) => rank(a) - rank(b))
  const rows = failedFirst.map((each) => [
    MARKS[each.status],
    each.name,
    each.message,
    each.place?.shown ?? '',
  ])
  return section(title, ['', 'rule', 'result', 'where'], rows)
}

const RANKS: readonly ReportCase['status'][] = ['failed', 'noted', 'passed']
const rank = (each: ReportCase): number => RANKS.indexOf(each.status)

function seriesSection({ series, totals }: RunResult): string {
  if (totals.requests === 0) return ''
  // Tasks that threw are no requests; they stand among the errors. Transactions have a table of their own.
  const sent = series.filter(isOfRequests)
  const busiest = sent.sort((a, b) => b.requests - a.requests)
  const rows = [seriesRow('all', totals)]
  for (const each of busiest) {
    rows.push(
      seriesRow([each.method, taggedName(each.name, each.tags)].filter(Boolean).join(' '), each),
    )
  }
  const heads = ['series', 'requests', 'rate', 'failed', 'p50', 'p95', 'p99', 'max']
  return section('Requests', heads, rows, 1)
}

function transactionSection({ series }: RunResult): string {
  const all = series.filter((each) => each.kind === TRANSACTION_KIND)
  if (all.length === 0) return ''
  const slowest = all.sort((a, b) => (b.responseMs.p95 ?? 0) - (a.responseMs.p95 ?? 0))
  const heads = ['transaction', 'times', 'rate', 'failed', 'p50', 'p95', 'p99', 'max']
  return section(
    'Transactions',
    heads,
    slowest.map((each) => seriesRow(taggedName(each.name, each.tags), each)),
  )
}

function seriesRow(name: string, series: SeriesResult): string[] {
  const { p50, p95, p99, max } = series.responseMs
  return [
    name,
    `${series.requests}`,
    figure(series.ratePerSec, '/s'),
    `${series.failures}`,
    ...[p50, p95, p99, max].map((each) => figure(each, 'ms')),
  ]
}

function errorSection({ errors }: RunResult): string {
  if (errors.length === 0) return ''
  const rows = [...errors]
    .sort((a, b) => b.count - a.count)
    .map((each) => [
      `${each.count}`,
      each.series,
      `${each.kind}: ${each.message}`,
      `${seconds(each.firstAtMs)} – ${seconds(each.lastAtMs)}`,
    ])
  return section('Errors', ['count', 'series', 'error', 'when'], rows)
}

/** What was watched of the target; gaps are seconds in which it could not be read. */
function monitorSection({ monitors }: RunResult): string {
  const rows = monitors.map(({ name, unit, mean, min, max, last, gaps, source }) => [
    name,
    ...[mean, min, max, last].map((each) => monitorFigure(each, unit)),
    gaps === 0 ? '' : `${gaps}`,
    source,
  ])
  const heads = ['figure', 'mean', 'min', 'max', 'last', 'gaps', 'source']
  return rows.length === 0 ? '' : section('Target', heads, rows)
}

function generatorSection({ generator }: RunResult): string {
  if (generator.trustworthy) return ''
  const reasons = generator.reasons.map((each) => `- ${literal(each)}`)
  return [
    '### ⚠️ The load generator was a limit itself',
    'The figures above may be its own.',
    reasons.join('\n'),
  ].join('\n\n')
}

/** `extra` rows, such as a total, do not count towards the limit. */
function section(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  extra = 0,
): string {
  const shown = rows.slice(0, REPORT_ROWS_MAX + extra)
  const missing = rows.length - shown.length
  const rest = missing === 0 ? [] : [`… and ${missing} more, see \`--json\`.`]
  return [`### ${title}`, table(heads, shown), ...rest].join('\n\n')
}

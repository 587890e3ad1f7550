/** The answer first: passed or not, why, which run it was; then every rule with its distance to the limit, and the key figures. */
import type { RunResult } from '../../../../contracts/result.ts'
import type { RunView } from '../../../../contracts/view.ts'
import type { ReportCase } from '../../../../model/report/cases.ts'
import { kneeText, seconds, warmupText } from '../../../../model/report/wording.ts'
import { clock, grouped, percent } from '../figures.ts'
import { type Content, type Html, html, NOTHING } from '../html.ts'
import { figuresOf } from '../result-figures.ts'
import { keyNumbers } from '../series-columns.ts'
import { type Column, section, table } from '../tables.ts'

export interface Verdict {
  readonly word: string
  readonly sign: string
  /** Role of colour: `ok`, `warn`, `fail`. */
  readonly role: 'ok' | 'warn' | 'fail'
  readonly sentence: string
}

export function verdictOf({ state, elapsedMs, result }: RunView): Verdict {
  if (state !== 'finished') {
    const sentence = `This is the run up to ${clock(elapsedMs)}. It goes on, or it was cut off there.`
    return { word: 'UNFINISHED', sign: '…', role: 'warn', sentence }
  }
  const { passed, reason } = result.verdict
  return passed
    ? { word: 'PASSED', sign: '✓', role: 'ok', sentence: reason }
    : { word: 'FAILED', sign: '✗', role: 'fail', sentence: reason }
}

const FILLS = { ok: '#0B7A4B', warn: '#9A5B00', fail: '#C01F2E' } as const

export function verdictBand(view: RunView): Html {
  const { result } = view
  const { word, sign, role, sentence } = verdictOf(view)
  return html`<header class="band ${role}">
<h1>${mark(role, sign)} <span class="word">${word}</span> ${result.run.name}</h1>
<p class="why"><strong>${sentence}</strong></p>
${trustLine(result)}${warmupLine(result)}${kneeLine(result)}<p class="places">${placesOf(result).join(' · ')}</p>
</header>
`
}

export function mark(role: Verdict['role'], sign: string): Html {
  return html`<svg class="mark" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true" font-family="system-ui,sans-serif"><circle class="role-${role}" cx="12" cy="12" r="12" fill="${FILLS[role]}"/><text class="mark-text" x="12" y="17" text-anchor="middle" font-size="15" font-weight="700" fill="#FFFFFF">${sign}</text></svg>`
}

function trustLine({ generator }: RunResult): Html | undefined {
  if (generator.trustworthy) return undefined
  return html`<p>${mark('warn', '!')} <strong>UNTRUSTED: the load generator was a limit itself.</strong> ${generator.reasons.join(' ')} <a href="#trust">Why</a></p>\n`
}

function warmupLine({ warmup }: RunResult): Html | undefined {
  return warmup === undefined ? undefined : html`<p>${sentenceOf(warmupText(warmup))}.</p>\n`
}
function kneeLine({ knee }: RunResult): Html | undefined {
  return knee === undefined ? undefined : html`<p>${sentenceOf(kneeText(knee))}.</p>\n`
}
const sentenceOf = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function placesOf({ run }: RunResult): string[] {
  const { git } = run
  return [
    `run ${run.id}`,
    run.script,
    ...(run.host === null ? [] : [run.host]),
    `began ${run.startedAt}`,
    `took ${seconds(run.durationMs)}`,
    ...(git === null
      ? []
      : [`commit ${git.commit.slice(0, 12)} on ${git.branch}${git.dirty ? ' (changed)' : ''}`]),
    ...Object.entries(run.tags).map(([key, value]) => `${key}=${value}`),
    `onrush ${run.version}`,
  ]
}

const MARKS: Readonly<Record<ReportCase['status'], Html>> = {
  passed: mark('ok', '✓'),
  failed: mark('fail', '✗'),
  noted: mark('warn', '!'),
}

const CASE_COLUMNS: readonly Column<ReportCase>[] = [
  { head: 'rule', cell: (each) => each.name },
  {
    head: 'verdict',
    cell: ({ status }) => html`${MARKS[status]} ${status}`,
  },
  { head: 'measured', cell: (each) => factOf(each, 'observed') ?? each.message },
  { head: 'limit', cell: (each) => factOf(each, 'limit') },
  { head: 'margin', cell: (each) => factOf(each, 'margin') },
  { head: 'first crossed at', cell: (each) => factOf(each, 'first crossed at') },
  { head: 'written in', cell: (each) => each.place?.shown },
]

/** Rules and whatever else decided; checks have a table of their own. */
export function ruleSection(cases: readonly ReportCase[]): Html {
  const rules = cases.filter((each) => each.kind !== 'check')
  if (rules.length === 0) return NOTHING
  return section('rules', 'Thresholds', table('Thresholds', CASE_COLUMNS, rules))
}

function factOf({ facts }: ReportCase, label: string): Content {
  return facts.find(([name]) => name === label)?.[1]
}

export function keySection({ result }: RunView): Html {
  const { users, arrivals } = result
  const figures = keyNumbers(figuresOf(result.totals)).map(([name, text]) => keyNumber(name, text))
  const whole = [keyNumber('users at most', grouped(users.max))]
  if (arrivals.due > 0) {
    whole.push(
      keyNumber('arrivals due', grouped(arrivals.due)),
      keyNumber('arrivals dropped', percent(arrivals.dropped, arrivals.due)),
    )
  }
  return section(
    'key',
    'Key figures',
    html`<table class="key" border="1" cellpadding="4"><tbody>${figures}${whole}</tbody></table>`,
  )
}

function keyNumber(name: string, text: string): Html {
  return html`<tr><th scope="row" align="left">${name}</th><td align="right" data-key="${name}">${text}</td></tr>`
}

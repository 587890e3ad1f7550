/** What the run shows, most serious first: evidence, what it costs, what to do, how to see whether that helped; and who could not look. */
import type { Finding, Severity } from '../../../../contracts/finding.ts'
import type { RunResult } from '../../../../contracts/result.ts'
import {
  evidenceText,
  lookedText,
  shownFindings,
  UNTRUSTED,
} from '../../../../model/report/finding-text.ts'
import { type Html, html, NOTHING } from '../html.ts'
import { facts, section } from '../tables.ts'
import { mark } from './verdict.ts'

const MARKS: Readonly<Record<Severity, Html>> = {
  critical: mark('fail', '✗'),
  warning: mark('warn', '!'),
  info: mark('ok', 'i'),
}

export function findingSection(result: RunResult): Html {
  const looked = lookedText(result)
  if (looked === undefined) return NOTHING
  const { shown, hidden } = shownFindings(result)
  const none = shown.length === 0 ? html`<p>Nothing was found.</p>` : undefined
  const more = hidden === 0 ? undefined : html`<p>… and ${hidden} more, see the JSON.</p>`
  return section('findings', 'Findings', none, shown.map(findingOf), more, othersOf(result, looked))
}

function findingOf(finding: Finding): Html {
  const { severity, title, evidence, impact, recommendation, howToVerify, confidence } = finding
  const doubt = finding.untrusted ? html` <em>(${UNTRUSTED})</em>` : undefined
  return html`<h3>${MARKS[severity]} ${title}${doubt}</h3>
${facts(title, [
  ['impact', impact],
  ['evidence', html`<ul>${evidence.map((each) => html`<li>${evidenceText(each)}</li>`)}</ul>`],
  ['what to do', html`<ul>${recommendation.map((each) => html`<li>${each}</li>`)}</ul>`],
  ['run again to see whether it helped', html`<code>${howToVerify}</code>`],
  ['confidence', `${Math.round(confidence * 100)} %, ${severity}; onrush explain ${finding.id}`],
])}`
}

function othersOf({ insights }: RunResult, looked: string): Html {
  const rows = (insights?.notEvaluated ?? []).map(({ id, why }) => [id, why] as const)
  const others = rows.length === 0 ? undefined : facts('Insights that could not look', rows)
  return html`<details><summary>${looked}</summary>${others}</details>`
}

/**
 * A run as one HTML file that needs nothing beside it: the answer first, reference last. Everything is a table, text or a drawing by
 * attributes, so it can be read where styles and scripts are blocked, as Jenkins does; one style block and one script only make it
 * better, and its own policy allows these two and nothing else. Pure: view in, text out.
 */
import type { RunView } from '../../../contracts/view.ts'
import type { ReportCase } from '../../../model/report/cases.ts'
import { chartsOf } from './charts/charts.ts'
import { withoutCredentials } from './credentials.ts'
import { escapeHtml, type Html, html } from './html.ts'
import { hashOf, packed } from './packed.ts'
import { SCRIPT, STYLE } from './page.generated.ts'
import type { PackedRange } from './range/pack-range.ts'
import type { RowIndex } from './range/range-data.ts'
import { findingSection } from './sections/findings.ts'
import { errorSection, eventSection } from './sections/happened.ts'
import {
  checkSection,
  messageSection,
  metricSection,
  monitorSection,
  requestSections,
  transactionSection,
} from './sections/requests.ts'
import { chartSection } from './sections/time-table.ts'
import { type Made, madeSection, trustSection } from './sections/trust.ts'
import { keySection, ruleSection, verdictBand, verdictOf } from './sections/verdict.ts'
import { section } from './tables.ts'

const TITLE_CHARS_MAX = 120

/** What the tables are recomputed from for a part of the run, and which row is what in it. */
export interface Range extends PackedRange {
  readonly index: RowIndex
}

/** `view.result` with its windows: they are part of the data in the file. Without `range` no part can be looked at. */
export function renderReport(
  view: RunView,
  cases: readonly ReportCase[],
  made: Made | undefined,
  range?: Range,
): string {
  const { result } = view
  const index = range?.index ?? NO_INDEX
  const body = [
    verdictBand(view),
    ruleSection(cases),
    keySection(view),
    findingSection(result),
    chartSection(chartsOf(view), view),
    requestSections(result, index),
    transactionSection(result, index),
    messageSection(result, index),
    checkSection(result, index),
    metricSection(result),
    monitorSection(result),
    errorSection(result, index),
    eventSection(result),
    trustSection(view),
    madeSection(view, made),
    dataSection(view, range),
  ]
  return `${documentOf(titleOf(view), html`${body}`).text}\n`
}

const NO_INDEX: RowIndex = {
  series: () => undefined,
  check: () => undefined,
  error: () => undefined,
}

function titleOf(view: RunView): string {
  const { sign, sentence } = verdictOf(view)
  return `${sign} ${view.result.run.name}: ${sentence}`.slice(0, TITLE_CHARS_MAX)
}

/** `STYLE` and `SCRIPT` are ours: the only texts that become markup as they are. */
function documentOf(title: string, body: Html): { readonly text: string } {
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`
  const text = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body.text}</main>
<script>${SCRIPT}</script>
</body>
</html>`
  return { text }
}

function dataSection({ result }: RunView, range: Range | undefined): Html {
  const json = withoutCredentials(JSON.stringify(result))
  const parts =
    range === undefined
      ? undefined
      : html`<template id="range" data-error="${range.errorPercent}">${range.text}</template>`
  return section(
    'data',
    'Data',
    html`<p id="download">The whole result is in this file; a button here saves it where scripts may run. <code>onrush run --json FILE</code> writes it too.</p><template id="result" data-name="onrush-${result.run.id}.json">${packed(Buffer.from(json))}</template>`,
    parts,
  )
}

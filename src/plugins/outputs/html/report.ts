/**
 * A run as one HTML file that needs nothing beside it: the answer first, reference last. Everything is a table, text or a drawing by
 * attributes, so it can be read where styles and scripts are blocked, as Jenkins does; one style block and one script only make it
 * better, and its own policy allows these two and nothing else. Pure: view in, text out.
 */
import type { RunView } from '../../../contracts/view.ts'
import type { ReportCase } from '../../../model/report/cases.ts'
import { chartsOf } from './charts/charts.ts'
import { dataSection, documentOf } from './document.ts'
import { type Html, html } from './html.ts'
import type { PackedRange } from './range/pack-range.ts'
import type { RowIndex } from './range/range-data.ts'
import { findingSection } from './sections/findings.ts'
import { errorSection, eventSection } from './sections/happened.ts'
import { slowestSection, withoutBodies } from './sections/kept.ts'
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

/** What the tables are recomputed from for a part of the run, and which row is what in it. */
export interface Range extends PackedRange {
  readonly index: RowIndex
}

/** `told.result` with its windows: they are part of the data in the file. Without `range` no part can be looked at. */
export function renderReport(
  told: RunView,
  cases: readonly ReportCase[],
  made: Made | undefined,
  range?: Range,
): string {
  const view = { ...told, result: withoutBodies(told.result) }
  const { result } = view
  const index = range?.index ?? NO_INDEX
  const body = [
    verdictBand(view),
    ruleSection(cases),
    keySection(view),
    findingSection(result),
    chartSection(chartsOf(view), view),
    requestSections(result, index),
    slowestSection(result),
    transactionSection(result, index),
    messageSection(result, index),
    checkSection(result, index),
    metricSection(result),
    monitorSection(result),
    errorSection(result, index),
    eventSection(result),
    trustSection(view),
    madeSection(view, made),
    dataSection(
      result,
      {
        ...{ id: result.run.id, command: 'onrush run --json FILE' },
        without: 'bodies of kept requests',
      },
      rangeData(range),
    ),
  ]
  return documentOf(titleOf(view), html`${body}`)
}

const NO_INDEX: RowIndex = {
  series: () => undefined,
  check: () => undefined,
  error: () => undefined,
}

function titleOf(view: RunView): string {
  const { sign, sentence } = verdictOf(view)
  return `${sign} ${view.result.run.name}: ${sentence}`
}

function rangeData(range: Range | undefined): Html | undefined {
  return range === undefined
    ? undefined
    : html`<template id="range" data-error="${range.errorPercent}">${range.text}</template>`
}

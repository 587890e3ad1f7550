/** What went wrong, grouped, with one sample each; and what happened to the run while it went on. */
import type { ErrorResult, RunResult } from '../../../../contracts/result.ts'
import { HTML_ROWS_MAX, HTML_SAMPLE_CHARS_MAX } from '../../../../kernel/limits.ts'
import { FLAGS_MAX, flaggedEvents } from '../charts/charts.ts'
import { clock, grouped } from '../figures.ts'
import { type Content, type Html, html } from '../html.ts'
import type { RowIndex } from '../range/range-data.ts'
import { type Column, restOf, section, table } from '../tables.ts'
import { messages } from './kept.ts'

const ERROR_COLUMNS: readonly Column<ErrorResult>[] = [
  { head: 'request', cell: (each) => each.series },
  { head: 'count', value: (each) => each.count, cell: (each) => grouped(each.count) },
  { head: 'kind', cell: (each) => each.kind },
  { head: 'error', cell: messageOf },
  { head: 'first', value: (each) => each.firstAtMs, cell: (each) => clock(each.firstAtMs) },
  { head: 'last', value: (each) => each.lastAtMs, cell: (each) => clock(each.lastAtMs) },
]

export function errorSection({ errors }: RunResult, index: RowIndex): Html {
  if (errors.length === 0) return section('errors', 'Errors', html`<p>None.</p>`)
  const most = [...errors].sort((a, b) => b.count - a.count)
  const shown = most.slice(0, HTML_ROWS_MAX)
  const indexOf = (row: number): number | undefined => index.error(shown[row]!)
  const options = { columnsName: 'errors', indexOf, hasFilter: true }
  return section(
    'errors',
    'Errors',
    table('Errors', ERROR_COLUMNS, shown, options),
    restOf(errors.length, shown.length),
  )
}

function messageOf({ message, sample, exemplar }: ErrorResult): Content {
  const first = exemplar === undefined ? undefined : messages(exemplar)
  if (first === undefined && (sample === '' || sample === message)) return message
  const cut = sample.slice(0, HTML_SAMPLE_CHARS_MAX)
  const rest = cut.length < sample.length ? ' …' : ''
  const said = sample === '' ? undefined : html`<pre>${cut}${rest}</pre>`
  return html`<details><summary>${message}</summary>${said}${first}</details>`
}

type Happening = RunResult['events'][number] & { readonly flag: number | null }

const EVENT_COLUMNS: readonly Column<Happening>[] = [
  { head: 'at', cell: (each) => clock(each.atMs) },
  { head: 'in charts', value: (each) => each.flag, cell: (each) => each.flag ?? '' },
  { head: 'what', cell: (each) => each.text },
  { head: 'kind', cell: (each) => each.kind ?? each.level },
  { head: 'by', cell: (each) => each.by },
]

export function eventSection(result: RunResult): Html | undefined {
  const { events } = result
  if (events.length === 0) return undefined
  const flags = flaggedEvents(result)
  const all = events.map((each) => {
    const flag = flags.indexOf(each)
    return { ...each, flag: flag === -1 ? null : flag + 1 }
  })
  const shown = all.slice(0, HTML_ROWS_MAX)
  const drawn =
    flags.length < FLAGS_MAX ? undefined : html`<p>The first ${FLAGS_MAX} are in the charts.</p>`
  return section(
    'events',
    'Events and notes',
    drawn,
    table('Events and notes', EVENT_COLUMNS, shown),
    restOf(all.length, shown.length),
  )
}

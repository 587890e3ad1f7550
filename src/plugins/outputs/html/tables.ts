/** Tables that read well bare: a caption or heading before, `scope` on every head, numbers with what to sort them by. */
import { type Content, type Html, html } from './html.ts'

export interface Column<Row> {
  readonly head: string
  /** Right-aligned, and sorted by this. */
  readonly value?: (row: Row) => number | null
  readonly cell: (row: Row) => Content
}

export interface TableOptions {
  /** What the page script knows the table by: its rows carry their index there. */
  readonly columnsName?: string
  /** Index of a row in what the script recomputes. */
  readonly indexOf?: (row: number) => number | undefined
  /** With a field that filters rows by their text. */
  readonly hasFilter?: boolean
}

/** The first column names its row. */
export function table<Row>(
  label: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: TableOptions = {},
): Html {
  const { columnsName, indexOf, hasFilter } = options
  const heads = columns.map(
    (column) =>
      html`<th scope="col"${column.value === undefined ? undefined : NUMBER}>${column.head}</th>`,
  )
  const body = rows.map((row, index) => {
    const known = indexOf?.(index)
    const at = known === undefined ? undefined : html` data-i="${known}"`
    return html`<tr${at}>${columns.map((column, place) => cellOf(column, row, place === 0))}</tr>\n`
  })
  const kind = columnsName === undefined ? undefined : html` data-columns="${columnsName}"`
  const filter = hasFilter && rows.length > 5 ? html` data-filter` : undefined
  return html`<div class="wide" role="group" tabindex="0" aria-label="${label}"><table border="1" cellpadding="4"${kind}${filter}><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`
}

const NUMBER = html` class="n" align="right"`

function cellOf<Row>({ value, cell }: Column<Row>, row: Row, isFirst: boolean): Html {
  if (isFirst) return html`<th scope="row" align="left">${cell(row)}</th>`
  if (value === undefined) return html`<td>${cell(row)}</td>`
  return html`<td${NUMBER} data-v="${sortKey(value(row))}">${cell(row)}</td>`
}

/** Enough digits to sort by; '' sorts below everything. */
const sortKey = (value: number | null): string =>
  value === null ? '' : `${Number(value.toPrecision(6))}`

/** Label and value, one per line. */
export function facts(label: string, rows: readonly (readonly [string, Content])[]): Html {
  const lines = rows.map(
    ([name, value]) => html`<tr><th scope="row" align="left">${name}</th><td>${value}</td></tr>`,
  )
  return html`<div class="wide" role="group" tabindex="0" aria-label="${label}"><table class="facts" border="1" cellpadding="4"><tbody>${lines}</tbody></table></div>`
}

export function section(id: string, title: string, ...content: readonly Content[]): Html {
  return html`<section id="${id}"><h2>${title}</h2>
${content}</section>\n`
}

/** Says how many rows are missing; nothing when none are. */
export function restOf(all: number, shown: number): Html | undefined {
  return all > shown ? html`<p>… and ${all - shown} more, see the JSON.</p>` : undefined
}

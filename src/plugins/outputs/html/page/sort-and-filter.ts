/** A click on a head sorts its table, largest first and then the other way; long tables get a field that keeps the rows with a text in them. */
import { all, button } from './dom.ts'

export function sortAndFilter(): void {
  for (const table of all<HTMLTableElement>('table')) {
    if (table.tHead === null) continue
    all<HTMLTableCellElement>('th', table.tHead).forEach((head, column) => {
      const text = head.textContent ?? ''
      if (text !== '') head.replaceChildren(button(text, () => sortBy(table, head, column)))
    })
    if (table.dataset['filter'] !== undefined) table.parentElement?.before(filterOf(table))
  }
}

function sortBy(table: HTMLTableElement, head: HTMLTableCellElement, column: number): void {
  const isDescending = head.ariaSort !== 'descending'
  for (const each of all<HTMLTableCellElement>('th', table.tHead!)) each.ariaSort = null
  head.ariaSort = isDescending ? 'descending' : 'ascending'
  const body = table.tBodies[0]!
  const rows = [...body.rows].sort((a, b) => {
    const order = compared(a.cells[column]!, b.cells[column]!)
    return isDescending ? -order : order
  })
  body.append(...rows)
}

/** By value where there is one, otherwise by text, upside down so that the first click begins with A. */
function compared(a: HTMLTableCellElement, b: HTMLTableCellElement): number {
  const [one, other] = [a.dataset['v'], b.dataset['v']]
  if (one !== undefined && other !== undefined) return numberOf(one) - numberOf(other)
  return (b.textContent ?? '').localeCompare(a.textContent ?? '', undefined, { numeric: true })
}
const numberOf = (text: string): number => (text === '' ? Number.NEGATIVE_INFINITY : Number(text))

function filterOf(table: HTMLTableElement): HTMLElement {
  const label = document.createElement('label')
  label.className = 'filter'
  const field = document.createElement('input')
  field.type = 'search'
  field.addEventListener('input', () => {
    const wanted = field.value.toLowerCase()
    for (const row of table.tBodies[0]!.rows) {
      row.hidden = !(row.textContent ?? '').toLowerCase().includes(wanted)
    }
  })
  label.append('Filter ', field)
  return label
}

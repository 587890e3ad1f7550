/** Rows of the table of requests: which are shown, in which order. Pure. */
import type { SeriesResult } from '../api/types.ts'
import { matches, tokensOf } from './series-filter.ts'

/** What a row is called: 'GET /items/:id'. */
export const nameOf = ({ method, name }: SeriesResult): string =>
  method === '' ? name : `${method} ${name}`

const READ = {
  name: nameOf,
  requests: (row: SeriesResult) => row.requests,
  rate: (row: SeriesResult) => row.ratePerSec,
  p50: (row: SeriesResult) => row.responseMs.p50,
  p95: (row: SeriesResult) => row.responseMs.p95,
  p99: (row: SeriesResult) => row.responseMs.p99,
  max: (row: SeriesResult) => row.responseMs.max,
  failures: (row: SeriesResult) => failureRatio(row),
  bytes: (row: SeriesResult) => row.bytesIn,
} as const
export type SortColumn = keyof typeof READ

export interface Order {
  readonly column: SortColumn
  readonly isDescending: boolean
}

/** Share of requests that failed, 0 … 1; null without requests. */
export const failureRatio = ({
  requests,
  failures,
}: {
  requests: number
  failures: number
}): number | null => (requests === 0 ? (failures > 0 ? 1 : null) : failures / requests)

/** '-p95' is p95, highest first. What is no column is the order of the result. */
export function orderOf(text: string | null): Order | undefined {
  if (text === null) return undefined
  const isDescending = text.startsWith('-')
  const column = isDescending ? text.slice(1) : text
  return Object.hasOwn(READ, column) ? { column: column as SortColumn, isDescending } : undefined
}

/** What a click on a column asks for: figures highest first, names from A; again turns it round. */
export function nextOrder(column: SortColumn, order: Order | undefined): string {
  const isDescending = order?.column === column ? !order.isDescending : column !== 'name'
  return `${isDescending ? '-' : ''}${column}`
}

/** What was not measured comes last. */
export function rowsOf(
  series: readonly SeriesResult[],
  filter: string,
  order: Order | undefined,
): readonly SeriesResult[] {
  const tokens = tokensOf(filter)
  const found = series.filter((row) => matches(row, tokens))
  if (order === undefined) return found
  const read = READ[order.column]
  const sign = order.isDescending ? -1 : 1
  return found.sort((a, b) => {
    const [left, right] = [read(a), read(b)]
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1
    return left < right ? -sign : left > right ? sign : 0
  })
}

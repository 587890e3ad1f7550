/**
 * Results of Locust: `PREFIX_stats.csv`, and beside it `_stats_history.csv`, `_failures.csv` and `_exceptions.csv`. They hold sums and
 * percentiles, no requests: figures are Locust's own (rounded to ms, to two digits from 100 ms on), and those of a second are of the ten
 * seconds before it.
 */
import type {
  ForeignFile,
  ForeignFormat,
  ForeignSink,
  ForeignSummary,
} from '../../../contracts/foreign.ts'
import type { ErrorResult, SeriesResult, WindowResult } from '../../../contracts/result.ts'
import { eachCsvRow } from '../../../kernel/each-row.ts'
import { ForeignMistake } from '../../../kernel/foreign-mistake.ts'
import { type Cells, toSeries, toWindow } from './locust-rows.ts'

const STATS_HEAD = /^\uFEFF?Type,Name,Request Count,Failure Count,/
const OTHER_HEAD =
  /^\uFEFF?(Timestamp,User Count,Type,Name,|Method,Name,Error,Occurrences|Count,Message,Traceback,Nodes)/
const STATS = /_?stats\.csv$/i

export const locust: ForeignFormat = {
  tool: 'Locust',
  recognises: (head) => STATS_HEAD.test(head) || OTHER_HEAD.test(head),
  async read(file, head, sink) {
    if (!STATS_HEAD.test(head)) {
      throw new ForeignMistake(
        'it is only a part of what Locust wrote',
        'give the file that ends in _stats.csv: the others are read from beside it',
      )
    }
    return readAll(file, sink)
  },
}

async function readAll(file: ForeignFile, sink: ForeignSink): Promise<ForeignSummary> {
  const beside = (suffix: string): Promise<Cells[]> =>
    rowsOf(STATS.test(file.name) ? file.neighbour(file.name.replace(STATS, suffix)) : undefined)
  const stats = await rowsOf(file.bytes())
  const history = (await beside('_stats_history.csv')).filter((row) => row('Name') === 'Aggregated')
  const failures = await beside('_failures.csv')
  const exceptions = await beside('_exceptions.csv')
  const first = history[0]
  const startSec = Number(first?.('Timestamp') ?? Number.NaN)
  const windows = windowsOf(history, startSec)
  const aggregated = stats.find((row) => row('Name') === 'Aggregated')
  if (aggregated === undefined) {
    throw new ForeignMistake(
      'it has no row "Aggregated"',
      'give the whole file as Locust wrote it at the end of the run',
    )
  }
  const totals = { ...toSeries(aggregated), name: '(all)' }
  const durationMs = windows.length > 0 ? windows.at(-1)!.atMs + 1_000 : durationOf(totals)
  if (windows.length === 0)
    sink.note('there is no _stats_history.csv beside it: nothing is known of single seconds')
  return {
    startedAtEpochMs: Number.isFinite(startSec) ? startSec * 1_000 : null,
    durationMs,
    usersMax: Math.max(0, ...windows.map(({ users }) => users)),
    totals,
    series: stats.filter((row) => row !== aggregated).map(toSeries),
    errors: [...failures.map(failureOf), ...exceptions.map(exceptionOf)].map((error) => ({
      ...error,
      firstAtMs: 0,
      lastAtMs: durationMs,
    })),
    checks: [],
    windows,
  }
}

/** One per row; counts are differences of Locust's sums. */
function windowsOf(history: readonly Cells[], startSec: number): WindowResult[] {
  return history.map((row, index) => toWindow(row, history[index - 1], startSec))
}

const durationOf = ({ requests, ratePerSec }: SeriesResult): number =>
  ratePerSec > 0 ? (requests / ratePerSec) * 1_000 : 0

type Befallen = Omit<ErrorResult, 'firstAtMs' | 'lastAtMs'>

const failureOf = (row: Cells): Befallen => ({
  series: `${row('Method')} ${row('Name')}`.trim(),
  kind: 'other',
  message: row('Error'),
  count: Number(row('Occurrences')) || 0,
  sample: '',
})

const exceptionOf = (row: Cells): Befallen => ({
  series: '',
  kind: 'script',
  message: row('Message'),
  count: Number(row('Count')) || 0,
  sample: row('Traceback'),
})

/** A cell by the name of its column; '' where there is none. */
async function rowsOf(bytes: AsyncIterable<Buffer> | undefined): Promise<Cells[]> {
  if (bytes === undefined) return []
  let names: string[] | undefined
  const rows: Cells[] = []
  await eachCsvRow(bytes, ',', (row) => {
    if (names === undefined) names = row
    else rows.push((name) => row[names!.indexOf(name)] ?? '')
  })
  return rows
}

/** Results of k6: points as JSON lines (`--out json=`) or CSV (`--out csv=`), and the JSON of `handleSummary` or `--summary-export`. */
import type { ForeignFile, ForeignFormat, ForeignSink } from '../../../contracts/foreign.ts'
import { eachCsvRow, eachLine } from '../../../kernel/each-row.ts'
import { RowMistake } from '../../../kernel/row-mistake.ts'
import { K6Points, type K6Tags } from './k6-points.ts'
import { readSummary } from './k6-summary.ts'

const CSV_HEAD = /^\uFEFF?metric_name,timestamp,metric_value,/
const POINTS_HEAD = /^\uFEFF?\s*\{[^\n]*"(metric|type)"\s*:\s*"(Metric|Point|vus|http_)/
/** An object over several lines or one, with k6's metrics in it. */
const SUMMARY_HEAD = /^\uFEFF?\s*\{[\s\S]*("metrics"|"root_group"|"summaryTrendStats")\s*:/

export const k6: ForeignFormat = {
  tool: 'k6',
  recognises: (head) => [CSV_HEAD, POINTS_HEAD, SUMMARY_HEAD].some((each) => each.test(head)),
  async read(file, head, sink) {
    if (CSV_HEAD.test(head)) await readCsv(file, sink)
    else if (POINTS_HEAD.test(head)) await readPoints(file, sink)
    else return readSummary(file, sink)
    return undefined
  },
}

interface Line {
  readonly type?: unknown
  readonly metric?: unknown
  readonly data?: { readonly time?: unknown; readonly value?: unknown; readonly tags?: unknown }
}

async function readPoints(file: ForeignFile, sink: ForeignSink): Promise<void> {
  const points = new K6Points(sink)
  await eachLine(file.bytes(), (text) => {
    const { type, metric, data } = objectOf(text)
    if (type !== 'Point' || typeof metric !== 'string') return
    points.point(metric, timeOf(data?.time), Number(data?.value), (data?.tags ?? {}) as K6Tags)
  })
  points.end()
}

function objectOf(text: string): Line {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch (error) {
    throw new RowMistake(`it is no JSON: ${(error as Error).message}`)
  }
  throw new RowMistake('it is no object')
}

async function readCsv(file: ForeignFile, sink: ForeignSink): Promise<void> {
  const points = new K6Points(sink)
  let names: string[] | undefined
  await eachCsvRow(file.bytes(), ',', (row) => {
    if (names === undefined) {
      names = row
      return
    }
    const tags: Record<string, string> = {}
    for (const [column, name] of names.entries()) {
      if (column > 2 && row[column]) tags[name] = row[column]
    }
    points.point(row[0] ?? '', timeOf(row[1]), Number(row[2]), tags)
  })
  points.end()
}

/** RFC 3339, or whole s, ms, µs or ns since 1970, as `K6_CSV_TIME_FORMAT` has it. */
function timeOf(given: unknown): number {
  const text = String(given ?? '')
  const epochMs = /^\d+$/.test(text) ? Number(text) * unitMs(text.length) : Date.parse(text)
  if (Number.isFinite(epochMs) && text !== '') return epochMs
  throw new RowMistake(`"${text}" is no time`)
}

const unitMs = (digits: number): number =>
  digits <= 11 ? 1_000 : digits <= 14 ? 1 : digits <= 17 ? 1e-3 : 1e-6

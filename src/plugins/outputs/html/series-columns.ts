/** The figures of a series, and the columns that show them. Bundled into the page script as well: what is recomputed for a range is shown alike. */
import { PHASE_NAMES } from '../../../contracts/plan.ts'
import { bytes, grouped, percent, short } from './figures.ts'

export interface SeriesFigures {
  readonly requests: number
  readonly failures: number
  readonly ratePerSec: number
  readonly bytesIn: number
  /** Of the response time. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
  /** Mean per request, in the order of `PHASE_NAMES`. */
  readonly phasesMs: readonly number[]
  /** By status, ascending; 0: no response. */
  readonly statuses: readonly (readonly [status: number, count: number])[]
}

export interface FigureColumn {
  readonly head: string
  readonly value: (figures: SeriesFigures) => number | null
  readonly text: (figures: SeriesFigures) => string
}

const timed = (head: string, value: FigureColumn['value']): FigureColumn => ({
  head,
  value,
  text: (figures) => short(value(figures)),
})

export const REQUEST_COLUMNS: readonly FigureColumn[] = [
  { head: 'count', value: (f) => f.requests, text: (f) => grouped(f.requests) },
  timed('per s', (f) => f.ratePerSec),
  { head: 'failed', value: (f) => f.failures, text: (f) => grouped(f.failures) },
  {
    head: 'failed %',
    value: (f) => (f.requests === 0 ? null : f.failures / f.requests),
    text: (f) => percent(f.failures, f.requests),
  },
  timed('p50 ms', (f) => f.p50Ms),
  timed('p95 ms', (f) => f.p95Ms),
  timed('p99 ms', (f) => f.p99Ms),
  timed('max ms', (f) => f.maxMs),
  { head: 'received', value: (f) => f.bytesIn, text: (f) => bytes(f.bytesIn) },
  { head: 'statuses', value: (f) => f.statuses.length, text: statusText },
]

export const PHASE_COLUMNS: readonly FigureColumn[] = PHASE_NAMES.map((name, phase) =>
  timed(`${name} ms`, (figures) => figures.phasesMs[phase] ?? null),
)

/** By the name that a table carries. */
export const COLUMNS: Readonly<Record<string, readonly FigureColumn[]>> = {
  requests: REQUEST_COLUMNS,
  phases: PHASE_COLUMNS,
}

function statusText({ statuses }: SeriesFigures): string {
  const one = statuses.length === 1
  return statuses
    .map(([status, count]) => {
      const name = status === 0 ? 'none' : `${status}`
      return one ? name : `${name} × ${grouped(count)}`
    })
    .join(', ')
}

/** What stands above all tables, as label and text. */
export function keyNumbers(all: SeriesFigures): (readonly [name: string, text: string])[] {
  return [
    ['requests per s', short(all.ratePerSec)],
    ['p50', ms(all.p50Ms)],
    ['p95', ms(all.p95Ms)],
    ['p99', ms(all.p99Ms)],
    ['max', ms(all.maxMs)],
    ['failed', percent(all.failures, all.requests)],
    ['requests', grouped(all.requests)],
  ]
}

const ms = (value: number | null): string => (value === null ? short(null) : `${short(value)} ms`)

/**
 * Two results beside each other, as rows of text: key figures and series with their differences, and what speaks against comparing them. Differences
 * of two numbers and no verdict: whether they are more than noise needs the seconds of both runs, and `onrush compare` has them. Pure.
 */
import type { RunResult, SeriesResult } from '../../../../contracts/result.ts'
import { whatIsNotEqual, whyNotAlike } from '../../../../model/compare/comparable.ts'
import { grouped, percent, short } from '../figures.ts'
import { seriesName } from '../result-figures.ts'

export interface DifferenceRow {
  readonly name: string
  readonly a: string
  readonly b: string
  /** Empty where it cannot be said. */
  readonly change: string
}

/** One series: its figures of A, of B, and the difference, figure by figure. */
export interface SeriesRow {
  readonly name: string
  readonly figures: readonly DifferenceRow[]
}

interface Figure {
  readonly name: string
  readonly of: (series: SeriesResult) => number | null
  readonly text: (series: SeriesResult) => string
  /** Differences of shares are points, all others are shares. */
  readonly isShare?: true
}

const timed = (name: string, of: Figure['of']): Figure => ({
  name,
  of,
  text: (series) => short(of(series)),
})
const failedRatio = ({ requests, failures }: SeriesResult): number | null =>
  requests === 0 ? null : failures / requests
const FIGURES: readonly Figure[] = [
  { name: 'count', of: (each) => each.requests, text: (each) => grouped(each.requests) },
  timed('per s', (each) => each.ratePerSec),
  timed('p50 ms', ({ responseMs }) => responseMs.p50),
  timed('p95 ms', ({ responseMs }) => responseMs.p95),
  timed('p99 ms', ({ responseMs }) => responseMs.p99),
  timed('max ms', ({ responseMs }) => responseMs.max),
  {
    name: 'failed',
    of: failedRatio,
    text: ({ failures, requests }) => percent(failures, requests),
    isShare: true,
  },
]
export const FIGURE_NAMES = FIGURES.map(({ name }) => name)

export function keyRows(a: RunResult, b: RunResult): readonly DifferenceRow[] {
  return figuresOf(a.totals, b.totals)
}

/** By name, those of both first as in A, then those of one only. */
export function seriesRows(a: RunResult, b: RunResult): readonly SeriesRow[] {
  const [ofA, ofB] = [a, b].map(({ series }) => new Map(series.map((each) => [keyOf(each), each])))
  const keys = [...ofA!.keys(), ...[...ofB!.keys()].filter((key) => !ofA!.has(key))]
  const rows = keys.map((key) => {
    const [inA, inB] = [ofA!.get(key), ofB!.get(key)]
    return {
      name: seriesName((inA ?? inB)!),
      figures: figuresOf(inA, inB),
      isShared: inA !== undefined && inB !== undefined,
    }
  })
  return [...rows.filter((row) => row.isShared), ...rows.filter((row) => !row.isShared)]
}

/** What speaks against comparing them, and what else differs, in sentences. */
export function caveats(
  a: RunResult,
  b: RunResult,
): { readonly notComparable: readonly string[]; readonly notEqual: readonly string[] } {
  return {
    notComparable: whyNotAlike(a, b),
    notEqual: whatIsNotEqual(a, b).map((each) => `${each.what}: A ${each.a}, B ${each.b}`),
  }
}

function figuresOf(a: SeriesResult | undefined, b: SeriesResult | undefined): DifferenceRow[] {
  return FIGURES.map((figure) => ({
    name: figure.name,
    a: a === undefined ? short(null) : figure.text(a),
    b: b === undefined ? short(null) : figure.text(b),
    change: a === undefined || b === undefined ? '' : changeText(figure, a, b),
  }))
}

function changeText({ of, isShare }: Figure, a: SeriesResult, b: SeriesResult): string {
  const [before, after] = [of(a), of(b)]
  if (before === null || after === null) return ''
  if (isShare) return signed((after - before) * 100, 'pp')
  return before === 0 ? '' : signed((after / before - 1) * 100, '%')
}

function signed(value: number, unit: string): string {
  const rounded = Number(value.toFixed(unit === 'pp' ? 2 : 1))
  return `${rounded > 0 ? '+' : ''}${rounded} ${unit}`
}

const keyOf = ({ kind, ...series }: SeriesResult): string => `${kind} ${seriesName(series)}`

/** What reports say of a comparison: names, signs and verdicts in words, and which rows matter most. Pure. */
import type {
  ComparedMetric,
  ComparedRun,
  Comparison,
  MetricComparison,
  SeriesComparison,
} from '../../contracts/compare.ts'
import { taggedName } from '../metrics/tags.ts'

/** One figure of one series. */
export interface CompareRow {
  /** `all`, or `POST /cart {region=eu}`. */
  readonly series: string
  readonly metric: MetricComparison
}

/** Of every other series this one, and what changed. */
const MAIN: ComparedMetric = 'p95'
/** In one sentence. */
const CHANGES_SAID = 6

/** All requests first with every figure, then what is worse, better, and the rest, larger changes first; at most `most`, and how many there are. */
export function compareRows(
  { totals, series }: Comparison,
  most: number,
): { readonly rows: readonly CompareRow[]; readonly missing: number } {
  const ofAll = (totals?.metrics ?? []).map((metric) => ({ series: 'all', metric }))
  const ofEach = series.flatMap((each) =>
    each.metrics
      .filter((metric) => metric.metric === MAIN || isDifferent(metric))
      .map((metric) => ({ series: comparedName(each), metric })),
  )
  ofEach.sort((x, y) => RANKS[x.metric.verdict] - RANKS[y.metric.verdict] || sizeOf(y) - sizeOf(x))
  const rows = [...ofAll, ...ofEach]
  return { rows: rows.slice(0, most), missing: Math.max(0, rows.length - most) }
}

export function comparedName({
  method,
  name,
  tags,
}: Pick<SeriesComparison, 'method' | 'name' | 'tags'>): string {
  return `${method} ${taggedName(name, tags)}`.trim()
}

/** `slower`, `more errors`, `same`. */
export function verdictWord({
  metric,
  verdict,
}: Pick<MetricComparison, 'metric' | 'verdict'>): string {
  if (verdict === 'same' || verdict === 'undecided') return verdict
  const [worse, better] = WORDS[metric] ?? ['slower', 'faster']
  return verdict === 'worse' ? worse : better
}

/** `+8.2 %`, `+0.31 pp`; `–` where it cannot be said. */
export function changeText(
  { unit }: Pick<MetricComparison, 'unit'>,
  change: number | null,
): string {
  if (change === null) return '–'
  const percent = change * 100
  const digits = Number(percent.toFixed(unit === 'ratio' ? 2 : 1))
  return `${digits > 0 ? '+' : ''}${digits} ${unit === 'ratio' ? 'pp' : '%'}`
}

/** `p < 0.001`; empty where there is none. */
export function chanceText({ pAdjusted }: Pick<MetricComparison, 'pAdjusted'>): string {
  if (pAdjusted === null) return ''
  return pAdjusted < 0.001 ? 'p < 0.001' : `p = ${Number(pAdjusted.toFixed(3))}`
}

/** `all p95 slower (+12.3 %), GET /pay errors more (+0.31 pp)`, in the order of the rows; empty when there is none. */
export function changesInWords(comparison: Comparison, verdict: 'worse' | 'better'): string {
  const { rows } = compareRows(comparison, Number.POSITIVE_INFINITY)
  const changed = rows.filter(({ metric }) => metric.verdict === verdict)
  const said = changed.slice(0, CHANGES_SAID).map(({ series, metric }) => {
    const change = changeText(metric, metric.change)
    return `${series} ${metric.metric} ${verdictWord(metric)} (${change})`
  })
  const more = changed.length - said.length
  return [...said, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

/** The verdict as a word, and what it is about; the same in every output. Why not, where runs are not comparable, stands beside it. */
export function verdictWords(comparison: Comparison): {
  readonly word: string
  readonly about: string
} {
  const { verdict } = comparison
  if (verdict === 'worse') return { word: 'REGRESSION', about: changesInWords(comparison, verdict) }
  if (verdict === 'better') return { word: 'BETTER', about: changesInWords(comparison, verdict) }
  if (verdict === 'same') return { word: 'SAME', about: 'no difference of consequence' }
  if (verdict === 'not-comparable') return { word: 'NOT COMPARABLE', about: '' }
  const about = 'nothing is surely worse, and not everything surely the same'
  return { word: 'UNDECIDED', about }
}

/** `20261121-145501-3fa9 shop, main 1a2b3c4d`. */
export function runText({ id, name, branch, commit }: ComparedRun): string {
  return `${id} ${name}${commit === null ? '' : `, ${branch} ${commit.slice(0, 8)}`}`
}

/** One sentence without an end. */
export function methodText({ method }: Comparison): string {
  if (method === null) return 'nothing was compared'
  const { fromMs, toMs, blockMs, blocksOfA, tolerance } = method
  const seconds = (ms: number): string => `${ms / 1_000} s`
  const tolerated = `${tolerance.ratio * 100} % and ${tolerance.ms} ms`
  return `${seconds(fromMs)} to ${seconds(toMs)} of both, in ${blocksOfA} blocks of ${seconds(blockMs)}; up to ${tolerated} is no difference`
}

/** Larger changes first, where there is one at all. */
function sizeOf({ metric }: CompareRow): number {
  return isDifferent(metric) ? Math.abs(metric.change ?? 0) : 0
}

function isDifferent({ verdict }: MetricComparison): boolean {
  return verdict === 'worse' || verdict === 'better'
}

const RANKS = { worse: 0, better: 1, undecided: 2, same: 3 }
const WORDS: Readonly<Partial<Record<ComparedMetric, readonly [worse: string, better: string]>>> = {
  errors: ['more', 'fewer'],
  rate: ['less', 'more'],
}

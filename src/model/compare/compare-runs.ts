/**
 * Is run B slower than run A? Series by series and over all requests, with an interval around each difference and a verdict that
 * holds for all of them together. Same runs, same answer: what is drawn at random is seeded. Knows nothing of where runs are
 * kept and reads no window: the caller
 * fills the tables.
 */
import {
  COMPARED_METRICS,
  type ComparedRun,
  type CompareMethod,
  type CompareTolerance,
  type CompareVerdict,
  type Comparison,
  type MetricComparison,
  type SeriesComparison,
} from '../../contracts/compare.ts'
import type { RunResult } from '../../contracts/result.ts'
import { COMPARE_RESAMPLES } from '../../kernel/limits.ts'
import { Prng } from '../../kernel/prng.ts'
import { comparedName } from '../report/compare-words.ts'
import { benjaminiHochberg } from '../stats/benjamini-hochberg.ts'
import { type Draws, drawBlocks } from '../stats/bootstrap.ts'
import { ALL, type BlockTable } from './block-table.ts'
import { whatIsNotEqual, whyNotComparable } from './comparable.ts'
import {
  CONFIDENCE,
  type Effect,
  effectOf,
  FALSE_DISCOVERY_RATE,
  judged,
  type Side,
} from './metric-effect.ts'
import type { SeriesBlocks } from './series-blocks.ts'
import { SPAN_MS_MIN, type Span, spanOf } from './span.ts'
import { WeightedBlocks } from './weighted-blocks.ts'

const SEED = 1

export interface Pairing {
  readonly a: RunResult
  readonly b: RunResult
  /** Of both runs these windows are to be fed. */
  readonly span: Span
  readonly notComparable: readonly string[]
  /** There is something to compare, if only because somebody insists. */
  readonly canBeMeasured: boolean
}

/** What can be said before a single window was read. */
export function pairRuns(a: RunResult, b: RunResult): Pairing {
  const span = spanOf(a, b)
  const notComparable = whyNotComparable(a, b, span)
  const canBeMeasured = span.toMs - span.fromMs >= SPAN_MS_MIN
  return { a, b, span, notComparable, canBeMeasured }
}

/** A comparison that ends with the reasons why there is none. */
export function withoutFigures({ a, b, notComparable }: Pairing): Comparison {
  return {
    schema: 'onrush.compare/1',
    a: runOf(a),
    b: runOf(b),
    notComparable,
    notEqual: whatIsNotEqual(a, b),
    verdict: 'not-comparable',
    method: null,
    totals: null,
    series: [],
    onlyInA: [],
    onlyInB: [],
  }
}

/** The tables hold the windows of the span, in blocks of its length. */
export function compareRuns(
  pairing: Pairing,
  tableA: BlockTable,
  tableB: BlockTable,
  tolerance: CompareTolerance,
): Comparison {
  const method = methodOf(pairing.span, tableA, tableB, tolerance)
  const draw = ({ blocks }: BlockTable, stream: string): Draws =>
    drawBlocks(blocks, COMPARE_RESAMPLES, Prng.of(SEED, stream))
  const [drawsA, drawsB] = [draw(tableA, 'a'), draw(tableB, 'b')]
  const [ofA, ofB] = [tableA.series(), tableB.series()]
  const pairs = [...ofA.keys()]
    .filter((key) => ofB.has(key))
    .map((key) => {
      const [a, b] = [ofA.get(key)!, ofB.get(key)!]
      return { key, a, b, effects: effectsOf(sideOf(a, drawsA), sideOf(b, drawsB), method) }
    })
  const adjusted = adjust(pairs.flatMap(({ effects }) => effects))
  const spanMs = method.toMs - method.fromMs
  const compared = pairs.map(({ key, a, b, effects }) => {
    const metrics = effects.map((each) => judged(each, adjusted.get(each) ?? null, spanMs))
    return { key, series: seriesOf(a, b, metrics) }
  })
  const each = compared.filter(({ key }) => key !== ALL).map(({ series }) => series)
  const totals = compared.find(({ key }) => key === ALL)?.series ?? null
  return {
    ...withoutFigures(pairing),
    method,
    verdict: verdictOf(totals, each),
    totals,
    series: each.sort((a, b) => (comparedName(a) < comparedName(b) ? -1 : 1)),
    onlyInA: namesMissing(ofA, ofB),
    onlyInB: namesMissing(ofB, ofA),
  }
}

function runOf({ run }: RunResult): ComparedRun {
  const { id, name, startedAt, script, git } = run
  return { id, name, startedAt, script, commit: git?.commit ?? null, branch: git?.branch ?? null }
}

function methodOf(
  { fromMs, toMs, blockMs }: Span,
  { blocks: blocksOfA }: BlockTable,
  { blocks: blocksOfB }: BlockTable,
  tolerance: CompareTolerance,
): CompareMethod {
  return {
    fromMs,
    toMs,
    blockMs,
    blocksOfA,
    blocksOfB,
    resamples: COMPARE_RESAMPLES,
    seed: SEED,
    confidence: CONFIDENCE,
    falseDiscoveryRate: FALSE_DISCOVERY_RATE,
    tolerance,
  }
}

function sideOf(series: SeriesBlocks, draws: Draws): Side {
  return { blocks: new WeightedBlocks(series), requests: sum(series.requests), draws }
}

function effectsOf(a: Side, b: Side, { blockMs, tolerance }: CompareMethod): Effect[] {
  return COMPARED_METRICS.map((metric) => effectOf(metric, a, b, blockMs, tolerance))
}

/** One p value each, for all questions that were asked. */
function adjust(effects: readonly Effect[]): Map<Effect, number> {
  const tested = effects.filter(({ pValue }) => pValue !== null)
  const adjusted = benjaminiHochberg(tested.map(({ pValue }) => pValue!))
  return new Map(tested.map((each, index) => [each, adjusted[index]!]))
}

function seriesOf(
  { kind, method, name, tags, requests }: SeriesBlocks,
  b: SeriesBlocks,
  metrics: readonly MetricComparison[],
): SeriesComparison {
  return {
    kind,
    method,
    name,
    ...(tags !== undefined && { tags }),
    requestsOfA: sum(requests),
    requestsOfB: sum(b.requests),
    metrics,
  }
}

/** Anything worse outweighs everything better; `same` is said of all requests, for of rare series nobody knows. */
function verdictOf(
  totals: SeriesComparison | null,
  series: readonly SeriesComparison[],
): CompareVerdict {
  const ofAll = totals?.metrics ?? []
  const found = [...ofAll, ...series.flatMap(({ metrics }) => metrics)]
  if (found.some(({ verdict }) => verdict === 'worse')) return 'worse'
  if (found.some(({ verdict }) => verdict === 'better')) return 'better'
  const isSame = ofAll.length > 0 && ofAll.every(({ verdict }) => verdict === 'same')
  return isSame ? 'same' : 'undecided'
}

function namesMissing(
  from: ReadonlyMap<string, SeriesBlocks>,
  to: ReadonlyMap<string, SeriesBlocks>,
): string[] {
  return [...from].flatMap(([key, series]) => (to.has(key) ? [] : [comparedName(series)]))
}

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0)

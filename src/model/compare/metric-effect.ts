/**
 * One figure of one series in both runs: how much it changed, within what the change surely lies, and how often chance alone would
 * make blocks differ so much. The interval comes from drawing whole blocks of both runs anew, the p value from the ranks of their
 * blocks; a difference must convince both, and be of consequence.
 */
import type { ComparedMetric, CompareTolerance, MetricComparison } from '../../contracts/compare.ts'
import { type Draws, expandedConfidence, intervalOf, placeOf } from '../stats/bootstrap.ts'
import { mannWhitney } from '../stats/mann-whitney.ts'
import type { WeightedBlocks } from './weighted-blocks.ts'

/** One run's side of a series. */
export interface Side {
  readonly blocks: WeightedBlocks
  readonly requests: number
  readonly draws: Draws
}

export const CONFIDENCE = 0.95
/** Expected share of false differences among those found. */
export const FALSE_DISCOVERY_RATE = 0.05

/** Without what needs to know of all the others. */
export type Effect = Omit<MetricComparison, 'pAdjusted' | 'verdict'>

export function effectOf(
  metric: ComparedMetric,
  a: Side,
  b: Side,
  blockMs: number,
  tolerance: CompareTolerance,
): Effect {
  const read = readerOf(metric, blockMs)
  const [valueA, valueB] = [a, b].map((side) => whole(side, read)) as [number, number]
  const limit = toleranceOf(metric, valueA, tolerance)
  const facts = { metric, unit: UNITS[metric], a: orNull(valueA), b: orNull(valueB) }
  const nothing = { ...facts, change: null, low: null, high: null, tolerance: limit, pValue: null }
  const least = requestsNeeded(metric)
  const few = Math.min(a.requests, b.requests)
  if (few < least) return { ...nothing, why: `${few} requests, and it takes ${least}` }
  const change = changeOf(metric, valueA, valueB)
  const interval = intervalOf(
    drawnChanges(metric, a, b, read),
    expandedConfidence(CONFIDENCE, Math.min(a.draws.blocks, b.draws.blocks)),
  )
  if (!Number.isFinite(change) || interval === null) {
    return { ...nothing, why: 'requests in too few parts of the runs' }
  }
  const { twoSided } = mannWhitney(perBlock(a, read), perBlock(b, read)).pValues
  return { ...facts, change, ...interval, tolerance: limit, pValue: twoSided }
}

/** With what the p value comes to among all that were asked; `spanMs`: what was compared. */
export function judged(effect: Effect, pAdjusted: number | null, spanMs: number): MetricComparison {
  const { change, low, high, tolerance, metric } = effect
  if (change === null || low === null || high === null) {
    return { ...effect, pAdjusted: null, verdict: 'undecided' }
  }
  const place = placeOf({ low, high }, tolerance)
  if (place === 'within') return { ...effect, pAdjusted, verdict: 'same' }
  if (place !== 'undecided' && pAdjusted !== null && pAdjusted <= FALSE_DISCOVERY_RATE) {
    const isWorse = (place === 'above') !== (metric === 'rate')
    return { ...effect, pAdjusted, verdict: isWorse ? 'worse' : 'better' }
  }
  const why = longerRuns(change, (high - low) / 2, tolerance, spanMs)
  return { ...effect, pAdjusted, verdict: 'undecided', ...(why !== undefined && { why }) }
}

const UNITS: Readonly<Record<ComparedMetric, MetricComparison['unit']>> = {
  p50: 'ms',
  p95: 'ms',
  p99: 'ms',
  mean: 'ms',
  errors: 'ratio',
  rate: 'perSec',
}
const PERCENTS: Readonly<Partial<Record<ComparedMetric, number>>> = { p50: 50, p95: 95, p99: 99 }
/** Responses beyond a percentile, without which it is one of them by name. */
const BEYOND_MIN = 10
const REQUESTS_MIN = 20
/** Longer than so many times what there is nobody runs for an answer. */
const LONGER_MAX = 20

type Read = (blocks: WeightedBlocks, times: Float64Array, from: number) => number

function readerOf(metric: ComparedMetric, blockMs: number): Read {
  const percent = PERCENTS[metric]
  if (percent !== undefined)
    return (blocks, times, from) => blocks.percentileMs(percent, times, from)
  if (metric === 'mean') return (blocks, times, from) => blocks.meanMs(times, from)
  if (metric === 'errors') return (blocks, times, from) => blocks.errorRatio(times, from)
  return (blocks, times, from) => blocks.requestsPerBlock(times, from) / (blockMs / 1_000)
}

function requestsNeeded(metric: ComparedMetric): number {
  const percent = PERCENTS[metric] ?? 0
  return Math.max(REQUESTS_MIN, Math.round((100 * BEYOND_MIN) / (100 - percent)))
}

function toleranceOf(metric: ComparedMetric, a: number, tolerance: CompareTolerance): number {
  if (metric === 'errors') return tolerance.errorRatio
  if (metric === 'rate' || !(a > 0)) return tolerance.ratio
  return Math.max(tolerance.ratio, tolerance.ms / a)
}

function changeOf(metric: ComparedMetric, a: number, b: number): number {
  return metric === 'errors' ? b - a : (b - a) / a
}

function drawnChanges(metric: ComparedMetric, a: Side, b: Side, read: Read): Float64Array {
  const changes = new Float64Array(a.draws.count)
  for (let draw = 0; draw < changes.length; draw++) {
    const ofA = read(a.blocks, a.draws.times, draw * a.draws.blocks)
    const ofB = read(b.blocks, b.draws.times, draw * b.draws.blocks)
    changes[draw] = changeOf(metric, ofA, ofB)
  }
  return changes
}

function whole({ blocks, draws }: Side, read: Read): number {
  return read(blocks, new Float64Array(draws.blocks).fill(1), 0)
}

/** Blocks without a request have no value. */
function perBlock({ blocks, draws }: Side, read: Read): number[] {
  return Array.from({ length: draws.blocks }, (_, block) => {
    const only = new Float64Array(draws.blocks)
    only[block] = 1
    return read(blocks, only, 0)
  }).filter((value) => !Number.isNaN(value))
}

/** An interval shrinks with the root of the time; undefined where more time would not help. */
function longerRuns(
  change: number,
  halfWidth: number,
  tolerance: number,
  spanMs: number,
): string | undefined {
  const room = Math.abs(Math.abs(change) - tolerance)
  const times = (halfWidth / room) ** 2
  if (!(times > 1 && times <= LONGER_MAX)) return undefined
  return `runs of about ${Math.ceil((times * spanMs) / 60_000)} min would tell`
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

import type { Tags } from './measure.ts'

/** `onrush.compare/1`: what `onrush compare --json` prints. A is what B is held against. Fields are added, never renamed. */
export interface Comparison {
  readonly schema: 'onrush.compare/1'
  readonly a: ComparedRun
  readonly b: ComparedRun
  /** Why the two say nothing about each other, in words; empty: they do. */
  readonly notComparable: readonly string[]
  /** What else differs: it may be the reason for a difference, or nothing. */
  readonly notEqual: readonly Difference[]
  /** `worse` as soon as one figure is. */
  readonly verdict: CompareVerdict | 'not-comparable'
  readonly method: CompareMethod | null
  /** All requests as one; null when nothing was compared. */
  readonly totals: SeriesComparison | null
  readonly series: readonly SeriesComparison[]
  /** Series of which the other run has none. */
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
}

/** `same`: surely no difference of any consequence. `undecided`: so much data cannot tell. */
export const COMPARE_VERDICTS = ['worse', 'better', 'same', 'undecided'] as const
export type CompareVerdict = (typeof COMPARE_VERDICTS)[number]

export interface ComparedRun {
  readonly id: string
  readonly name: string
  readonly startedAt: string
  readonly script: string
  readonly commit: string | null
  readonly branch: string | null
}

export interface Difference {
  readonly what: string
  readonly a: string
  readonly b: string
}

export interface CompareMethod {
  /** What was compared, on the clock of both runs: after the warm-up, before the load ended. */
  readonly fromMs: number
  readonly toMs: number
  readonly blockMs: number
  readonly blocksOfA: number
  readonly blocksOfB: number
  readonly resamples: number
  readonly seed: number
  readonly confidence: number
  /** Expected share of false differences among those found. */
  readonly falseDiscoveryRate: number
  readonly tolerance: CompareTolerance
}

/** Differences up to here are of no consequence. */
export interface CompareTolerance {
  /** Of durations and rates, as a share of what A has. */
  readonly ratio: number
  /** Of durations, if it is more. */
  readonly ms: number
  /** Of the share of requests that failed, as a difference. */
  readonly errorRatio: number
}

export interface SeriesComparison {
  readonly kind: string
  readonly method: string
  readonly name: string
  readonly tags?: Tags
  readonly requestsOfA: number
  readonly requestsOfB: number
  readonly metrics: readonly MetricComparison[]
}

export const COMPARED_METRICS = ['p50', 'p95', 'p99', 'mean', 'errors', 'rate'] as const
export type ComparedMetric = (typeof COMPARED_METRICS)[number]

/** Durations are response times in ms; `errors` is the share of requests that failed, `rate` is requests per second. */
export interface MetricComparison {
  readonly metric: ComparedMetric
  readonly unit: 'ms' | 'ratio' | 'perSec'
  /** null: nothing was measured. */
  readonly a: number | null
  readonly b: number | null
  /** (b − a) / a; of `errors` b − a. `low` and `high` enclose it. null: it cannot be said. */
  readonly change: number | null
  readonly low: number | null
  readonly high: number | null
  /** Up to here a change is of no consequence, in the unit of `change`. */
  readonly tolerance: number
  /** That chance alone makes blocks of both runs differ so much; adjusted for how many figures were compared. */
  readonly pValue: number | null
  readonly pAdjusted: number | null
  readonly verdict: CompareVerdict
  /** Why it is undecided, in words, where more than noise is the reason. */
  readonly why?: string
}

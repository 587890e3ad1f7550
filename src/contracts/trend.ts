/** `onrush.trend/1`: how the runs of one name went, oldest first, and when they changed for good. Fields are added, never renamed. */
export interface Trend {
  readonly schema: 'onrush.trend/1'
  readonly name: string
  /** The run the others are held against to see whether they say anything about each other; null: there is none. */
  readonly reference: string | null
  readonly runs: readonly TrendRun[]
  readonly metrics: readonly TrendMetric[]
}

export interface TrendRun {
  readonly id: string
  readonly startedAt: string
  readonly commit: string | null
  readonly branch: string | null
  readonly passed: boolean | null
  readonly isBaseline: boolean
  /** Of all its requests; null: nothing was measured. */
  readonly p95Ms: number | null
  readonly ratePerSec: number | null
  readonly errorRatio: number | null
  /** Why it is no part of the series that changes are looked for in, in words; null: it is. */
  readonly leftOut: string | null
}

export const TREND_METRICS = ['p95', 'rate', 'errors'] as const
export type TrendMetricName = (typeof TREND_METRICS)[number]

export interface TrendMetric {
  readonly metric: TrendMetricName
  readonly unit: 'ms' | 'perSec' | 'ratio'
  /** In the order of the runs. */
  readonly changes: readonly TrendChange[]
}

/** From this run on there is another level. */
export interface TrendChange {
  readonly id: string
  /** Means of the runs between this change and its neighbours. */
  readonly before: number
  readonly after: number
  /** (after − before) / before; of `errors` after − before. null: it cannot be said. */
  readonly change: number | null
  readonly pValue: number
  readonly verdict: 'worse' | 'better'
}

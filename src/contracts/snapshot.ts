import type { Exemplar } from './exemplar.ts'
import type { Tags } from './measure.ts'

/**
 * What one worker counted in one window: deltas only, self-contained (names travel with the numbers, so a
 * lost snapshot costs its own numbers and nothing else), mergeable in any order.
 */
export interface SnapshotData {
  readonly workerIndex: number
  /** 0, 1, 2 … per worker and boot: gaps show loss, repeats are dropped. */
  readonly sequence: number
  /** Window n covers [n·1000, (n+1)·1000) ms after the agreed start. */
  readonly window: number
  readonly series: readonly SeriesDelta[]
  readonly errors: readonly ErrorDelta[]
  readonly checks: readonly CheckDelta[]
  readonly users: UserCounts
  readonly arrivals: ArrivalCounts
  readonly health: WorkerHealth
  /** Custom metrics; none in snapshots of format 1. */
  readonly metrics?: readonly MetricDelta[]
  /** Requests kept whole; absent when there are none. */
  readonly exemplars?: readonly Exemplar[]
}

export interface SeriesDelta {
  readonly kind: string
  readonly method: string
  readonly name: string
  /** Absent when there are none. */
  readonly tags?: Tags
  readonly requests: number
  readonly failures: number
  readonly wireRequests: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Sums over requests, µs, in the order dns, connect, tls, send, wait, receive. */
  readonly phaseSumsUs: readonly number[]
  /** status → count; status 0 = no response. */
  readonly statuses: ReadonlyMap<number, number>
  readonly latency: Histogram
  /** The same object as `latency` when nothing was late. */
  readonly response: Histogram
}

export interface ErrorDelta {
  readonly method: string
  readonly name: string
  readonly kind: string
  readonly message: string
  readonly count: number
  /** ms after the start of the run. */
  readonly firstAtMs: number
  readonly lastAtMs: number
  readonly sample: string
}
export interface CheckDelta {
  readonly name: string
  /** Only when rules ask for scenarios. */
  readonly scenario?: string
  readonly passes: number
  readonly failures: number
}
export const METRIC_KINDS = ['counter', 'gauge', 'rate', 'trend'] as const
export type MetricKind = (typeof METRIC_KINDS)[number]
/** What scripts told of one custom metric. A rate is told 1 and 0. */
export interface MetricDelta {
  readonly kind: MetricKind
  readonly name: string
  /** Only when rules ask for scenarios. */
  readonly scenario?: string
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** The latest value, told `lastAtMs` after the start of the run. */
  readonly last: number
  readonly lastAtMs: number
  /** Of a trend, in thousandths of its unit. */
  readonly values: Histogram | undefined
}
/** Where custom metrics are told. */
export interface MetricSink {
  measure(kind: MetricKind, name: string, value: number, atMs: number, scenario?: string): void
}
/** `active` is a level at the window's end; the others are deltas. */
export interface UserCounts {
  readonly active: number
  readonly started: number
  readonly stopped: number
  readonly failed: number
}
/** Conservation: due = started + dropped. `lateness` in µs, one value per started arrival. */
export interface ArrivalCounts {
  readonly due: number
  readonly started: number
  readonly dropped: number
  readonly finished: number
  readonly lateness: Histogram
}
export interface WorkerHealth {
  /** CPU seconds of the process per second, 1 = one core. */
  readonly cpuRatio: number
  readonly loopUtilisation: number
  readonly loopDelayMsP99: number
  /**
   * Share of the time in which the thread that makes the load was ready to run while something else had its core. Absent where
   * the system does not tell (Linux does).
   */
  readonly cpuWaitRatio?: number
  readonly rssBytes: number
  readonly openSockets: number
  /** Level at the window's end, and its integral over the window in request·ms (for Little's law). */
  readonly inFlight: number
  readonly inFlightMs: number
  /** Things that hit a bound: name → count, such as `series-folded`. */
  readonly limits: readonly (readonly [name: string, count: number])[]
}

/** Log-linear counts of whole microseconds, relative error ≤ 0.4 %; exact count, sum, min, max beside them. */
export interface Histogram {
  readonly count: number
  readonly sumUs: number
  /** NaN when empty. */
  readonly minUs: number
  readonly maxUs: number
  /** Nearest rank; `percent` in [0, 100]; upper edge of the bucket, held within [min, max]; NaN when empty. */
  percentileUs(percent: number): number
}

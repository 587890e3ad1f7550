import type { Exemplar } from './exemplar.ts'
import type { MonitorReading } from './monitor.ts'
import type {
  ArrivalCounts,
  CheckDelta,
  ErrorDelta,
  MetricDelta,
  SeriesDelta,
  UserCounts,
  WorkerHealth,
} from './snapshot.ts'

/**
 * One second of the run, all workers merged: what everyone downstream of the coordinator sees. What a store has merged is longer, and
 * has the number of the first window in it.
 */
export interface Window {
  readonly window: number
  readonly startMs: number
  readonly durationMs: number
  /** False while a live worker's snapshot is missing; a later delta re-sends the window. */
  readonly complete: boolean
  readonly series: readonly SeriesDelta[]
  readonly errors: readonly ErrorDelta[]
  readonly checks: readonly CheckDelta[]
  readonly metrics?: readonly MetricDelta[]
  /** Requests kept whole, all workers together; absent when there are none. */
  readonly exemplars?: readonly Exemplar[]
  readonly users: UserCounts
  readonly arrivals: ArrivalCounts
  /** What was watched of the target; absent where nothing was to be read. */
  readonly monitors?: readonly MonitorReading[]
  readonly workers: readonly (readonly [workerIndex: number, health: WorkerHealth])[]
}

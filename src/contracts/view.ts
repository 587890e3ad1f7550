import type { MonitorReading } from './monitor.ts'
import type { RunResult } from './result.ts'

/**
 * What a screen shows of a run, live, kept or in a file: the result so far, and the run over time in a bounded number of points. JSON; the
 * page, the HTML report and whoever asks the API get the same.
 */
export interface RunView {
  readonly schema: 'onrush.view/1'
  readonly state: 'preparing' | 'running' | 'stopping' | 'finished' | 'cut-off'
  readonly paused: boolean
  /** Of the run so far, or of all of it. */
  readonly elapsedMs: number
  /** When the plan ends, as steered so far; null: until stopped, or unknown. */
  readonly plannedMs: number | null
  /** One line per scenario, such as `50/s arrivals`. */
  readonly load: readonly string[]
  /** Without `windows`: the points are for drawing. While a run goes on its verdict is the one it would have now. */
  readonly result: RunResult
  readonly points: readonly ViewPoint[]
}

/** A stretch of the run, all series together: one second, or more of a long run. Percentiles are of merged histograms. */
export interface ViewPoint {
  readonly atMs: number
  readonly spanMs: number
  /** At the end of the stretch. */
  readonly users: number
  readonly planned: { readonly users: number; readonly arrivals: number } | null
  readonly arrivals: { readonly started: number; readonly dropped: number }
  readonly requests: number
  readonly failures: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Of the response time, ms. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
  /** How many responses fell into each row of `HEAT_ROWS_MS`; rows without any are left out. */
  readonly heat: readonly (readonly [row: number, count: number])[]
  /** Mean per request, ms, in the order of `PHASE_NAMES`. */
  readonly phasesMs: readonly number[]
  /** Failures by kind. */
  readonly errors: readonly (readonly [kind: string, count: number])[]
  /** Requests in flight, mean over the stretch. */
  readonly inFlight: number
  /** Of the busiest worker. */
  readonly cpuRatio: number
  readonly loopDelayMs: number
  /** Figures of monitors, mean over the stretch; null where there was a gap. Absent when nothing was watched. */
  readonly monitors?: readonly MonitorReading[]
  /** The run stood still, or was warming up, in a part of it. */
  readonly paused?: true
  readonly warmup?: true
}

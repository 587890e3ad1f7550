/** What a figure of a monitor is in; '' is a plain number. A percentage of CPU is of one core. */
export const MONITOR_UNITS = ['%', 'bytes', 'bytes/s', '/s', 'ms', ''] as const
export type MonitorUnit = (typeof MONITOR_UNITS)[number]

/**
 * One source that watches the target: a process, a host, a database, an endpoint. Read about once per second by the process of the
 * coordinator, never by a worker. Implementations live in `plugins/monitors/`, each behind the same contract suite.
 */
export interface Monitor {
  /** Stands before its figures, as in `target.cpu`. Unique within a run. */
  readonly name: string
  /** What is watched, as people write it, without its secrets. */
  readonly source: string
  /**
   * Its figures now; rates since the reading before, so the first one has none. Rejects with half a sentence for people when the
   * source cannot be read, soon after `signal` is aborted too; the next call may find it again. Never called while one is under way.
   */
  read(signal: AbortSignal): Promise<readonly MonitorFigure[]>
  /** Idempotent; not called while it reads, unless that reading was aborted. */
  close(): void
}

export interface MonitorFigure {
  /** Such as `cpu`; without blanks. */
  readonly metric: string
  readonly unit: MonitorUnit
  /** Finite. */
  readonly value: number
}

/** One figure in one window; null: a gap, because the source could not be read or had nothing to say. */
export interface MonitorReading {
  /** With the name of its source: `target.cpu`. */
  readonly name: string
  readonly unit: MonitorUnit
  readonly value: number | null
  /** Of how many `value` is the mean, where windows were merged; absent: it is one, or none. */
  readonly readings?: number
}

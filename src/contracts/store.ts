import type { RunEvent, RunInfo } from './output.ts'
import type { RunResult } from './result.ts'
import type { Window } from './window.ts'

/**
 * History: every run that is kept, while it goes on and afterwards. Implementations live in `plugins/stores/`, each behind the same
 * contract suite. What a screen or a report shows can be rebuilt from it; a process killed in the middle loses one window at most.
 */
export interface Store {
  /** A run begins. Rejects when the id is taken. */
  begin(run: RunInfo): Promise<RunWriter>
  /** Newest first, without series. */
  list(query?: RunQuery): Promise<readonly RunRecord[]>
  /** Undefined when there is no such run. */
  read(id: string): Promise<StoredRun | undefined>
  /** In order, each window once, in its newest version. `fromMs` and `toMs` on the run clock; absent: all. */
  windows(
    id: string,
    range?: { readonly fromMs: number; readonly toMs: number },
  ): AsyncIterable<Window>
  /** Marks a run as what others are compared with, or no longer. */
  setBaseline(id: string, isBaseline: boolean): Promise<void>
  /** How many there were. */
  remove(ids: readonly string[]): Promise<number>
  close(): Promise<void>
}

/** Writing never blocks a run: calls return at once, failures are reported once through `onError` of the factory. */
export interface RunWriter {
  window(window: Window): void
  event(event: RunEvent): void
  /** Resolves when everything is on the disk. */
  finish(result: RunResult): Promise<void>
}

export interface RunQuery {
  /** 50 when absent. */
  readonly limit?: number
  /** Only runs begun before this one. */
  readonly before?: string
  readonly name?: string
  /** `key=value` of the run's tags. */
  readonly tag?: string
}

/** A line of the list. Figures are null while a run goes on, and of one that was cut off. */
export interface RunRecord {
  readonly id: string
  readonly name: string
  readonly script: string
  readonly startedAtEpochMs: number
  readonly state: 'running' | 'finished' | 'cut-off'
  readonly isBaseline: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly commit: string | null
  readonly durationMs: number | null
  readonly passed: boolean | null
  readonly reason: string | null
  readonly requests: number | null
  readonly failures: number | null
  readonly ratePerSec: number | null
  readonly p95Ms: number | null
}

export interface StoredRun {
  readonly record: RunRecord
  readonly info: RunInfo
  readonly events: readonly RunEvent[]
  /** Undefined while it runs, and of one that was cut off. */
  readonly result: RunResult | undefined
}

import type { RunEvent, RunInfo } from './output.ts'
import type { RunResult } from './result.ts'
import type { Window } from './window.ts'

/**
 * History: every run that is kept, while it goes on and afterwards. Implementations live in `plugins/stores/`, each behind the same
 * contract suite. What a screen or a report shows can be rebuilt from it; a process killed in the middle loses one window at most.
 */
export interface Store {
  /** A run begins. Rejects when the id is taken. */
  begin(run: KeptRun): Promise<RunWriter>
  /** Newest first, without series. */
  list(query?: RunQuery): Promise<readonly RunRecord[]>
  /** Undefined when there is no such run. */
  read(id: string): Promise<StoredRun | undefined>
  /** In order, each window once, in its newest version. Those that begin in [`fromMs`, `toMs`) on the run clock; absent: all. */
  windows(
    id: string,
    range?: { readonly fromMs: number; readonly toMs: number },
  ): AsyncIterable<Window>
  /**
   * The same part of a run in as few windows as the store has merged of just these: longer ones, each at a multiple of its length, between
   * single ones at the ends. Totals, histograms and extremes are those of `windows`, exactly; of kept requests (`exemplars`) longer ones
   * have those that a result shows.
   */
  merged(id: string, query: MergedQuery): AsyncIterable<Window>
  /** Marks a run as what others are compared with, or no longer. Nothing happens when there is no such run. */
  setBaseline(id: string, isBaseline: boolean): Promise<void>
  /** How many there were. */
  remove(ids: readonly string[]): Promise<number>
  /** Removes what the rules do not keep, oldest first; never a baseline or a run that goes on. What was removed. */
  prune(rules: PruneRules): Promise<readonly RunRecord[]>
  /** Idempotent. Runs that were not finished are written as far as they came. */
  close(): Promise<void>
}

export interface MergedQuery {
  /** Windows that begin in [`fromMs`, `toMs`); absent: all. */
  readonly fromMs?: number
  readonly toMs?: number
  /** All that windows hold; or, much cheaper, what charts need: all requests as one series, errors by kind, and no names, checks or metrics. */
  readonly detail: 'series' | 'overview'
  /** No window is longer. Absent: as long as they come. */
  readonly spanMsMax?: number
}

/** What is known of a run when it begins. */
export interface KeptRun extends RunInfo {
  readonly scriptHash: string
  /** Of onrush, and of Node. */
  readonly version: string
  readonly node: string
  readonly git: RunResult['run']['git']
}

/**
 * Writing never blocks a run: calls return at once, failures are reported once through `onError` of the factory. What could not be
 * written is tried again with the next window, up to a bound.
 */
export interface RunWriter {
  window(window: Window): void
  event(event: RunEvent): void
  /** Resolves when all that was told is written, or cannot be now: for who tells faster than time passes. Never rejects. */
  flush(): Promise<void>
  /** Resolves when everything is on the disk, or cannot be; never rejects. */
  finish(result: RunResult): Promise<void>
  /** The run ended without a result: it is cut off from now on. Never rejects. */
  abandon(): Promise<void>
}

export interface PruneRules {
  /** Begun before this instant. */
  readonly beforeEpochMs?: number
  /** Of all that is kept. */
  readonly sizeBytesMax?: number
  /** Kept in any case. */
  readonly spare?: string
}

export interface RunQuery {
  /** 50 when absent. */
  readonly limit?: number
  /** Only runs begun before this one. */
  readonly before?: string
  readonly name?: string
  /** `key=value` of the run's tags; of several all. */
  readonly tag?: string | readonly string[]
  /** Only ids that have this in them. */
  readonly idPart?: string
  readonly onlyBaselines?: true
}

/**
 * A line of the list. Figures are null while a run goes on, and of one that was cut off: one that did not finish and was not heard
 * of for some seconds.
 */
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
  readonly info: KeptRun
  readonly events: readonly RunEvent[]
  /** Undefined while it runs, and of one that was cut off. */
  readonly result: RunResult | undefined
}

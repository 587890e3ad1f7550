import type { CapacityResult, LoadUnit } from './capacity.ts'
import type { SpikeResult } from './spike.ts'

/** Searches for the limit, and spikes, once they are over. Kept apart from runs: they have no windows to keep, and one document is all. */
export interface SearchStore {
  /** Throws when it cannot be written. The oldest make room beyond a bound. */
  keep(found: KeptSearch): void
  /** Newest first. */
  list(limit: number): readonly SearchRecord[]
  /** Undefined when there is none of this id. */
  read(id: string): KeptSearch | undefined
  /** Newest first, those with this in their id. */
  find(idPart: string): readonly string[]
  /** How many there were. */
  remove(ids: readonly string[]): number
}

export type KeptSearch = CapacityResult | SpikeResult

/** A line of the list. */
export interface SearchRecord {
  readonly id: string
  readonly kind: 'search' | 'spike'
  readonly script: string
  readonly startedAt: string
  readonly durationMs: number
  readonly passed: boolean
  readonly reason: string
  readonly by: LoadUnit
  /** What was asked for: objectives, or base, peak and length. */
  readonly asked: readonly string[]
  /** The most load that held; null: none, or a spike. */
  readonly holds: number | null
  readonly isAtLeast: boolean
}

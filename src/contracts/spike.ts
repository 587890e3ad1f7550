import type { CapacityResult, LoadUnit } from './capacity.ts'

/** `onrush.spike/1`: what a sudden load did to a target, and how it came back. Fields are added, never renamed; null is "was not measured". */
export interface SpikeResult extends PeakTaken {
  readonly schema: 'onrush.spike/1'
  readonly search: Omit<CapacityResult['search'], 'objectives' | 'settings'> & {
    readonly by: LoadUnit
    readonly base: number
    readonly peak: number
    readonly lengthSec: number
  }
  readonly verdict: { readonly passed: boolean; readonly reason: string; readonly exitCode: number }
  /** With `--ramp`: the same peak again, reached slowly; null: not asked for, or the target was in no state for it. */
  readonly ramp: (PeakTaken & { readonly riseSec: number; readonly rise: SpikePhase }) | null
  readonly versusRamp: VersusRamp | null
}

/** Good answers at the peak by the spike ÷ by the ramp. */
export interface VersusRamp {
  readonly ratio: number
  /** Clearly fewer: something has to start, to fill or to connect first. */
  readonly suffers: boolean
}

/** A peak between two stretches of a base load. */
export interface PeakTaken {
  readonly before: SpikePhase
  readonly during: SpikePhase
  readonly after: SpikePhase
  /** Most requests in progress at the end of a second, less those before the spike. */
  readonly backlogMax: number
  /** Failed, or never begun because no user was free, during and after. */
  readonly lostRequests: number
  /** From the end of the spike to the first of three spans of 5 s whose p95 is that of before; null: it had not when the run ended. */
  readonly timeToRecoverSec: number | null
  /** Not recovered after ten times the length of the spike: it keeps itself down. */
  readonly metastable: boolean
  /** What a queue that is served at the rate seen in the spike would take to drain; null: never. */
  readonly expectedDrainSec: number | null
}

export interface SpikePhase {
  readonly seconds: number
  readonly requests: number
  readonly failures: number
  readonly dropped: number
  readonly goodPerSec: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
}

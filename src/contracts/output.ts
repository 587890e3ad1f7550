import type { LoadPlan } from './plan.ts'
import type { RunResult, ThresholdResult } from './result.ts'
import type { Window } from './window.ts'

/** Downstream of a window: console, files, sinks. All methods optional, none may block or throw. */
export interface Output {
  readonly name: string
  /** Asks for a log of every request, which workers write by themselves: nothing of it comes through here. */
  readonly sampleLog?: SampleLogPlace
  start?(run: RunInfo): void | Promise<void>
  /** `thresholds`: how the rules stand after this window, in the order of the plan. */
  onWindow?(window: Window, thresholds: readonly ThresholdResult[]): void
  onEvent?(event: RunEvent): void
  stop?(result: RunResult): void | Promise<void>
}
/** Where workers write every request they finish, a file each. */
export interface SampleLogPlace {
  /** Absolute; made where it is missing. */
  readonly folder: string
  /** Of all files together. */
  readonly bytesMax: number
}
export interface RunInfo {
  readonly id: string
  readonly plan: LoadPlan
  readonly startedAtEpochMs: number
  readonly workers: number
  readonly script: string
}
export interface RunEvent {
  readonly atMs: number
  /** `steer`: the load was changed; `note`: somebody wrote something down. */
  readonly kind:
    | 'log'
    | 'worker-lost'
    | 'worker-started'
    | 'stopping'
    | 'phase'
    | 'limit'
    | 'steer'
    | 'note'
  readonly level: 'info' | 'warn' | 'error'
  readonly text: string
  /** Who did it, where somebody did. */
  readonly by?: string
}

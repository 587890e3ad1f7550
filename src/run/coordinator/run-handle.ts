/** What a run is given, and what whoever began it holds of it. */
import type { Clock } from '../../contracts/clock.ts'
import type { JudgeGenerator } from '../../contracts/generator.ts'
import type { Insight } from '../../contracts/insight.ts'
import type { Monitor } from '../../contracts/monitor.ts'
import type { Output } from '../../contracts/output.ts'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { Bundle, StopReason, Transport } from '../../contracts/wire.ts'
import type { RunFacts } from './run-result.ts'
import type { Steering } from './steering.ts'

export interface RunOptions {
  readonly runId: string
  readonly plan: LoadPlan
  readonly bundle: Bundle
  /** Hosts beyond this machine and private networks that load may go to. */
  readonly allowedHosts: readonly string[]
  /** What the script's `setup` returned. */
  readonly shared: unknown
  readonly transport: Transport
  readonly workers: number
  readonly outputs: readonly Output[]
  readonly clock: Clock
  readonly strictGenerator: boolean
  readonly judgeGenerator: JudgeGenerator
  /** What watches the target; called once the load has begun. Closed by the run. Absent: nothing does. */
  readonly openMonitors?: () => Promise<readonly Monitor[]>
  /** Where response times bend, asked once at the end; absent: nobody looks. */
  readonly findKnee?: (windows: RunResult['windows']) => Promise<RunResult['knee'] | null>
  /** What the run is asked for findings with, asked for when it is. Absent: nothing is found out. */
  readonly loadInsights?: () => Promise<readonly Insight[]>
  readonly facts: RunFacts
}

export type RunState = 'idle' | 'preparing' | 'running' | 'stopping' | 'done'

export interface RunHandle {
  readonly state: RunState
  /**
   * `signal`: graceful, exit code `signalExitCode` (130, or 143 for SIGTERM). `killed`: at once, still with a full result.
   * May be called at any time, and again with a harder reason.
   */
  stop(reason: StopReason, signalExitCode?: number): void
  /** The script cannot go on: the run ends, and is failed by this. */
  fail(problem: Problem): void
  /** Users that exist, as of the last window. */
  readonly users: number
  /** Changes the load while it runs. */
  readonly steering: Steering
  /** Run clock, ms; negative before the agreed start, NaN before it was agreed. */
  nowMs(): number
  /** The result as it would be if the run ended now; of a running one, without knowledge of git. Costs some ms per hour of run. */
  peek(): RunResult
  /** Never rejects because of the script, a worker or the target. */
  readonly finished: Promise<RunResult>
}

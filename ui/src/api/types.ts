/** What the server says, beside the contracts it shares with the rest: `/api/v1`. */
import type { Exemplar } from '../../../src/contracts/exemplar.ts'
import type { ParamDefinition, ParamValue } from '../../../src/contracts/params.ts'
import type { Problem } from '../../../src/contracts/problem.ts'
import type { RunResult } from '../../../src/contracts/result.ts'
import type { KeptSearch, SearchRecord } from '../../../src/contracts/search-store.ts'
import type { RunRecord } from '../../../src/contracts/store.ts'
import type { RunView } from '../../../src/contracts/view.ts'
import type { SampleLine } from '../../../src/model/view/samples.ts'

export type { CapacityResult, TrialResult } from '../../../src/contracts/capacity.ts'
export type { Evidence, Finding, Severity } from '../../../src/contracts/finding.ts'
export type { LoadPlan, Threshold } from '../../../src/contracts/plan.ts'
export type { SeriesResult, ThresholdResult } from '../../../src/contracts/result.ts'
export type { SpikePhase, SpikeResult } from '../../../src/contracts/spike.ts'
export type { ViewPoint } from '../../../src/contracts/view.ts'
export type {
  Exemplar,
  KeptSearch,
  ParamDefinition,
  Problem,
  RunRecord,
  RunResult,
  RunView,
  SampleLine,
  SearchRecord,
}

/** What the form of a script begins with. */
export interface ScriptFacts {
  readonly script: string
  readonly users: readonly {
    readonly name: string
    readonly weight: number
    readonly fixedCount: number
  }[]
  readonly host: string | null
  readonly params?: readonly ParamDefinition[]
  /** Thresholds of the script itself. */
  readonly rules?: readonly string[]
  /** What onrush was started with that no field has, as words of a command line. */
  readonly more?: readonly string[]
  /** Empty: not given. */
  readonly defaults: {
    readonly model?: RunRequest['model']
    readonly users?: number | string | null
    readonly spawnRate?: number | string | null
    readonly arrivals?: string | null
    readonly usersMax?: string
    readonly host?: string | null
    readonly runTime?: string | null
    readonly stopTimeout?: string
    readonly seed?: string
    readonly workers?: string
    /** Those of the command line. */
    readonly thresholds?: readonly string[]
    readonly tags?: Readonly<Record<string, string>>
    /** Without secrets. */
    readonly params?: Readonly<Record<string, ParamValue>>
  }
}

/** `GET /state` */
export interface AppState extends ScriptFacts {
  readonly version: string
  readonly state: 'ready' | 'preparing' | 'running' | 'stopping'
  /** The run that goes on, or the last one of this process. */
  readonly runId: string | null
}

/** `POST /runs`. An empty text takes away what onrush was started with. */
export interface RunRequest {
  readonly model: 'users' | 'arrivals' | 'script'
  readonly script?: string
  readonly users?: number | string
  readonly spawnRate?: number
  readonly arrivals?: string
  readonly usersMax?: number
  readonly host?: string
  readonly runTime?: string
  readonly stopTimeout?: string
  readonly seed?: number | string
  readonly workers?: number | string
  readonly thresholds?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  readonly params?: Readonly<Record<string, ParamValue>>
}

/** `POST /check`: what would happen. */
export interface Checked {
  readonly problems: readonly Problem[]
  /** null: the script or something else is wrong. */
  readonly facts: ScriptFacts | null
  /** In words, scenario by scenario. */
  readonly load: readonly string[]
}
/** `POST /reach` */
export interface Reached {
  readonly problems: readonly Problem[]
  readonly tookMs: number
}

/** `GET /runs/:id/range`: exactly what was measured between two instants. */
export type RangeView = Pick<RunResult, 'totals' | 'series' | 'errors' | 'checks'>

/** An event of `GET /runs/:id/events`: its points are those that are new or changed; with `reset` they are all. */
export type ViewEvent = RunView & { readonly reset?: boolean }

/** `POST /runs/:id/change` */
export interface ChangeRequest {
  readonly scenario?: string
  readonly users?: number | string
  readonly spawnRate?: number
  readonly arrivals?: string
  readonly usersMax?: number
}

/** `GET /runs/:id/samples`; what is absent restricts nothing. */
export interface SampleQuery {
  readonly from?: number
  readonly to?: number
  readonly low?: number
  readonly high?: number
  readonly series?: string
  readonly why?: string
}
export interface SampleList {
  readonly kept: number
  readonly samples: readonly SampleLine[]
}

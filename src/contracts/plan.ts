import type { SampleMode } from './exemplar.ts'
import type { Tags } from './measure.ts'
import type { ParamValue } from './params.ts'

/**
 * What to run, as plain JSON: no functions, no classes, no human notation. Strings such as `'5m'` and
 * `'50/s'` end in `model/plan/parse.ts`; from there on every number carries its unit in its name.
 */
export interface LoadPlan {
  readonly schemaVersion: 1
  readonly name: string
  /** Every random choice of the run derives from it. Whole, 0 … 2^32−1. */
  readonly seed: number
  /** Base URL for users that name none; wins over the class when it came from the command line. */
  readonly host: string | null
  readonly hostOverrides: boolean
  readonly scenarios: readonly Scenario[]
  readonly thresholds: readonly Threshold[]
  /** Windows that begin before it are shown and kept, and judged by nobody. Absent: none. */
  readonly warmupMs?: number
  /** The warm-up is found at the end, from what was measured. Never beside `warmupMs` or a rule that aborts. */
  readonly warmupAuto?: true
  /** What is kept of single requests; absent: all of it. */
  readonly samples?: Exclude<SampleMode, 'all'>
  readonly tags: Readonly<Record<string, string>>
  /** Task filter: keep tasks with one of `include`, drop those with one of `exclude`; null = no filter. */
  readonly include: readonly string[] | null
  readonly exclude: readonly string[]
  /** What the script was told, by name. Absent: it declares nothing. */
  readonly params?: Readonly<Record<string, ParamValue>>
  /** Names of those whose values only users may know. Absent: none. */
  readonly secretParams?: readonly string[]
}

export interface Scenario {
  readonly name: string
  /**
   * User classes by export name, all that it may have; the mix follows the greedy rule of `model/plan/user-mix.ts`. One that only stages
   * name has a weight of 0 here.
   */
  readonly users: readonly UserShare[]
  readonly load: LoadShape
  readonly startAfterMs: number
  /** How long iterations may finish after the end, ms. */
  readonly gracefulStopMs: number
  /** An iteration that takes longer is cut. Absent: none is. */
  readonly iterationTimeoutMs?: number
  /** What its users read as `this.env`; absent: nothing. */
  readonly env?: Readonly<Record<string, string>>
  /** Of every series its users make. Absent: none. */
  readonly tags?: Tags
}

export interface UserShare {
  readonly className: string
  readonly weight: number
  readonly fixedCount: number
}

/** Arrivals per unit as whole numbers: arrival k is due at ⌊k · perNs / arrivals⌋ ns, with no rounding on the way. */
export interface Rate {
  readonly arrivals: number
  readonly perNs: number
}

/** `durationMs: null` means until stopped. */
export type LoadShape =
  | {
      readonly kind: 'constant-users'
      /** Where it begins; absent: at 0. */
      readonly fromUsers?: number
      readonly users: number
      readonly spawnRatePerSec: number
      readonly durationMs: number | null
      /** From its beginning on, of a load that was steered; absent: the mix stays. */
      readonly mix?: StageMix
    }
  | {
      readonly kind: 'constant-arrivals'
      readonly rate: Rate
      readonly durationMs: number | null
      readonly usersMax: number
      readonly poisson?: PoissonSeed
    }
  /** Linear between stages. `durationMs` is their sum. */
  | {
      readonly kind: 'ramping-users'
      readonly startUsers: number
      readonly stages: readonly UserStage[]
      readonly durationMs: number
      /** A user that the plan takes away may finish its task within so long. */
      readonly gracefulRampDownMs: number
    }
  /** The rate is linear between stages: `startArrivals` and the stages' `arrivals` per `perNs`. `durationMs` is the stages' sum. */
  | {
      readonly kind: 'ramping-arrivals'
      readonly perNs: number
      readonly startArrivals: number
      readonly stages: readonly ArrivalStage[]
      readonly durationMs: number
      readonly usersMax: number
      readonly poisson?: PoissonSeed
    }
  /** As they once came: `offsetsMs` ascending, the first 0, `speed` times as fast. */
  | {
      readonly kind: 'replayed-arrivals'
      readonly offsetsMs: readonly number[]
      readonly speed: number
      readonly durationMs: number
      readonly usersMax: number
      readonly poisson?: undefined
    }
  /** Each user works `iterations` tasks and ends; `durationMs`: none starts later. */
  | {
      readonly kind: 'per-user-iterations'
      readonly users: number
      readonly iterations: number
      readonly durationMs: number
    }
  /** Users share `iterations` tasks, dealt to workers by the share; `durationMs`: none starts later. */
  | {
      readonly kind: 'shared-iterations'
      readonly users: number
      readonly iterations: number
      readonly durationMs: number
    }

/**
 * What changes in a running scenario from `fromMs` on the run clock: another load of the same model, whose own time begins
 * there; or its plan stands still until it is resumed.
 */
export type Steer =
  | { readonly kind: 'load'; readonly load: LoadShape; readonly fromMs: number }
  | { readonly kind: 'pause' | 'resume'; readonly fromMs: number }

/** Arrivals at random, independent of each other, with the same rate; the numbers and times follow from these two. */
export interface PoissonSeed {
  readonly seed: number
  readonly stream: string
}
/** To `users` within `durationMs`; 0 ms is a jump. */
export interface UserStage {
  readonly users: number
  readonly durationMs: number
  /** From its beginning on; absent: the mix stays. */
  readonly mix?: StageMix
}
/** Who comes has one of these classes; who is there takes its place in the new mix within `overMs`, the first to come first. */
export interface StageMix {
  readonly classes: readonly UserShare[]
  readonly overMs: number
}
/** To a rate of `arrivals` (whole) within `durationMs`; 0 ms is a jump. */
export interface ArrivalStage {
  readonly arrivals: number
  readonly durationMs: number
}

export interface Threshold {
  /** As the user wrote it; of a rule that stands in a scenario, with that scenario in it. */
  readonly rule: string
  /** What the user wrote, where `rule` is not that. */
  readonly written?: string
  readonly metric: ThresholdMetric
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!='
  /** In `unit`; '' is a count. */
  readonly limit: number
  readonly unit: 'ms' | '%' | '/s' | 'bytes' | 'bytes/s' | ''
  /** Judged on every full span of so many ms, whole seconds; null: on everything since the start. */
  readonly overMs: number | null
  /** What "nothing was measured" means; false unless the rule says so. */
  readonly noDataPasses: boolean
  /** Stop the run when it fails, but not before `delayMs`. */
  readonly abort: boolean
  readonly delayMs: number
}

/**
 * `http` (every request of that kind) or `POST /cart` (method and name) or a name alone; '' is all. Of these the series that have all
 * of `tags`, where the tag `scenario` is the name of a scenario; absent: whatever theirs are.
 */
export interface SeriesSelector {
  readonly series: string
  readonly tags?: Tags
}

export type ThresholdMetric =
  | ({
      readonly kind: 'percentile'
      readonly of: TimedQuantity
      readonly percentile: number
    } & SeriesSelector)
  | ({ readonly kind: 'min' | 'avg' | 'max'; readonly of: TimedQuantity } & SeriesSelector)
  /** Mean per request: phases are kept as sums. */
  | ({ readonly kind: 'phase'; readonly phase: PhaseName } & SeriesSelector)
  | ({ readonly kind: 'errors' | 'rate' | 'count' | 'failures' } & SeriesSelector)
  /** Of checks and custom metrics only the tag `scenario` is kept. */
  | { readonly kind: 'checks'; readonly name: string; readonly tags?: Tags }
  /**
   * A custom metric: the sum of a counter (with the unit `/s` its speed), the last value of a gauge, how often a rate was true.
   * `any`: a counter or a gauge, whichever was told. Trends are a `TimedQuantity`, by name.
   */
  | {
      readonly kind: 'metric'
      readonly type: 'counter' | 'gauge' | 'rate' | 'any'
      readonly name: string
      readonly tags?: Tags
    }
  /** A figure of a monitor, such as `target.cpu`; of its values second by second. */
  | {
      readonly kind: 'monitor'
      readonly statistic: 'avg' | 'min' | 'max'
      readonly name: string
    }
  /** Arrivals for which no user was free, and the CPU of the busiest worker. */
  | { readonly kind: 'dropped' | 'cpu' }

/** `lateness` is that of arrivals; it has no series. `trend` is a custom metric in a unit of its own. */
export type TimedQuantity = 'response' | 'latency' | 'lateness' | 'trend'
/** In the order of `SeriesDelta.phaseSumsUs`. */
export const PHASE_NAMES = ['dns', 'connect', 'tls', 'send', 'wait', 'receive'] as const
export type PhaseName = (typeof PHASE_NAMES)[number]

/**
 * Which part of the plan this worker owns: `model/plan/share.ts` turns it into "do I own index k". `lost`
 * lists workers that died, in order; what they owned is striped over those still alive.
 */
export interface Share {
  readonly index: number
  readonly weights: readonly number[]
  readonly lost: readonly number[]
  /** Workers that joined during the run, in order; absent: none did. Their weight in `weights` is 0. */
  readonly joined?: readonly Join[]
}
/** From then on `worker` has of what each of the others had the part that is its own by these weights. */
export interface Join {
  readonly worker: number
  /** Of all workers there are, itself included. */
  readonly weights: readonly number[]
  /** How many of `Share.lost` were lost before. */
  readonly lostBefore: number
}

import type { Exemplar } from './exemplar.ts'
import type { Finding, InsightsResult } from './finding.ts'
import type { Tags } from './measure.ts'
import type { MonitorUnit } from './monitor.ts'
import type { LoadPlan } from './plan.ts'

/** `onrush.result/1`: what `--json` prints. Fields are added, never renamed. Milliseconds unless named otherwise. */
export interface RunResult {
  readonly schema: 'onrush.result/1'
  readonly run: {
    readonly id: string
    readonly name: string
    readonly startedAt: string
    readonly durationMs: number
    readonly seed: number
    readonly script: string
    readonly scriptHash: string
    readonly host: string | null
    readonly workers: number
    readonly version: string
    readonly node: string
    readonly plan: LoadPlan
    readonly tags: Readonly<Record<string, string>>
    readonly git: {
      readonly commit: string
      readonly branch: string
      readonly dirty: boolean
    } | null
  }
  readonly verdict: { readonly passed: boolean; readonly reason: string; readonly exitCode: number }
  readonly totals: SeriesResult
  readonly series: readonly SeriesResult[]
  readonly errors: readonly ErrorResult[]
  /** The slowest requests that passed, the slowest first. Absent when none were kept, and while the run goes on. */
  readonly slowest?: readonly Exemplar[]
  readonly checks: readonly {
    readonly name: string
    readonly passes: number
    readonly failures: number
  }[]
  /** Custom metrics, by kind and name. */
  readonly metrics?: readonly MetricResult[]
  readonly thresholds: readonly ThresholdResult[]
  readonly users: {
    readonly max: number
    readonly started: number
    readonly stopped: number
    readonly failed: number
  }
  readonly arrivals: {
    readonly due: number
    readonly started: number
    readonly dropped: number
    /** Owned by a worker that died before it could say what became of them. */
    readonly unknown: number
    readonly latenessMs: {
      readonly p50: number | null
      readonly p99: number | null
      readonly max: number | null
    }
  }
  readonly generator: GeneratorResult
  /** Absent when the plan has none. */
  readonly warmup?: WarmupResult
  /** Where response times begin to bend while the load rises; absent where the run does not carry one. */
  readonly knee?: KneeResult
  readonly windows: readonly WindowResult[]
  /** What was watched of the target, figure by figure; second by second in `windows`. */
  readonly monitors: readonly MonitorResult[]
  /** Most serious first, of one severity those that cost most. */
  readonly findings: readonly Finding[]
  /** Absent where nobody looked. */
  readonly insights?: InsightsResult
  readonly events: readonly {
    readonly atMs: number
    readonly level: string
    readonly text: string
    /** Such as `steer` and `note`; see `RunEvent`. */
    readonly kind?: string
    readonly by?: string
  }[]
}

export interface SeriesResult {
  readonly kind: string
  readonly method: string
  readonly name: string
  /** Absent when there are none. */
  readonly tags?: Tags
  readonly requests: number
  readonly failures: number
  readonly wireRequests: number
  readonly ratePerSec: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly latencyMs: Percentiles
  readonly responseMs: Percentiles
  /** Mean per request. */
  readonly phasesMs: Readonly<
    Record<'dns' | 'connect' | 'tls' | 'send' | 'wait' | 'receive', number>
  >
  readonly statuses: Readonly<Record<string, number>>
}
/** null when nothing was measured. */
export type Percentiles = Readonly<
  Record<
    'min' | 'mean' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'p999' | 'p9999' | 'max',
    number | null
  >
>
export interface ErrorResult {
  readonly series: string
  readonly kind: string
  readonly message: string
  readonly count: number
  readonly firstAtMs: number
  readonly lastAtMs: number
  readonly sample: string
  /** The first request that was kept of it; of the commonest errors only. Absent while the run goes on. */
  readonly exemplar?: Exemplar
}
export interface MetricResult {
  readonly kind: 'counter' | 'gauge' | 'rate' | 'trend'
  readonly name: string
  /** How often a value was told. */
  readonly count: number
  /** Of a counter the sum, of a gauge the last value, of a rate the percentage of true, of a trend the mean. */
  readonly value: number
  /** Of a counter: sum per second of the run. */
  readonly ratePerSec: number | null
  /** Of gauges and trends. */
  readonly min: number | null
  readonly max: number | null
  /** Of a trend, in its own unit. */
  readonly percentiles: Percentiles | null
}
/** At the end of a run, or as it stands during one: then `observed` is the present value. */
export interface ThresholdResult {
  readonly rule: string
  /** A rule over a sliding span that failed once has failed, also when `observed` is fine by now. */
  readonly passed: boolean
  /** null: nothing was measured, which fails unless the rule says otherwise. At the end the worst of all spans. */
  readonly observed: number | null
  readonly unit: string
  /** Distance to the limit as a share of it; negative when failed. */
  readonly margin: number | null
  readonly firstCrossedAtMs: number | null
}
export interface GeneratorResult {
  readonly trustworthy: boolean
  /** What is void of it; empty when it is trustworthy. Absent in results of older versions. */
  readonly voidBy?: readonly GeneratorLimit[]
  readonly reasons: readonly string[]
  readonly cpuRatioMax: number
  readonly loopDelayMsP99: number
  /** Little's law: mean in flight against rate × mean latency. */
  readonly littlesLaw: {
    readonly inFlightMean: number
    readonly expected: number
    readonly holds: boolean
  }
  readonly workers: readonly WorkerResult[]
}
/** `dropped`: the target got less load than planned; of all others what was measured may be the generator's own. */
export type GeneratorLimit =
  | 'loop'
  | 'cpu-wait'
  | 'loop-delay'
  | 'late-starts'
  | 'dropped'
  | 'resources'
  | 'littles-law'
/** Absent of a worker that never answered. */
export interface Whereabouts {
  readonly host?: string
  /** Its wall clock − the coordinator's, which is allowed for; uncertain by half the round trip. */
  readonly clockOffsetMs?: number
  /** Of the quickest message there and back. */
  readonly roundTripMs?: number
  /** Those it joined with; absent when it has none. */
  readonly labels?: Readonly<Record<string, string>>
  /** Its part of the load among all workers of the run, as a weight; absent where all are alike. */
  readonly weight?: number
}
export interface WorkerResult extends Whereabouts {
  readonly index: number
  readonly lost: boolean
  readonly cpuRatioMax: number
  readonly loopDelayMsP99: number
  readonly rssBytesMax: number
  readonly openSocketsMax: number
}
/** One figure of one monitor over the whole run; null where it was never read. */
export interface MonitorResult {
  /** With the name of its source: `target.cpu`. */
  readonly name: string
  /** What is watched, without secrets. */
  readonly source: string
  readonly unit: MonitorUnit
  readonly min: number | null
  readonly mean: number | null
  readonly max: number | null
  readonly last: number | null
  /** Windows with a value, and without. */
  readonly readings: number
  readonly gaps: number
}
/** What was measured before `endMs` was counted and not judged. */
export interface WarmupResult {
  readonly kind: 'fixed' | 'auto'
  /** 0: nothing was left out. */
  readonly endMs: number
  /** Was a steady state found? null: nobody looked. Only where one was found anything is left out automatically. */
  readonly steady: boolean | null
  /** Half a sentence for people. */
  readonly why: string
}
/** Advice, not a verdict: a search (`onrush capacity`) knows better. */
export interface KneeResult {
  /** Arrivals per second, or users. */
  readonly load: number
  readonly unit: 'arrivals' | 'users'
  /** When the load was there. */
  readonly atMs: number
  readonly method: 'broken-stick'
}
export interface WindowResult {
  readonly atMs: number
  /** Part of the warm-up: counted in the totals, not judged. Absent in all others. */
  readonly warmup?: true
  /** The run stood still in it, if only for a part: counted in the totals, not judged. Absent in all others. */
  readonly paused?: true
  readonly users: number
  /** What the plan, as it was steered, asked for: users at the end, arrivals due within. Against `users` and `arrivals`. */
  readonly planned?: { readonly users: number; readonly arrivals: number }
  readonly arrivals?: { readonly started: number; readonly dropped: number }
  readonly requests: number
  readonly failures: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly bytesIn: number
  readonly bytesOut: number
  /** By name, such as `target.cpu`; null is a gap. Absent where nothing was to be read. */
  readonly monitors?: Readonly<Record<string, number | null>>
}

/**
 * `onrush.capacity/1`: what a search for the limit found, as kept in `.onrush/capacity` and printed by `--json`. Fields are added, never
 * renamed. Loads are arrivals per second or users, as `by` says; null is "does not exist" or "was not measured", never 0.
 */
export interface CapacityResult {
  readonly schema: 'onrush.capacity/1'
  readonly search: {
    readonly id: string
    readonly script: string
    readonly scriptHash: string
    readonly host: string | null
    readonly startedAt: string
    readonly durationMs: number
    readonly seed: number
    readonly workers: number
    readonly version: string
    readonly node: string
    readonly by: LoadUnit
    readonly objectives: readonly string[]
    readonly settings: SearchSettings
    /** A command line that does the same again. */
    readonly reproduce: string
  }
  readonly verdict: { readonly passed: boolean; readonly reason: string; readonly exitCode: number }
  readonly answer: CapacityAnswer
  readonly points: NamedPoints
  /** Scalability law through throughput at each concurrency; null: too few points to carry one. */
  readonly scalability: Scalability | null
  /** How many M/M/c servers the target behaves like; null: it cannot be told. */
  readonly effectiveServers: { readonly servers: number; readonly capacityPerSec: number } | null
  /** Where response time begins to bend, by Kneedle: advice, as it depends on the steps that were measured. */
  readonly knee: number | null
  readonly headroom: Headroom | null
  /** What the target ran out of, as far as what was watched shows; null: it does not, or nothing was watched. */
  readonly limitingResource: LimitingResource | null
  /** Was anything of the target watched? */
  readonly watched: boolean
  readonly drift: Drift | null
  readonly trials: readonly TrialResult[]
  readonly requests: number
  /** With `--hold`: how the load went while it stayed at the limit. */
  readonly hold: HoldResult | null
  /** With `--verify-generator`: the same with twice the workers. */
  readonly generatorCheck: GeneratorCheck | null
}

/**
 * At the limit for long: a little more load while the objectives hold, a tenth less when one does not. So the load swings around the limit from
 * below, and follows it where the target becomes slower or faster with time.
 */
export interface HoldResult {
  readonly askedSec: number
  readonly stepSec: number
  readonly steps: readonly HoldStep[]
  /** Of all steps; null: there was none. */
  readonly meanLoad: number | null
  readonly leastLoad: number | null
  /** Of the first and the second half of the time: less in the second says that the target wears out. */
  readonly halves: readonly [first: number, second: number] | null
  /** Share of the steps in which the objectives held. */
  readonly heldRatio: number | null
}
export interface HoldStep {
  /** On the run clock. */
  readonly fromMs: number
  readonly load: number
  readonly verdict: TrialResult['verdict']
  readonly goodPerSec: number
  readonly p95Ms: number | null
}

export interface GeneratorCheck {
  readonly workers: number
  readonly verdict: 'not-the-limit' | 'the-limit' | 'not-known'
  readonly why: string
  /** A load that held with room, and the one that broke, again. */
  readonly trials: readonly TrialResult[]
}

export interface LimitingResource {
  /** Such as `target.cpu`. */
  readonly name: string
  readonly unit: string
  /** Its mean at the limit. */
  readonly value: number
  /** From this load on it does not rise any more. */
  readonly flatFrom: number
  /** Utilisation law: so much of it per request, in its unit · seconds; null: it does not grow in proportion. */
  readonly demandPerRequest: number | null
}

export type LoadUnit = 'arrivals' | 'users'

export interface SearchSettings {
  readonly start: number
  readonly max: number
  /** Done when what broke is this much above what held, as a share. */
  readonly relativeWidth: number
  readonly trialSec: number
  /** An undecided trial goes on for as long as this at most. */
  readonly trialSecMax: number
  readonly soakSec: number
  /** Of the whole search, without the time at the limit after it. */
  readonly maxSec: number
  /** At the limit, once it is known; absent: not at all. */
  readonly holdSec?: number
}

export interface CapacityAnswer {
  /** The most load that held; null: not even the least that was tried. */
  readonly holds: number | null
  /** True: nothing broke that the search may say so, and the limit is above. */
  readonly isAtLeast: boolean
  /** A soak at this load held for certain. */
  readonly confirmed: boolean
  /** Largest load that held for certain, smallest that broke for certain. */
  readonly low: number | null
  readonly high: number | null
  readonly firstBroken: {
    readonly load: number
    readonly what: string
    readonly detail: string
  } | null
  /** Requests per second at the most load that held. */
  readonly requestsPerSec: number | null
  readonly inFlightMean: number | null
  readonly ended: SearchEnd
}
/** `width`: narrow enough. `cap`: the highest load allowed held. `generator`: beyond it, this machine was the limit. */
export type SearchEnd =
  | 'width'
  | 'cap'
  | 'generator'
  | 'nothing-holds'
  | 'time'
  | 'aborted'
  | 'interrupted'

export interface NamedPoints {
  /** p95 above 1.5 × that of the lowest load. */
  readonly firstDegradation: number | null
  readonly objectiveBroken: number | null
  /** More load brings next to no more good answers. */
  readonly saturation: number | null
  /** More load brings a fifth fewer of them, or half fail. */
  readonly collapse: number | null
}

export interface Scalability {
  readonly sigma: number
  readonly kappa: number
  readonly lambdaPerSec: number
  readonly rSquared: number
  /** Of requests in progress; null: no peak in what was measured. */
  readonly peakConcurrency: number | null
  readonly peakPerSec: number | null
  readonly ceilingPerSec: number | null
  readonly dominant: 'contention' | 'coherency' | 'none'
  /** Does the interval of κ leave out 0, with a law that fits? */
  readonly peakIdentifiable: boolean
  /** The curve explains what was measured well enough to be looked beyond it, up to twice the concurrency. */
  readonly mayPredict: boolean
  /** So far above or below the curve 95 % of what was measured lies, /s; null: no more points than parameters. */
  readonly spreadPerSec?: number | null
  /** With half of what is waited for (σ), and half of what is talked over (κ): the peak, /s. */
  readonly whatIf: {
    readonly halfContentionPerSec: number | null
    readonly halfCoherencyPerSec: number | null
  }
}

export interface Headroom {
  readonly expectedPeak: number
  /** The most load that held ÷ the expected peak. */
  readonly factor: number
}

/** The lowest load at the beginning and again at the end. */
export interface Drift {
  readonly load: number
  readonly beforeP95Ms: number
  readonly afterP95Ms: number
  readonly drifted: boolean
}

export interface MonitorMean {
  /** Such as `target.cpu`. */
  readonly name: string
  readonly unit: string
  readonly mean: number
}

export type TrialPurpose = 'search' | 'soak' | 'baseline-again' | 'hold'

export interface ObjectiveResult {
  readonly rule: string
  readonly unit: string
  readonly observed: number | null
  /** 95 %, where there is an interval. */
  readonly low: number | null
  readonly high: number | null
  readonly verdict: 'pass' | 'fail' | 'undecided'
}

export interface TrialResult {
  readonly purpose: TrialPurpose
  readonly load: number
  /** `void`: it says nothing about the target, because the generator was the limit. */
  readonly verdict: 'pass' | 'fail' | 'void'
  /** False: the intervals did not decide within the longest time, the figures themselves did. */
  readonly certain: boolean
  /** What broke: a rule, `queue` (it kept growing), `users` (none was free); null. */
  readonly broken: string | null
  readonly why: string
  readonly objectives: readonly ObjectiveResult[]
  /** On the run clock, without the time to settle. */
  readonly fromMs: number
  readonly measuredSec: number
  readonly requests: number
  readonly failures: number
  /** Answers that passed, per second. */
  readonly goodPerSec: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly meanMs: number | null
  readonly inFlightMean: number
  /** Requests per second by which the queue grew. */
  readonly queueGrowthPerSec: number
  /** How far requests in flight are from rate × latency, as a share; null where the queue grew or nothing was in flight. */
  readonly littleDeviation: number | null
  readonly statuses: Readonly<Record<string, number>>
  /** Means of what was watched of the target. */
  readonly monitors: readonly MonitorMean[]
  /** What the generator said of itself, when it was not well. */
  readonly generator: readonly string[]
}

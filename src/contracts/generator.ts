import type { GeneratorResult } from './result.ts'
import type { ArrivalCounts, WorkerHealth } from './snapshot.ts'

/** What a run knows about its own load generator: input of the judgement whether its numbers can be trusted. */
export interface GeneratorEvidence {
  readonly durationMs: number
  /** Of a very long run a sample, evenly spread. */
  readonly windows: readonly {
    readonly startMs: number
    readonly workers: readonly (readonly [workerIndex: number, health: WorkerHealth])[]
  }[]
  readonly arrivals: ArrivalCounts
  /** Median latency of all requests, ms; null when there were none. */
  readonly latencyMsP50: number | null
  readonly latencyMsMax: number
  /** Sum over all requests, request·ms: what the integral of requests in flight must come to. */
  readonly latencySumMs: number
  /** The other side of it: requests in flight, integrated over the whole run, request·ms. */
  readonly inFlightSumMs: number
  /** Requests that failed because this machine ran out of something. */
  readonly resourceFailures: number
  readonly workers: readonly { readonly index: number; readonly lost: boolean }[]
}
/** Pure: same evidence, same judgement. */
export type JudgeGenerator = (evidence: GeneratorEvidence) => GeneratorResult

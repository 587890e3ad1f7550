import type { SampleLogPlace } from './output.ts'
import type { LoadPlan, Share, Steer } from './plan.ts'
import type { Problem } from './problem.ts'

/** Everything a coordinator says to a worker, and back. One protocol for every transport. */
export type Command =
  | { readonly type: 'ping'; readonly id: number }
  | {
      readonly type: 'prepare'
      readonly runId: string
      readonly plan: LoadPlan
      readonly share: Share
      readonly bundle: Bundle
      /** Hosts beyond this machine and private networks that load may go to. */
      readonly allowedHosts: readonly string[]
      /** What the script's `setup` returned, the same for all workers. */
      readonly shared: unknown
      /** Write every request to a file there. Absent: no. */
      readonly sampleLog?: SampleLogPlace
      /** Stop by itself when nothing was heard from the coordinator for so long. */
      readonly silenceMs: number
    }
  /** `atEpochMs` on the coordinator's wall clock; `offsetMs` = worker's clock − coordinator's. */
  | { readonly type: 'start'; readonly atEpochMs: number; readonly offsetMs: number }
  /** From `fromMs` (run clock) on this is your share. */
  | { readonly type: 'share'; readonly share: Share; readonly fromMs: number }
  /** Of the plan's `scenario`-th scenario; null: of all. Sent early enough to be there before its instant. */
  | { readonly type: 'steer'; readonly scenario: number | null; readonly change: Steer }
  | { readonly type: 'stop'; readonly reason: StopReason; readonly graceMs: number | null }
  /** So many of the users that wait under this name may go. */
  | { readonly type: 'release'; readonly name: string; readonly count: number }
  | { readonly type: 'heartbeat' }

export type Report =
  | {
      readonly type: 'hello'
      readonly version: string
      readonly pid: number
      readonly host: string
    }
  | { readonly type: 'pong'; readonly id: number; readonly epochMs: number }
  | { readonly type: 'ready' }
  | { readonly type: 'snapshot'; readonly sequence: number; readonly bytes: Uint8Array }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string }
  /** So many more (or fewer) users wait under this name for `size` to be there. */
  | {
      readonly type: 'meet'
      readonly name: string
      readonly size: number
      readonly change: number
    }
  /** The script asked for the end of the test (`StopTest`, or a failed fatal hook). */
  | { readonly type: 'stop-test'; readonly why: string }
  | { readonly type: 'failed'; readonly problem: Problem }
  /** All users are stopped and the last snapshot was sent. */
  | { readonly type: 'done' }

/** `finished`: the plan ended. `killed`: a second signal. */
export type StopReason =
  | 'finished'
  | 'user'
  | 'signal'
  | 'killed'
  | 'threshold'
  | 'script'
  | 'error'

/** The one artefact every worker receives: an ES module and its source map. */
export interface Bundle {
  readonly code: string
  readonly map: string
  readonly hash: string
  /** Absolute path of the entry on the machine that bundled it, for stack frames. */
  readonly entry: string
}

export interface Channel<In, Out> {
  /** Never blocks; look at `backlog` and merge instead of queueing. */
  send(message: Out): void
  onMessage(handle: (message: In) => void): void
  /** Messages handed over and not yet taken by the other side. */
  readonly backlog: number
  readonly closed: Promise<ChannelEnd>
  close(): void
}
export interface ChannelEnd {
  readonly clean: boolean
  readonly detail: string
}
/** What a worker of another machine said of itself when it was found. */
export interface WorkerFacts {
  /** What it can do beside the others of its pool; of no unit, above 0. NaN: nobody knows. */
  readonly power: number
  /** Such as `region: 'eu'`; whoever started it named them. */
  readonly labels: Labels
}
export type Labels = Readonly<Record<string, string>>

/** Brings up workers and hands over a channel to each. */
export interface Transport {
  readonly name: string
  /** The line to all workers is down, for reasons of ours: that nobody is heard is nobody's silence. */
  readonly interrupted?: boolean
  /** Where a message may take longer than the quickest one did: from saying "start" to the start, at least. */
  readonly startLeadMs?: number
  /**
   * Hands over workers with facts all at once: shares follow from all of them. Without facts all are alike. More may follow while the
   * run goes on, numbered from `count` on.
   */
  start(count: number, onWorker: OnWorker): Promise<void>
  close(): Promise<void>
}
export type OnWorker = (
  channel: Channel<Report, Command>,
  index: number,
  facts?: WorkerFacts,
) => void

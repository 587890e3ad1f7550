import type { FailureKind } from './measure.ts'
import type { RunResult } from './result.ts'

/**
 * Results of other tools, read to be compared with. A format tells requests one by one where the file has them; a file that holds
 * only sums gives a `ForeignSummary`, from which no second and no histogram can be had.
 */
export interface ForeignFormat {
  /** As people call it: JMeter. */
  readonly tool: string
  /** By the first 4 kB of the file, as text. */
  recognises(head: string): boolean
  /** Rejects with `ForeignMistake` for what cannot be read; what was left out is told to `sink.note`. */
  read(file: ForeignFile, head: string, sink: ForeignSink): Promise<ForeignSummary | undefined>
}

export interface ForeignFile {
  readonly name: string
  bytes(): AsyncIterable<Buffer>
  /** A file beside this one, by its name; undefined: there is none. */
  neighbour(name: string): AsyncIterable<Buffer> | undefined
}

export interface ForeignSink {
  sample(sample: ForeignSample): void
  check(name: string, passed: boolean, epochMs: number): void
  /** So many users were there from now on. */
  users(active: number, epochMs: number): void
  /** A sentence for people, kept with the run. */
  note(text: string): void
}

/** One request, or one transaction. Times in ms. */
export interface ForeignSample {
  readonly kind: string
  readonly method: string
  readonly name: string
  readonly startEpochMs: number
  readonly latencyMs: number
  /** 0: no response came. */
  readonly status: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** dns, connect, tls, send, wait, receive; absent: not told. */
  readonly phasesMs?: readonly number[]
  /** Absent: it passed. */
  readonly error?: { readonly kind: FailureKind; readonly message: string }
}

export interface ForeignSummary
  extends Pick<RunResult, 'totals' | 'series' | 'errors' | 'checks' | 'windows'> {
  /** null: the file does not say. */
  readonly startedAtEpochMs: number | null
  readonly durationMs: number
  readonly usersMax: number
}

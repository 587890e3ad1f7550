/**
 * Single requests, kept whole: the slowest of each series and the first of each error, some per second. They show what figures cannot,
 * and are no sample anything may be computed from: which ones are kept depends on how slow they were, or that they failed.
 *
 * Whoever sends requests hands a kept one over as it is (`ExemplarSource`); text is made of those that are left when the window ends,
 * with secrets masked, on the machine that sent them.
 */
import type { ErrorId, SeriesId, Tags } from './measure.ts'

export const EXEMPLAR_REASONS = ['slow', 'error'] as const
export type ExemplarReason = (typeof EXEMPLAR_REASONS)[number]

/** What is kept of requests: with the beginnings of bodies, heads only, or no request at all. */
export const SAMPLE_MODES = ['all', 'heads', 'none'] as const
export type SampleMode = (typeof SAMPLE_MODES)[number]

export interface Exemplar extends ShownRequest {
  /** Unique in its run: `worker-number`. */
  readonly id: string
  readonly why: ExemplarReason
  readonly kind: string
  readonly method: string
  readonly name: string
  /** Absent when there are none. */
  readonly tags?: Tags
  readonly worker: number
  /** As in the list of errors; null of a request that passed. */
  readonly error: { readonly kind: string; readonly message: string } | null
}

/** A request as its protocol tells it. Nothing in it is a secret. */
export interface ShownRequest {
  readonly userId: number
  /** Of its sending, on the run clock. */
  readonly startMs: number
  readonly latencyMs: number
  /** From the moment it was due. */
  readonly responseMs: number
  /** In the order dns, connect, tls, send, wait, receive; sums over redirects and retries. */
  readonly phasesMs: readonly number[]
  /** 0 when no response came. */
  readonly status: number
  readonly url: string
  readonly isNewConnection: boolean
  readonly bytesIn: number
  readonly bytesOut: number
  /** The line of the script that first asked for this series, as `file:line:column`; '' when it is not known. */
  readonly place: string
  /** Of the `traceparent` it was sent with; '' without one. */
  readonly traceId: string
  readonly request: ShownMessage
  /** null when none came. */
  readonly response: ShownMessage | null
}

export interface ShownMessage {
  /** Start line and fields, a line each. */
  readonly head: string
  /** Its beginning; '' when there is none, or `note` says why it is not shown. */
  readonly body: string
  /** Of the whole body, as sent. */
  readonly bodyBytes: number
  /** Such as `cut at 2,000 characters`; '' when the body is shown whole. */
  readonly note: string
}

/** One request that may be kept; it stays in memory until its window ends. */
export interface ExemplarSource {
  /** Called once at most, when the window ends. */
  show(how: ShowOptions): ShownRequest
}

export interface ShowOptions {
  readonly withBodies: boolean
  /** The first `charsMax` characters of `text`, with no secret in them. */
  hide(text: string, charsMax: number): string
}

/** Takes requests that shall be kept; asked once per request, in the hot path. */
export interface ExemplarSink {
  /** By series: only a response time above it, in µs, is told to `slow`. Of fixed length. */
  readonly floorsUs: Float64Array
  slow(series: SeriesId, responseUs: number, source: ExemplarSource): void
  /** Whether another failure of this kind is kept in this window; then `failed` is called. */
  wantsFailure(series: SeriesId, error: ErrorId): boolean
  failed(series: SeriesId, error: ErrorId, source: ExemplarSource): void
}

/**
 * The narrow waist between everything that makes load and everything that counts it. The hot path takes
 * numbers only; text is interned once per series, error or check.
 */
export type SeriesId = number & { readonly __series?: unique symbol }
export type ErrorId = number & { readonly __error?: unique symbol }
export type CheckId = number & { readonly __check?: unique symbol }

/** Why a request failed: a closed list with stable names, part of the result format. */
export const FAILURE_KINDS = [
  'dns',
  'refused',
  'connect-timeout',
  'tls',
  'reset',
  'closed',
  'timeout',
  'malformed',
  'unsupported',
  'truncated',
  'too-large',
  'unexpected-bytes',
  'unexpected-upgrade',
  'decode',
  'redirect',
  'too-many-redirects',
  'proxy',
  'blocked',
  'resources',
  'cancelled',
  'status',
  'check',
  'script',
  'iteration-timeout',
  'other',
] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

/** Several steps of a user timed as one: a series of its own, never part of what is said of requests. */
export const TRANSACTION_KIND = 'transaction'
export const TRANSACTION_METHOD = 'TX'
/** Errors of the script itself: a series per task, that holds failures and nothing else. */
export const TASK_KIND = 'task'

/** What divides series of one name, by key: `{ region: 'eu' }`. */
export type Tags = Readonly<Record<string, string>>

export interface Recorder {
  /**
   * Idempotent; look it up once and keep it. Past `SERIES_MAX` distinct names everything folds into "(other)". With `tags` (at
   * least one) it is a series of its own.
   */
  series(kind: string, method: string, name: string, tags?: Tags): SeriesId
  /** Bounded dictionary; overflow folds into one "(other errors)" per kind. */
  error(kind: FailureKind, message: string): ErrorId
  /** With `scenario`, counted apart for rules about that scenario. */
  checkId(name: string, scenario?: string): CheckId
  /** A request has left: in flight +1. `atMs` on the run's monotonic clock. */
  begin(atMs: number): void
  /** It has ended, one way or the other: in flight −1. Every `begin` has exactly one `end`. */
  end(atMs: number): void
  /** A request that passed. Durations in µs, fractional allowed. `lateUs`: actual start − due time, ≥ 0. */
  record(
    series: SeriesId,
    latencyUs: number,
    lateUs: number,
    status: number,
    bytesIn: number,
    bytesOut: number,
    wireRequests: number,
  ): void
  /** One that did not; `status` 0 when no response came. */
  fail(
    series: SeriesId,
    latencyUs: number,
    lateUs: number,
    status: number,
    bytesIn: number,
    bytesOut: number,
    wireRequests: number,
    error: ErrorId,
  ): void
  /** Where the time of one request went, µs; zeros where a phase did not happen. */
  phases(
    series: SeriesId,
    dnsUs: number,
    connectUs: number,
    tlsUs: number,
    sendUs: number,
    waitUs: number,
    receiveUs: number,
  ): void
  check(id: CheckId, passed: boolean): void
  /** First failing request or stack of an error, for people; kept once per error. */
  sample(error: ErrorId, text: string): void
}

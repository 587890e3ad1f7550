/** One row of the table of runs, as a line of the list. */
import type { RunRecord } from '../../../contracts/store.ts'
import { stateOf } from '../../../model/report/kept-run.ts'

export const HEAD_COLUMNS = `id, name, script, started_epoch_ms, heard_epoch_ms, finished, baseline, tags, commit_hash,
  duration_ms, passed, reason, requests, failures, rate_per_sec, p95_ms`

export interface HeadRow {
  readonly id: string
  readonly name: string
  readonly script: string
  readonly started_epoch_ms: number
  readonly heard_epoch_ms: number
  readonly finished: number
  readonly baseline: number
  readonly tags: string
  readonly commit_hash: string | null
  readonly duration_ms: number | null
  readonly passed: number | null
  readonly reason: string | null
  readonly requests: number | null
  readonly failures: number | null
  readonly rate_per_sec: number | null
  readonly p95_ms: number | null
}

export function recordOf(row: HeadRow, nowEpochMs: number): RunRecord {
  return {
    id: row.id,
    name: row.name,
    script: row.script,
    startedAtEpochMs: row.started_epoch_ms,
    state: stateOf(row.finished === 1, row.heard_epoch_ms, nowEpochMs),
    isBaseline: row.baseline === 1,
    tags: JSON.parse(row.tags),
    commit: row.commit_hash,
    durationMs: row.duration_ms,
    passed: row.passed === null ? null : row.passed === 1,
    reason: row.reason,
    requests: row.requests,
    failures: row.failures,
    ratePerSec: row.rate_per_sec,
    p95Ms: row.p95_ms,
  }
}

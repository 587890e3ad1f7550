/** What a list of kept runs says of one, from its result and from how long nothing was heard of it. Pure. */
import type { RunResult } from '../../contracts/result.ts'
import type { KeptRun, RunQuery, RunRecord } from '../../contracts/store.ts'

/** A run that has not finished and was silent for so long is cut off. */
export const SILENT_MS_MAX = 10_000
export const RUNS_LISTED = 50

export type RunFigures = Pick<
  RunRecord,
  'durationMs' | 'passed' | 'reason' | 'requests' | 'failures' | 'ratePerSec' | 'p95Ms'
>

/** All null without a result. */
export function figuresOf(result: RunResult | undefined): RunFigures {
  return {
    durationMs: result?.run.durationMs ?? null,
    passed: result?.verdict.passed ?? null,
    reason: result?.verdict.reason ?? null,
    requests: result?.totals.requests ?? null,
    failures: result?.totals.failures ?? null,
    ratePerSec: result?.totals.ratePerSec ?? null,
    p95Ms: result?.totals.responseMs.p95 ?? null,
  }
}

/** What is known when it begins. */
export function headOf(
  run: KeptRun,
): Pick<RunRecord, 'id' | 'name' | 'script' | 'startedAtEpochMs' | 'tags' | 'commit'> {
  return {
    id: run.id,
    name: run.plan.name,
    script: run.script,
    startedAtEpochMs: run.startedAtEpochMs,
    tags: run.plan.tags,
    commit: run.git?.commit ?? null,
  }
}

/** `heardAtEpochMs`: when something of it was written last; 0: it was given up. */
export function stateOf(
  finished: boolean,
  heardAtEpochMs: number,
  nowEpochMs: number,
): RunRecord['state'] {
  if (finished) return 'finished'
  return nowEpochMs - heardAtEpochMs > SILENT_MS_MAX ? 'cut-off' : 'running'
}

/** Newest first; of two at one instant the larger id. */
export function byNewest(
  a: Pick<RunRecord, 'startedAtEpochMs' | 'id'>,
  b: Pick<RunRecord, 'startedAtEpochMs' | 'id'>,
): number {
  return b.startedAtEpochMs - a.startedAtEpochMs || (a.id < b.id ? 1 : -1)
}

/** All but `before` and `limit`. */
export function isAskedFor(record: RunRecord, query: RunQuery): boolean {
  const { name, tag = [], idPart = '', onlyBaselines } = query
  if (name !== undefined && record.name !== name) return false
  if (!record.id.includes(idPart) || (onlyBaselines && !record.isBaseline)) return false
  const has = Object.entries(record.tags).map(([key, value]) => `${key}=${value}`)
  return [tag].flat().every((each) => has.includes(each))
}

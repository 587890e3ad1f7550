/** The result of a kept run: the one it left, or what its windows say when it left none. */
import type { RunResult } from '../../contracts/result.ts'
import type { Store, StoredRun } from '../../contracts/store.ts'
import { WINDOW_MS } from '../../model/metrics/window.ts'
import { rebuildResult } from '../../model/report/rebuild.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'

/** Partial for a run that was cut off or still goes on; see `rebuildResult`. */
export async function resultOfRun(store: Store, run: StoredRun): Promise<RunResult> {
  if (run.result !== undefined) return run.result
  const { id } = run.info
  const windows = {
    merged: store.merged(id, { detail: 'series' }),
    seconds: store.merged(id, { detail: 'overview', spanMsMax: WINDOW_MS }),
  }
  return rebuildResult(run, windows, judgeGenerator)
}

/** The result of a kept run: the one it left, or what its windows say when it left none. */
import type { RunResult } from '../../contracts/result.ts'
import type { Store, StoredRun } from '../../contracts/store.ts'
import { rebuildResult } from '../../model/report/rebuild.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'

/** Partial for a run that was cut off or still goes on; see `rebuildResult`. */
export async function resultOfRun(store: Store, run: StoredRun): Promise<RunResult> {
  return run.result ?? rebuildResult(run, store.windows(run.info.id), judgeGenerator)
}

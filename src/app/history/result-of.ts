/** The result of a kept run: the one it left, or what its windows say when it left none. */
import type { RunResult } from '../../contracts/result.ts'
import type { Store, StoredRun } from '../../contracts/store.ts'
import { WINDOW_MS } from '../../model/metrics/window.ts'
import { type RunWindows, rebuildResult } from '../../model/report/rebuild.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'

/** Partial for a run that was cut off or still goes on; see `rebuildResult`. */
export async function resultOfRun(store: Store, run: StoredRun): Promise<RunResult> {
  return run.result ?? rebuildResult(run, keptWindows(store, run.info.id), judgeGenerator)
}

/** All that is kept of a run, as few windows as add up to it and as the seconds it had. */
export function keptWindows(store: Store, id: string): RunWindows {
  return {
    merged: store.merged(id, { detail: 'series' }),
    seconds: store.merged(id, { detail: 'overview', spanMsMax: WINDOW_MS }),
  }
}

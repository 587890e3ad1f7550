/** The result of a kept run: the one it left, or what its windows say when it left none; with what it shows, also of one that was kept before that was looked for. */
import type { RunResult } from '../../contracts/result.ts'
import type { Store, StoredRun } from '../../contracts/store.ts'
import { WINDOW_MS } from '../../model/metrics/window.ts'
import { type RunWindows, rebuildResult, withFindings } from '../../model/report/rebuild.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'

/** Partial for a run that was cut off or still goes on; see `rebuildResult`. */
export async function resultOfRun(store: Store, run: StoredRun): Promise<RunResult> {
  const { result } = run
  if (result?.insights !== undefined) return result
  const { INSIGHTS } = await import('../insights.ts')
  const windows = keptWindows(store, run.info.id)
  return result === undefined
    ? rebuildResult(run, windows, judgeGenerator, INSIGHTS)
    : withFindings(result, windows, INSIGHTS)
}

/** All that is kept of a run, as few windows as add up to it and as the seconds it had. */
export function keptWindows(store: Store, id: string): RunWindows {
  return {
    merged: store.merged(id, { detail: 'series' }),
    seconds: store.merged(id, { detail: 'overview', spanMsMax: WINDOW_MS }),
  }
}

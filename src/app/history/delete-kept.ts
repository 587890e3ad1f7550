/** Deleting kept runs and their folders: all of them or none. Baselines and what goes on stay. */
import type { Problem } from '../../contracts/problem.ts'
import type { RunRecord, Store } from '../../contracts/store.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { removeRunFolders } from './retention.ts'

/** How many there were. `folder`: where `.onrush` is. Throws `OnrushError` with all that cannot be deleted; then nothing is. */
export async function deleteKept(
  store: Store,
  runs: readonly RunRecord[],
  folder: string,
): Promise<number> {
  const problems = runs.flatMap(whyNotDeleted)
  if (problems.length > 0) throw new OnrushError(problems)
  const ids = [...new Set(runs.map(({ id }) => id))]
  const count = await store.remove(ids)
  removeRunFolders(folder, ids)
  return count
}

function whyNotDeleted({ id, isBaseline, state }: RunRecord): Problem[] {
  const refuse = (why: string, fix: string): Problem[] => [
    problem('E_RUN', id, `run ${id} was not deleted, nor any other`, why, fix),
  ]
  if (isBaseline) return refuse('it is a baseline', `onrush runs baseline ${id} --remove`)
  return state === 'running' ? refuse('it still goes on', 'end it with Ctrl-C first') : []
}

/** Which kept run somebody means: by its id, any part of it that no other run has, or `last`. */
import type { RunRecord, Store } from '../../contracts/store.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'

/** Ids shown when a beginning fits several. */
const SHOWN = 5

/** Throws `OnrushError` when there is none, or more than one. */
export async function findRun(store: Store | undefined, named: string): Promise<RunRecord> {
  const found = await candidates(store, named)
  const exact = found.find(({ id }) => id === named)
  const [first, ...others] = exact === undefined ? found : [exact]
  if (first !== undefined && others.length === 0) return first
  const isNone = first === undefined
  const ids = found.map(({ id }) => id).slice(0, SHOWN)
  throw new OnrushError([
    problem(
      'E_RUN',
      named,
      isNone ? `there is no run "${named}"` : `"${named}" fits several runs`,
      isNone ? 'no kept run has that in its id' : `${ids.join(', ')} …`,
      isNone ? '`onrush runs` lists those there are' : 'write more of the id',
    ),
  ])
}

async function candidates(store: Store | undefined, named: string): Promise<readonly RunRecord[]> {
  if (store === undefined || named === '') return []
  return named === 'last' ? store.list({ limit: 1 }) : store.list({ idPart: named })
}

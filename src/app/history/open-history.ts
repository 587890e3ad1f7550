/** Where the history of a folder is, and opening it; the database is loaded only then. */
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Store } from '../../contracts/store.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'

/** `folder`: the one a command runs in. */
export const historyPath = (folder: string): string => join(folder, '.onrush', 'history.db')

/** Makes it when there is none. Throws `OnrushError`. `say`: what cannot be kept later. */
export async function openHistory(folder: string, say: (text: string) => void): Promise<Store> {
  const path = historyPath(folder)
  const { openSqliteStore } = await import('../../plugins/stores/sqlite/sqlite-store.ts')
  try {
    return openSqliteStore(path, { epochMs: Date.now, onError: (text) => say(`history: ${text}`) })
  } catch (error) {
    throw new OnrushError(
      [
        problem(
          'E_HISTORY',
          relative(folder, path),
          'the history cannot be used',
          (error as Error).message,
          'use the onrush that wrote it, or move the file away: a new one is made',
        ),
      ],
      { cause: error },
    )
  }
}

/** Undefined when nothing was ever kept in `folder`. Throws `OnrushError`. */
export async function findHistory(
  folder: string,
  say: (text: string) => void,
): Promise<Store | undefined> {
  return existsSync(historyPath(folder)) ? openHistory(folder, say) : undefined
}

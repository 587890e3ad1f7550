/**
 * Where the history is, and opening it: SQLite in the folder a command runs in, or PostgreSQL by `--store postgres://…`. Either is
 * loaded only then.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Store } from '../../contracts/store.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { maskAddress, withoutAddress } from '../../kernel/mask-address.ts'
import type { PgPackage } from '../../plugins/stores/postgres/pg-package.ts'

export interface HistoryPlace {
  /** The one a command runs in. */
  readonly folder: string
  /** Of a database; undefined: in the folder. */
  readonly url: string | undefined
}

/** Makes it when there is none. Rejects with why it cannot be used. `say`: what cannot be kept later. */
export async function openStore(place: HistoryPlace, say: (text: string) => void): Promise<Store> {
  const { folder, url = '' } = place
  const onError = (text: string): void => say(`history: ${withoutAddress(text, url)}`)
  const options = { epochMs: Date.now, onError }
  if (place.url === undefined) {
    const { openSqliteStore } = await import('../../plugins/stores/sqlite/sqlite-store.ts')
    const path = pathIn(folder)
    mkdirSync(dirname(path), { recursive: true })
    return openSqliteStore(path, options)
  }
  const { openPostgresStore } = await import('../../plugins/stores/postgres/postgres-store.ts')
  try {
    return await openPostgresStore(await pgPackage(folder), url, options)
  } catch (error) {
    // Without the error itself as its cause: some carry the address.
    throw new Error(withoutAddress(error, url))
  }
}

/** The same for commands that are about the history. Rejects with `OnrushError`. */
export async function openHistory(
  place: HistoryPlace,
  say: (text: string) => void,
): Promise<Store> {
  try {
    return await openStore(place, say)
  } catch (error) {
    throw new OnrushError([unusable(place, (error as Error).message)])
  }
}

/** Undefined when nothing was ever kept there. Rejects with `OnrushError`. */
export async function findHistory(
  place: HistoryPlace,
  say: (text: string) => void,
): Promise<Store | undefined> {
  const isThere = place.url !== undefined || existsSync(pathIn(place.folder))
  return isThere ? openHistory(place, say) : undefined
}

/** What can be known before a run, without asking any server. Rejects with `OnrushError`. */
export async function checkHistory(place: HistoryPlace): Promise<void> {
  if (place.url === undefined) return
  if (!/^postgres(ql)?:\/\//.test(place.url)) {
    const why = 'it begins with postgres:// or postgresql://; without one, runs are kept in .onrush'
    throw new OnrushError([unusable(place, why)])
  }
  try {
    await pgPackage(place.folder)
  } catch (error) {
    throw new OnrushError([unusable(place, (error as Error).message)])
  }
}

const pathIn = (folder: string): string => join(folder, '.onrush', 'history.db')

async function pgPackage(folder: string): Promise<PgPackage> {
  const { requireFrom } = await import('../../load/data/peer-package.ts')
  const pg = requireFrom(folder, 'pg')?.('pg') as PgPackage | undefined
  if (pg === undefined) throw new Error('the package pg is not installed: npm install pg')
  return pg
}

function unusable({ folder, url }: HistoryPlace, why: string) {
  const what = 'the history cannot be used'
  if (url !== undefined) {
    return problem('E_HISTORY', maskAddress(url), what, why, 'correct --store, or leave it out')
  }
  const fix = 'use the onrush that wrote it, or move the file away: a new one is made'
  return problem('E_HISTORY', relative(folder, pathIn(folder)), what, why, fix)
}

/**
 * Opens the rows of a query: asks the database once, before the run, and says what it answers when it cannot. Loaded when a script has
 * such a feeder, so that others do not wait for it.
 */
import { OnrushError } from '../../kernel/errors.ts'
import { withoutAddress } from '../../kernel/mask-address.ts'
import { badQuery, noPackage } from './data-problems.ts'
import { gatherRows } from './gathered-rows.ts'
import { openDataFile } from './open-file.ts'
import { requireFrom } from './peer-package.ts'
import { type PgPackage, postgresRows } from './postgres-rows.ts'
import type { Rows } from './rows.ts'
import { sqliteRows } from './sqlite-rows.ts'

type Batches = AsyncIterable<readonly unknown[]>

/** `path`: absolute. Throws `OnrushError`. */
export async function openSqlite(
  path: string,
  query: string,
  label: string,
  inMemoryBytesMax: number,
): Promise<Rows> {
  // SQLite would make a file that is not there.
  await (await openDataFile(path, label)).close()
  return gather(sqliteRows(path, query), '', label, inMemoryBytesMax)
}

/** `folder`: absolute, of the script. Throws `OnrushError`. */
export async function openPostgres(
  folder: string,
  url: string,
  query: string,
  label: string,
  inMemoryBytesMax: number,
): Promise<Rows> {
  return gather(postgresRows(pgPackage(folder, label), url, query), url, label, inMemoryBytesMax)
}

/** Throws `OnrushError` when it is not installed. */
export function pgPackage(folder: string, label: string): PgPackage {
  const pg = requireFrom(folder, 'pg')?.('pg') as PgPackage | undefined
  if (pg === undefined) throw new OnrushError([noPackage(label, 'pg')])
  return pg
}

async function gather(
  batches: Batches,
  url: string,
  label: string,
  inMemoryBytesMax: number,
): Promise<Rows> {
  try {
    return await gatherRows(batches, label, inMemoryBytesMax)
  } catch (error) {
    if (error instanceof OnrushError) throw error
    // Without the error itself as its cause: some carry the address.
    throw new OnrushError([badQuery(label, withoutAddress(error, url))])
  }
}

/**
 * The tables of a history, as steps from one version to the next: a step that was released is never changed. The version is
 * SQLite's `user_version`. Times are ms since 1970, on the run clock where they end in `_at_ms`. What is merged begins with window
 * span × place; see `model/metrics/merged/`.
 */
import type Database from 'libsql'
import { inTransaction } from './transaction.ts'

/** Step n leads from version n to n + 1. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE runs (
     run INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL,
     script TEXT NOT NULL,
     started_epoch_ms REAL NOT NULL,
     heard_epoch_ms REAL NOT NULL,
     finished INTEGER NOT NULL DEFAULT 0,
     baseline INTEGER NOT NULL DEFAULT 0,
     tags TEXT NOT NULL,
     commit_hash TEXT,
     duration_ms REAL,
     passed INTEGER,
     reason TEXT,
     requests INTEGER,
     failures INTEGER,
     rate_per_sec REAL,
     p95_ms REAL,
     info BLOB NOT NULL,
     result BLOB
   );
   CREATE INDEX runs_newest ON runs (started_epoch_ms DESC, id DESC);
   CREATE TABLE events (
     event INTEGER PRIMARY KEY,
     run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
     at_ms REAL NOT NULL,
     body TEXT NOT NULL
   );
   CREATE INDEX events_of_run ON events (run);
   CREATE TABLE windows (
     run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
     window INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (run, window)
   );`,
  `CREATE TABLE merged (
     run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
     detail TEXT NOT NULL,
     span INTEGER NOT NULL,
     place INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (run, detail, span, place)
   );`,
]

/** Tells a history from the databases of other programs: "onru". */
const APPLICATION_ID = 0x6f6e7275

/** The file cannot be used as a history; the message is half a sentence for people. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}

/** Brings an open database up to date, in one transaction. Throws `StoreError` for one that is no history of ours. */
export function migrate(database: Database.Database): void {
  if (versionOf(database) === MIGRATIONS.length) return
  inTransaction(database, () => {
    // Another process may have done it meanwhile.
    const version = versionOf(database)
    for (const step of MIGRATIONS.slice(version)) database.exec(step)
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
  })
}

function versionOf(database: Database.Database): number {
  const version = numberOf(database, 'PRAGMA user_version')
  const tables = numberOf(database, 'SELECT count(*) FROM sqlite_schema')
  const isEmpty = version === 0 && tables === 0
  if (!isEmpty && numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new StoreError('it is a database of another program')
  }
  if (version > MIGRATIONS.length) {
    const known = `this one knows ${MIGRATIONS.length}`
    throw new StoreError(`it has version ${version}, from a newer onrush; ${known}`)
  }
  return version
}

function numberOf(database: Database.Database, sql: string): number {
  return (database.prepare(sql).raw().get() as [number])[0]
}

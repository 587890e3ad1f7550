/** Transactions, and how long one waits for those of other processes. */
import type Database from 'libsql'

/** While load is made: the process that waits is the one that keeps time for the workers. */
const BUSY_MS = 100
/** For a run to be kept at all. Deleting a long run takes another process a few hundred ms. */
export const BRIEF_MS = 1_000
const PATIENT_MS = 10_000

/** Waits longer for other processes in `run`. */
export function withPatience<T>(
  database: Database.Database,
  run: () => T,
  waitMs: number = PATIENT_MS,
): T {
  database.exec(`PRAGMA busy_timeout = ${waitMs}`)
  try {
    return run()
  } finally {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
  }
}

/** All or nothing: taken back when anything in `run` throws, which is thrown on. */
export function inTransaction<T>(database: Database.Database, run: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const value = run()
    database.exec('COMMIT')
    return value
  } catch (error) {
    // A full disk has taken it back already.
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Another process was writing for as long as one waits. */
export function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')
}

/**
 * Rows of a query to a SQLite file, in batches between which the event loop turns: SQLite answers at once or not at all, and a worker
 * must not fall silent. The file is only read.
 */
import { setImmediate } from 'node:timers/promises'

/** Rows handed over in one go: some milliseconds of work. */
const BATCH_ROWS = 1_000

/** `path`: absolute, of a file that exists. Throws what SQLite says. */
export async function* sqliteRows(path: string, query: string): AsyncGenerator<readonly unknown[]> {
  const { default: Database } = await import('libsql')
  const database = new Database(path)
  try {
    database.exec('PRAGMA query_only = 1')
    let batch: unknown[] = []
    for (const row of database.prepare(query).iterate()) {
      batch.push(row)
      if (batch.length < BATCH_ROWS) continue
      yield batch
      batch = []
      await setImmediate()
    }
    yield batch
  } finally {
    database.close()
  }
}

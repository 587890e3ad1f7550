/**
 * History in one SQLite file, through `libsql`: one row per run, one per window with everything that was counted in it. Several
 * processes may use the file at once; readers never wait for a writer. Calls work in the process itself, a few ms each; what may
 * not wait is only `RunWriter`. See `schema.ts` for the tables, `sqlite-writer.ts` for what happens while a run goes on.
 */
import Database from 'libsql'
import type { RunEvent } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type {
  KeptRun,
  MergedQuery,
  PruneRules,
  RunQuery,
  RunRecord,
  RunWriter,
  Store,
  StoredRun,
} from '../../../contracts/store.ts'
import type { Window } from '../../../contracts/window.ts'
import { type MergedSource, readMerged } from '../../../model/metrics/merged/read-merged.ts'
import { WINDOW_MS } from '../../../model/metrics/window.ts'
import { decodeWindow } from '../../../model/metrics/window-codec.ts'
import { headOf, isAskedFor, RUNS_LISTED } from '../../../model/report/kept-run.ts'
import { MergedRows } from './merged-rows.ts'
import { type Bytes, packJson, unpack, unpackJson } from './packed.ts'
import { HEAD_COLUMNS, type HeadRow, recordOf } from './run-row.ts'
import { migrate, StoreError } from './schema.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import { BRIEF_MS, inTransaction, isBusy, withPatience } from './transaction.ts'
import { WalSync } from './wal-sync.ts'

/** Windows read at a time: no cursor stays open while the reader does something else. */
const WINDOWS_READ = 20
/** Stretches read before the process does something else: a few ms each by series, a few hundredths as overviews. */
const MERGED_READ = { series: 4, overview: 200 }
const OPEN_ATTEMPTS = 50
const OPEN_AGAIN_MS = 100

export interface SqliteOptions {
  readonly epochMs: () => number
  /** A sentence for people about what cannot be kept: once per run when it happens, once when something is lost for good. */
  readonly onError: (text: string) => void
}

/** Makes the file when there is none; its folder must exist. Rejects with `StoreError` when it cannot be used. */
export async function openSqliteStore(path: string, options: SqliteOptions): Promise<Store> {
  for (let attempt = 1; ; attempt++) {
    try {
      return new SqliteStore(path, openDatabase(path), options)
    } catch (error) {
      // SQLite does not wait where several processes make a file at once.
      if (isBusy(error) && attempt < OPEN_ATTEMPTS) {
        await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS))
      } else if (error instanceof StoreError) throw error
      else throw new StoreError((error as Error).message, { cause: error })
    }
  }
}

function openDatabase(path: string): Database.Database {
  const database = new Database(path)
  try {
    for (const pragma of PRAGMAS) database.exec(`PRAGMA ${pragma}`)
    withPatience(database, () => migrate(database))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** The first must come before there is any table: freed space goes back to the disk. Commits do not wait for it: `WalSync`. */
const PRAGMAS = [
  'auto_vacuum = INCREMENTAL',
  'busy_timeout = 10000',
  'journal_mode = WAL',
  'synchronous = NORMAL',
  'foreign_keys = ON',
  'journal_size_limit = 16000000',
]

class SqliteStore implements Store {
  readonly #database: Database.Database
  readonly #options: SqliteOptions
  readonly #walSync: WalSync
  readonly #writers = new Set<SqliteWriter>()

  constructor(path: string, database: Database.Database, options: SqliteOptions) {
    this.#database = database
    this.#options = options
    this.#walSync = new WalSync(path)
  }

  async begin(run: KeptRun): Promise<RunWriter> {
    const { id, name, script, startedAtEpochMs, tags, commit } = headOf(run)
    const { epochMs, onError } = this.#options
    const insert = this.#database.prepare(
      `INSERT INTO runs (id, name, script, started_epoch_ms, heard_epoch_ms, tags, commit_hash, info)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    const head = [id, name, script, startedAtEpochMs, epochMs(), JSON.stringify(tags), commit]
    const { lastInsertRowid } = withPatience(
      this.#database,
      () => insert.run(...head, packJson(run)),
      BRIEF_MS,
    )
    let isSaid = false
    const sayOnce = (why: string): void => {
      if (isSaid) return
      isSaid = true
      onError(`run ${id} cannot be kept at the moment, and goes on: ${why}`)
    }
    const writer = new SqliteWriter({
      database: this.#database,
      run: lastInsertRowid,
      epochMs,
      onError: sayOnce,
      onLoss: (what) => onError(`run ${id} is not kept as a whole: ${what}`),
      sync: () => this.#walSync.sync().catch((error: Error) => sayOnce(error.message)),
      onClosed: (closed) => this.#writers.delete(closed),
    })
    this.#writers.add(writer)
    return writer
  }

  async list(query: RunQuery = {}): Promise<readonly RunRecord[]> {
    this.#flush()
    const { before = null, limit = RUNS_LISTED, ...filters } = query
    const rows = this.#database
      .prepare(
        `SELECT ${HEAD_COLUMNS} FROM runs WHERE ? IS NULL OR
           (started_epoch_ms, id) < (SELECT started_epoch_ms, id FROM runs WHERE id = ?)
         ORDER BY started_epoch_ms DESC, id DESC LIMIT ?`,
      )
      .all(before, before, Object.keys(filters).length === 0 ? limit : -1) as HeadRow[]
    return this.#records(rows)
      .filter((each) => isAskedFor(each, query))
      .slice(0, limit)
  }

  async read(id: string): Promise<StoredRun | undefined> {
    this.#flush()
    const row = this.#database
      .prepare(`SELECT ${HEAD_COLUMNS}, run, info, result FROM runs WHERE id = ?`)
      .get(id) as (HeadRow & { run: number; info: Bytes; result: Bytes | null }) | undefined
    if (row === undefined) return undefined
    const events = this.#database
      .prepare('SELECT body FROM events WHERE run = ? ORDER BY event')
      .all(row.run) as { body: string }[]
    return {
      record: recordOf(row, this.#options.epochMs()),
      info: unpackJson<KeptRun>(row.info),
      events: events.map(({ body }) => JSON.parse(body) as RunEvent),
      result: row.result === null ? undefined : unpackJson<RunResult>(row.result),
    }
  }

  async *windows(
    id: string,
    { fromMs, toMs } = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER },
  ): AsyncIterable<Window> {
    this.#flush()
    const page = this.#database.prepare(
      `SELECT window, bytes FROM windows WHERE run = (SELECT run FROM runs WHERE id = ?)
         AND window >= ? AND window * ${WINDOW_MS} < ? ORDER BY window LIMIT ${WINDOWS_READ}`,
    )
    let from = Math.ceil(fromMs / WINDOW_MS)
    for (;;) {
      // The process may be coordinating a run.
      await new Promise((resolve) => setImmediate(resolve))
      const rows = page.all(id, from, toMs) as { window: number; bytes: Bytes }[]
      for (const { bytes } of rows) yield decodeWindow(unpack(bytes))
      if (rows.length < WINDOWS_READ) return
      from = rows.at(-1)!.window + 1
    }
  }

  async *merged(id: string, query: MergedQuery): AsyncIterable<Window> {
    this.#flush()
    const row = this.#database.prepare('SELECT run FROM runs WHERE id = ?').raw().get(id)
    if (row !== undefined) yield* readMerged(this.#source(id, (row as [number])[0], query), query)
  }

  async setBaseline(id: string, isBaseline: boolean): Promise<void> {
    this.#database.prepare('UPDATE runs SET baseline = ? WHERE id = ?').run(Number(isBaseline), id)
  }

  async remove(ids: readonly string[]): Promise<number> {
    const remove = this.#database.prepare('DELETE FROM runs WHERE id = ?')
    return withPatience(this.#database, () => {
      const counts = ids.map((id) => inTransaction(this.#database, () => remove.run(id).changes))
      this.#database.exec('PRAGMA incremental_vacuum')
      return counts.reduce((sum, each) => sum + each, 0)
    })
  }

  async prune({ beforeEpochMs = 0, sizeBytesMax, spare }: PruneRules): Promise<RunRecord[]> {
    const rows = this.#database
      .prepare(`SELECT ${HEAD_COLUMNS} FROM runs WHERE baseline = 0 ORDER BY started_epoch_ms, id`)
      .all() as HeadRow[]
    const removed: RunRecord[] = []
    for (const record of this.#records(rows)) {
      if (record.state === 'running' || record.id === spare) continue
      const isOld = record.startedAtEpochMs < beforeEpochMs
      const isTooMuch = sizeBytesMax !== undefined && this.#sizeBytes() > sizeBytesMax
      if ((isOld || isTooMuch) && (await this.remove([record.id])) > 0) removed.push(record)
    }
    return removed
  }

  async close(): Promise<void> {
    if (!this.#database.open) return
    this.#flush()
    await this.#walSync.close()
    try {
      // The driver leaves everything in the log when it closes: whoever copies the file alone would miss it.
      this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
    } catch {
      // A full disk: what stays in the log is read from there, and moved by whoever closes next.
    }
    this.#database.close()
  }

  #source(id: string, run: number, { detail }: MergedQuery): MergedSource {
    const rows = new MergedRows(this.#database)
    const last = this.#database.prepare('SELECT max(window) FROM windows WHERE run = ?').raw()
    return {
      atOnce: MERGED_READ[detail],
      end: async () => ((last.get(run) as [number | null])[0] ?? -1) + 1,
      merged: async (keys) => {
        await new Promise((resolve) => setImmediate(resolve))
        return rows.read(run, keys)
      },
      windows: (range) => this.windows(id, range),
    }
  }

  /** What is read is never behind what was told here. */
  #flush(): void {
    for (const writer of this.#writers) writer.write()
  }

  #records(rows: readonly HeadRow[]): RunRecord[] {
    const nowEpochMs = this.#options.epochMs()
    return rows.map((row) => recordOf(row, nowEpochMs))
  }

  #sizeBytes(): number {
    const { bytes } = this.#database
      .prepare(
        `SELECT (page_count - freelist_count) * page_size AS bytes
           FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
      )
      .get() as { bytes: number }
    return bytes
  }
}

/**
 * History in a PostgreSQL database that a team shares: tables `onrush_…` in the first schema of the connection's search path. Any number
 * of processes may write and read. The clocks of their machines should agree within a few seconds: whether a run is cut off is told by
 * when it was last heard of.
 */
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
import { nameOf } from '../../../model/metrics/merged/merged-key.ts'
import { type MergedSource, readMerged } from '../../../model/metrics/merged/read-merged.ts'
import { WINDOW_MS } from '../../../model/metrics/window.ts'
import { decodeWindow } from '../../../model/metrics/window-codec.ts'
import { headOf, isAskedFor, RUNS_LISTED, stateOf } from '../../../model/report/kept-run.ts'
import type { PgPackage, PgPool } from './pg-package.ts'
import { PostgresWriter } from './postgres-writer.ts'
import { migrate } from './schema.ts'

/** Windows read at a time. */
const WINDOWS_READ = 100
/** Stretches read at a time. */
const MERGED_READ = 200
const CONNECTIONS_MAX = 3
const CONNECT_TIMEOUT_MS = 10_000
/** Of one statement; a server that does not answer is as good as none. */
const STATEMENT_TIMEOUT_MS = 30_000

export interface PostgresOptions {
  readonly epochMs: () => number
  /** As for the other stores. May hold what the server said, which may name the address. */
  readonly onError: (text: string) => void
}

/** Makes the tables when there are none. Rejects when the server cannot be used. */
export async function openPostgresStore(
  { Pool }: PgPackage,
  url: string,
  options: PostgresOptions,
): Promise<Store> {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'onrush',
  })
  // A connection that breaks while nobody uses it: the next statement opens another one, or says why it cannot.
  pool.on('error', () => undefined)
  try {
    await migrate(pool)
  } catch (error) {
    await pool.end()
    throw error
  }
  return new PostgresStore(pool, options)
}

const HEAD_COLUMNS = `id, name, script, started_epoch_ms AS "startedAtEpochMs", heard_epoch_ms, finished, baseline AS "isBaseline",
  tags, commit_hash AS commit, duration_ms AS "durationMs", passed, reason, requests, failures, rate_per_sec AS "ratePerSec",
  p95_ms AS "p95Ms"`

type HeadRow = Omit<RunRecord, 'tags' | 'state'> & {
  readonly tags: string
  readonly heard_epoch_ms: number
  readonly finished: boolean
}

class PostgresStore implements Store {
  readonly #pool: PgPool
  readonly #options: PostgresOptions
  readonly #writers = new Set<PostgresWriter>()
  #isClosed = false

  constructor(pool: PgPool, options: PostgresOptions) {
    this.#pool = pool
    this.#options = options
  }

  async begin(run: KeptRun): Promise<RunWriter> {
    const { id, name, script, startedAtEpochMs, tags, commit } = headOf(run)
    const { epochMs, onError } = this.#options
    const head = [id, name, script, startedAtEpochMs, epochMs(), JSON.stringify(tags), commit]
    const [row] = await this.#rows<{ run: string }>(
      `INSERT INTO onrush_runs (id, name, script, started_epoch_ms, heard_epoch_ms, tags, commit_hash, info)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING run::text`,
      [...head, JSON.stringify(run)],
    )
    let isSaid = false
    const writer = new PostgresWriter({
      pool: this.#pool,
      run: row!.run,
      epochMs,
      onError: (why) => {
        if (!isSaid) onError(`run ${id} cannot be kept at the moment, and goes on: ${why}`)
        isSaid = true
      },
      onLoss: (what) => onError(`run ${id} is not kept as a whole: ${what}`),
      onClosed: (closed) => this.#writers.delete(closed),
    })
    this.#writers.add(writer)
    return writer
  }

  async list(query: RunQuery = {}): Promise<readonly RunRecord[]> {
    await this.#flush()
    const { before = null, limit = RUNS_LISTED, ...filters } = query
    const isFiltered = Object.keys(filters).length > 0
    const rows = await this.#rows<HeadRow>(
      `SELECT ${HEAD_COLUMNS} FROM onrush_runs WHERE $1::text IS NULL OR
         (started_epoch_ms, id) < (SELECT started_epoch_ms, id FROM onrush_runs WHERE id = $1)
       ORDER BY started_epoch_ms DESC, id DESC LIMIT $2`,
      [before, isFiltered ? null : limit],
    )
    return rows
      .map((row) => this.#recordOf(row))
      .filter((each) => isAskedFor(each, query))
      .slice(0, limit)
  }

  async read(id: string): Promise<StoredRun | undefined> {
    await this.#flush()
    const [row] = await this.#rows<HeadRow & { run: string; info: string; result: string | null }>(
      `SELECT ${HEAD_COLUMNS}, run::text, info, result FROM onrush_runs WHERE id = $1`,
      [id],
    )
    if (row === undefined) return undefined
    const events = await this.#rows<{ body: string }>(
      'SELECT body FROM onrush_events WHERE run = $1::bigint ORDER BY event',
      [row.run],
    )
    return {
      record: this.#recordOf(row),
      info: JSON.parse(row.info) as KeptRun,
      events: events.map(({ body }) => JSON.parse(body) as RunEvent),
      result: row.result === null ? undefined : (JSON.parse(row.result) as RunResult),
    }
  }

  async *windows(
    id: string,
    { fromMs, toMs } = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER },
  ): AsyncIterable<Window> {
    await this.#flush()
    let from = Math.ceil(fromMs / WINDOW_MS)
    for (;;) {
      const rows = await this.#rows<{ number: number; bytes: Uint8Array }>(
        `SELECT number, bytes FROM onrush_windows WHERE run = (SELECT run FROM onrush_runs WHERE id = $1)
           AND number >= $2 AND number::double precision * ${WINDOW_MS} < $3 ORDER BY number LIMIT ${WINDOWS_READ}`,
        [id, from, toMs],
      )
      for (const { bytes } of rows) yield decodeWindow(bytes)
      if (rows.length < WINDOWS_READ) return
      from = rows.at(-1)!.number + 1
    }
  }

  async *merged(id: string, query: MergedQuery): AsyncIterable<Window> {
    await this.#flush()
    const [row] = await this.#rows<{ run: string }>(
      'SELECT run::text FROM onrush_runs WHERE id = $1',
      [id],
    )
    if (row !== undefined) yield* readMerged(this.#source(id, row.run, query), query)
  }

  async setBaseline(id: string, isBaseline: boolean): Promise<void> {
    await this.#pool.query('UPDATE onrush_runs SET baseline = $2 WHERE id = $1', [id, isBaseline])
  }

  async remove(ids: readonly string[]): Promise<number> {
    const { rowCount } = await this.#pool.query('DELETE FROM onrush_runs WHERE id = ANY ($1)', [
      ids,
    ])
    return rowCount ?? 0
  }

  async prune({ beforeEpochMs = 0, sizeBytesMax, spare }: PruneRules): Promise<RunRecord[]> {
    const rows = await this.#rows<HeadRow & { bytes: number }>(
      `SELECT ${HEAD_COLUMNS}, (SELECT coalesce(sum(pg_column_size(bytes)), 0) FROM (
           SELECT run, bytes FROM onrush_windows UNION ALL SELECT run, bytes FROM onrush_merged
         ) AS kept WHERE kept.run = onrush_runs.run)::double precision AS bytes
         FROM onrush_runs ORDER BY started_epoch_ms, id`,
    )
    let sizeBytes = rows.reduce((sum, { bytes }) => sum + bytes, 0)
    const removed: RunRecord[] = []
    for (const row of rows) {
      const record = this.#recordOf(row)
      const { id, isBaseline, state, startedAtEpochMs } = record
      if (isBaseline || state === 'running' || id === spare) continue
      const isTooMuch = sizeBytesMax !== undefined && sizeBytes > sizeBytesMax
      if (!isTooMuch && startedAtEpochMs >= beforeEpochMs) continue
      if ((await this.remove([id])) === 0) continue
      sizeBytes -= row.bytes
      removed.push(record)
    }
    return removed
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#flush()
    await this.#pool.end()
  }

  #source(id: string, run: string, { detail }: MergedQuery): MergedSource {
    return {
      atOnce: MERGED_READ,
      end: async () => {
        const [row] = await this.#rows<{ last: number | null }>(
          'SELECT max(number) AS last FROM onrush_windows WHERE run = $1::bigint',
          [run],
        )
        return (row?.last ?? -1) + 1
      },
      merged: async (keys) => {
        const rows = await this.#rows<{ span: number; index: number; bytes: Uint8Array }>(
          `SELECT span, place AS index, bytes FROM onrush_merged
             JOIN unnest($3::integer[], $4::integer[]) AS key (span, place) USING (span, place)
           WHERE run = $1::bigint AND detail = $2`,
          [run, detail, keys.map(({ span }) => span), keys.map(({ index }) => index)],
        )
        const found = new Map(rows.map((row) => [nameOf({ detail, ...row }), row.bytes]))
        return keys.map((key) => {
          const bytes = found.get(nameOf(key))
          return bytes && decodeWindow(bytes)
        })
      },
      windows: (range) => this.windows(id, range),
    }
  }

  /** What is read is never behind what was told here. */
  async #flush(): Promise<void> {
    await Promise.all([...this.#writers].map((writer) => writer.write()))
  }

  async #rows<T>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    return (await this.#pool.query(text, values)).rows as readonly T[]
  }

  #recordOf({ tags, heard_epoch_ms, finished, ...row }: HeadRow): RunRecord {
    const { id, name, script, startedAtEpochMs, isBaseline, commit } = row
    const { durationMs, passed, reason, requests, failures, ratePerSec, p95Ms } = row
    return {
      ...{ id, name, script, startedAtEpochMs },
      state: stateOf(finished, heard_epoch_ms, this.#options.epochMs()),
      ...{ isBaseline, tags: JSON.parse(tags), commit },
      ...{ durationMs, passed, reason, requests, failures, ratePerSec, p95Ms },
    }
  }
}

/**
 * The tables of a shared history, as steps from one version to the next: a step that was released is never changed. Times are ms since
 * 1970; ids are compared by their bytes, as everywhere. PostgreSQL compresses the bytes of windows by itself. What is
 * merged begins with window span × place; see `model/metrics/merged/`.
 */
import type { PgPool } from './pg-package.ts'

/** Step n leads from version n to n + 1. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE onrush_runs (
     run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     id text COLLATE "C" NOT NULL UNIQUE,
     name text NOT NULL,
     script text NOT NULL,
     started_epoch_ms double precision NOT NULL,
     heard_epoch_ms double precision NOT NULL,
     finished boolean NOT NULL DEFAULT false,
     baseline boolean NOT NULL DEFAULT false,
     tags text NOT NULL,
     commit_hash text,
     duration_ms double precision,
     passed boolean,
     reason text,
     requests double precision,
     failures double precision,
     rate_per_sec double precision,
     p95_ms double precision,
     info text NOT NULL,
     result text
   );
   CREATE INDEX onrush_runs_newest ON onrush_runs (started_epoch_ms DESC, id DESC);
   CREATE TABLE onrush_events (
     event bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     run bigint NOT NULL REFERENCES onrush_runs ON DELETE CASCADE,
     body text NOT NULL
   );
   CREATE INDEX onrush_events_of_run ON onrush_events (run);
   CREATE TABLE onrush_windows (
     run bigint NOT NULL REFERENCES onrush_runs ON DELETE CASCADE,
     number integer NOT NULL,
     bytes bytea NOT NULL,
     PRIMARY KEY (run, number)
   );`,
  `CREATE TABLE onrush_merged (
     run bigint NOT NULL REFERENCES onrush_runs ON DELETE CASCADE,
     detail text NOT NULL,
     span integer NOT NULL,
     place integer NOT NULL,
     bytes bytea NOT NULL,
     PRIMARY KEY (run, detail, span, place)
   );`,
]

/** Of the lock that lets one process at a time make tables: "onru". */
const LOCK = 0x6f6e7275

/** Brings the tables up to date, whoever does it first. Rejects for those of a newer version. */
export async function migrate(pool: PgPool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`)
    await client.query('CREATE TABLE IF NOT EXISTS onrush_version (version integer NOT NULL)')
    const { rows } = await client.query('SELECT version FROM onrush_version')
    const version = (rows[0] as { version: number } | undefined)?.version ?? 0
    const known = MIGRATIONS.length
    if (version > known) {
      throw new Error(`it has version ${version}, from a newer onrush; this one knows ${known}`)
    }
    for (const step of MIGRATIONS.slice(version)) await client.query(step)
    if (version < known) {
      await client.query(`DELETE FROM onrush_version; INSERT INTO onrush_version VALUES (${known})`)
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined) // a broken connection has forgotten it already
    throw error
  } finally {
    client.release()
  }
}

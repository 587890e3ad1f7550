/**
 * Rows of a query to PostgreSQL, by the package `pg`, which people install beside onrush. A cursor in a transaction that only reads
 * answers 1,000 rows at a time from one state of the database; the connection is closed before the load begins. Times come as the server
 * writes them, in UTC, and not as dates in whatever time zone a worker has.
 */

const BATCH_ROWS = 1_000
const CONNECT_TIMEOUT_MS = 10_000
/** Of one batch. A worker has a minute to get ready. */
const BATCH_TIMEOUT_MS = 45_000

/** The part of `pg` that is used. */
export interface PgPackage {
  readonly Client: new (options: object) => PgClient
  readonly types: { getTypeParser(oid: number, format?: string): unknown }
}
interface PgClient {
  connect(): Promise<void>
  query(text: string): Promise<{ readonly rows: readonly unknown[] }>
  end(): Promise<void>
  on(event: 'error', listener: () => void): void
}

/** Of pg_type: whole numbers of 64 bits, and dates and times of all kinds. */
const INT8 = 20
const TIMES: readonly number[] = [1082, 1083, 1114, 1184, 1186, 1266]

/** Throws what the server, or the way to it, says. */
export async function* postgresRows(
  { Client, types }: PgPackage,
  url: string,
  query: string,
): AsyncGenerator<readonly unknown[]> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'onrush',
    types: {
      getTypeParser(oid: number, format?: string) {
        if (oid === INT8) return (text: string) => BigInt(text)
        return TIMES.includes(oid) ? (text: string) => text : types.getTypeParser(oid, format)
      },
    },
  })
  client.on('error', () => undefined) // the query that waits, or the next one, rejects with it
  await client.connect()
  try {
    await client.query('BEGIN TRANSACTION READ ONLY')
    await client.query(
      `SET LOCAL TIME ZONE 'UTC'; SET LOCAL statement_timeout = ${BATCH_TIMEOUT_MS}`,
    )
    await client.query(`DECLARE onrush_rows NO SCROLL CURSOR FOR ${query.trim().replace(/;$/, '')}`)
    for (;;) {
      const { rows } = await client.query(`FETCH ${BATCH_ROWS} FROM onrush_rows`)
      if (rows.length > 0) yield rows
      if (rows.length < BATCH_ROWS) return
    }
  } finally {
    await client.end()
  }
}

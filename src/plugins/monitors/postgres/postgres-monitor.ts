/**
 * A PostgreSQL by its own account: one connection that is kept, and one query per reading (two where `pg_stat_statements` is there). Connections
 * and how many of those allowed, what waits for locks, transactions, cache hits, rows, deadlocks, and the mean time of a
 * statement. Our own query is one of the transactions. Costs about 1 ms per reading here, and as much there.
 */
import { Socket } from 'node:net'
import type { Monitor, MonitorFigure } from '../../../contracts/monitor.ts'
import { CounterRates } from '../../../kernel/counter-rates.ts'
import { figuresOf, QUERY, type Row, STATEMENTS_QUERY, statementsSum } from './figures.ts'

/** Less than a reading may take: the server must not go on with what nobody waits for. */
const STATEMENT_MS_MAX = 1_500

/** The part of the package `pg` that is used. */
export interface PgPackage {
  readonly Client: new (options: object) => PgClient
}
interface PgClient {
  connect(): Promise<void>
  query(text: string): Promise<{ readonly rows: readonly Row[] }>
  end(): Promise<void>
  on(event: 'error', listener: () => void): void
}

export interface PostgresOptions {
  readonly name: string
  readonly url: string
  /** Without secrets. */
  readonly source: string
  /** Brought by whoever installed it. */
  readonly pg: PgPackage
  nowMs(): number
}

export class PostgresMonitor implements Monitor {
  readonly name: string
  readonly source: string
  readonly #options: PostgresOptions
  readonly #rates = new CounterRates()
  #client: PgClient | undefined
  #socket: Socket | undefined
  #statements: string | undefined

  constructor(options: PostgresOptions) {
    this.name = options.name
    this.source = options.source
    this.#options = options
  }

  async read(signal: AbortSignal): Promise<readonly MonitorFigure[]> {
    // A server that does not answer does not hear a good-bye either.
    const giveUp = (): void => void this.#socket?.destroy()
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      const client = this.#client ?? (await this.#open())
      const [activity] = (await client.query(QUERY)).rows
      const statements = this.#statements
      const [sums] = statements === undefined ? [] : (await client.query(statements)).rows
      this.#rates.begin(this.#options.nowMs())
      return figuresOf({ ...activity, ...sums }, this.#rates)
    } catch (error) {
      this.close()
      throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** The next reading begins with a new connection. */
  close(): void {
    const client = this.#client
    this.#client = undefined
    // One that cannot even say good-bye is gone already.
    void client?.end().catch(() => undefined)
  }

  async #open(): Promise<PgClient> {
    const { pg, url } = this.#options
    const client = new pg.Client({
      connectionString: url,
      application_name: 'onrush',
      connectionTimeoutMillis: STATEMENT_MS_MAX,
      statement_timeout: STATEMENT_MS_MAX,
      stream: () => {
        this.#socket = new Socket()
        return this.#socket
      },
    })
    this.#client = client
    client.on('error', () => undefined) // the query that waits, or the next one, rejects with it
    await client.connect()
    const [found] = (await client.query(STATEMENTS_QUERY)).rows
    this.#statements = found && statementsSum(String(found['schema']), String(found['version']))
    return client
  }
}

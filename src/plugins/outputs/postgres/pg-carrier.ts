/**
 * Writes seconds to PostgreSQL by the package `pg`, which people install beside onrush: one connection, one statement per second of the run.
 * It makes the tables when they are not there. Whatever goes wrong ends the connection; the next message makes a new one.
 */
import { Socket } from 'node:net'
import { OUTBOX_MESSAGE_MS_MAX } from '../../../kernel/limits.ts'
import type { Address } from '../../../run/outbound/address.ts'
import { type Carrier, Refused } from '../../../run/outbound/outbox.ts'
import { MAKE_TABLES, TABLES_THERE, WRITE_SECOND } from './tables.ts'

/** The part of `pg` that is used. */
export interface PgPackage {
  readonly Client: new (options: object) => PgClient
}
interface PgClient {
  connect(): Promise<unknown>
  query(text: string, values?: readonly string[]): Promise<{ readonly rows: readonly unknown[] }>
  on(event: 'error', listener: (error: Error) => void): void
}

/** Data, constraint or statement is wrong, by class of SQLSTATE: another try would be the same. */
const FOR_GOOD = /^(22|23|42)/

export class PgCarrier implements Carrier {
  readonly #pg: PgPackage
  readonly #url: string
  readonly #address: Address
  #client: Promise<PgClient> | undefined
  #socket: Socket | undefined

  /** `url` with its password; `address` hides it in what is said. */
  constructor(pg: PgPackage, url: string, address: Address) {
    this.#pg = pg
    this.#url = url
    this.#address = address
  }

  async carry(message: Uint8Array, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('it took too long')), { once: true })
    })
    try {
      await Promise.race([this.#write(Buffer.from(message).toString()), aborted])
    } catch (error) {
      this.close()
      const { message: text, code = '' } = error as Error & { readonly code?: string }
      const why = this.#address.masked(text || code)
      throw FOR_GOOD.test(code) ? new Refused(why) : new Error(why)
    }
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
    this.#client = undefined
  }

  async #write(json: string): Promise<void> {
    this.#client ??= this.#connect()
    await (await this.#client).query(WRITE_SECOND, [json])
  }

  async #connect(): Promise<PgClient> {
    const socket = new Socket()
    this.#socket = socket
    const client = new this.#pg.Client({
      connectionString: this.#url,
      application_name: 'onrush',
      connectionTimeoutMillis: OUTBOX_MESSAGE_MS_MAX,
      statement_timeout: OUTBOX_MESSAGE_MS_MAX,
      // Ours, so that a server that says nothing more can be left.
      stream: () => socket,
    })
    // A connection that breaks between two messages; the next one makes another.
    client.on('error', () => this.close())
    await client.connect()
    const { rows } = await client.query(TABLES_THERE)
    if (!(rows[0] as { readonly there: boolean }).there) await client.query(MAKE_TABLES)
    return client
  }
}

/**
 * One connection to a NATS server, and whether it is up. The client library reconnects by itself for as long as the link is
 * open; who sends or receives is told when it did. Nothing here knows what the messages mean.
 */
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { ObjectStore } from '@nats-io/obj'
import type { Msg, NatsConnection } from '@nats-io/transport-node'

export interface LinkParts {
  readonly connection: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  openStore(name: string, keptNs: number): Promise<ObjectStore>
}

export class Link {
  readonly connection: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  up = true
  readonly #openStore: LinkParts['openStore']
  readonly #onReconnect = new Set<() => void>()
  #wake: Set<() => void> | undefined = new Set()

  constructor(parts: LinkParts) {
    this.connection = parts.connection
    this.js = parts.js
    this.jsm = parts.jsm
    this.#openStore = parts.openStore
    void this.#watch()
  }

  get closed(): boolean {
    return this.#wake === undefined
  }

  /** Bytes that one message may have, with its head. */
  get messageBytesMax(): number {
    return (this.connection.info?.max_payload ?? 1_048_576) - 1_024
  }

  objectStore(name: string, keptNs: number): Promise<ObjectStore> {
    return this.#openStore(name, keptNs)
  }

  /** Returns how to end it. `onTrouble` hears of a subject that may not be read. */
  listen(
    subject: string,
    hear: (message: Msg) => void,
    onTrouble: (text: string) => void,
  ): () => void {
    const subscription = this.connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) hear(message)
        else onTrouble(`${subject} cannot be read: ${error.message}`)
      },
    })
    return () => subscription.unsubscribe()
  }

  /** `run` is called after each time the line was down. Returns how to end that. */
  onReconnect(run: () => void): () => void {
    this.#onReconnect.add(run)
    return () => this.#onReconnect.delete(run)
  }

  /** So long, or until the link is closed or back again. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#wake?.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      if (this.#wake === undefined) wake()
      else this.#wake.add(wake)
    })
  }

  /** What was published before is sent first, if the line is up. Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return
    this.#wakeAll()
    this.#wake = undefined
    this.#onReconnect.clear()
    if (this.up) await Promise.race([this.connection.flush().catch(ignoreGone), after(FLUSH_MS)])
    await this.connection.close()
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect') this.up = false
      if (type !== 'reconnect') continue
      this.up = true
      this.#wakeAll()
      for (const run of this.#onReconnect) run()
    }
    this.up = false
  }

  #wakeAll(): void {
    for (const wake of [...(this.#wake ?? [])]) wake()
  }
}

const FLUSH_MS = 500
const after = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms).unref())
/** A line that broke while we were leaving it. */
const ignoreGone = (): void => undefined

/**
 * Reads one subject of a run's stream in order, from its beginning, through every outage: the server forgets its readers when
 * it restarts, so after each reconnection reading begins anew behind the last message that was read.
 */
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import type { Link } from './link.ts'

const RETRY_MS = 100
/** Failing this often in a row while the line is up is worth a word: the stream is gone, or a permission is missing. */
const FAILURES_SAID = 20

export interface InboxOptions {
  readonly link: Link
  readonly stream: string
  readonly subject: string
  onMessage(subject: string, bytes: Uint8Array): void
  /** It cannot read, for a reason that does not end by itself. */
  onTrouble(text: string): void
}

export class Inbox {
  readonly #options: InboxOptions
  readonly #link: Link
  readonly #forget: () => void
  #lastRead = 0
  /** Which attempt reads: what an older one still brings is not listened to. */
  #attempt = 0
  #messages: ConsumerMessages | undefined

  constructor(options: InboxOptions) {
    this.#options = options
    this.#link = options.link
    this.#forget = this.#link.onReconnect(() => void this.#read())
    void this.#read()
  }

  close(): void {
    this.#attempt = Number.NaN
    this.#forget()
    this.#messages?.stop()
  }

  async #read(): Promise<void> {
    const attempt = ++this.#attempt
    this.#messages?.stop()
    for (let failures = 0; attempt === this.#attempt && !this.#link.closed; ) {
      try {
        const messages = await this.#open(attempt)
        if (attempt !== this.#attempt) {
          messages.stop()
          return
        }
        this.#messages = messages
        failures = 0
        await messages.closed()
      } catch (error) {
        // Just after an outage the server is not ready yet.
        if (++failures === FAILURES_SAID && this.#link.up)
          this.#options.onTrouble(`messages cannot be read: ${(error as Error).message}`)
      }
      if (attempt === this.#attempt) await this.#link.pause(RETRY_MS)
    }
  }

  async #open(attempt: number): Promise<ConsumerMessages> {
    const consumer = await this.#link.js.consumers.get(this.#options.stream, {
      filter_subjects: this.#options.subject,
      ...(this.#lastRead > 0 && {
        deliver_policy: 'by_start_sequence',
        opt_start_seq: this.#lastRead + 1,
      }),
    })
    return consumer.consume({ callback: (message) => this.#take(message, attempt) })
  }

  #take(message: JsMsg, attempt: number): void {
    if (attempt !== this.#attempt || message.seq <= this.#lastRead) return
    this.#lastRead = message.seq
    this.#options.onMessage(message.subject, message.data)
  }
}

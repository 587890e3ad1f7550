/**
 * Reads one subject of a run's stream in order, from its beginning, through every outage: the server forgets its readers when
 * it restarts, so after each reconnection reading begins anew behind the last message that was read.
 */
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import type { Link } from './link.ts'

const RETRY_MS = 100

export class Inbox {
  readonly #link: Link
  readonly #stream: string
  readonly #subject: string
  readonly #onMessage: (subject: string, bytes: Uint8Array) => void
  readonly #forget: () => void
  #lastRead = 0
  /** Which attempt reads: what an older one still brings is not listened to. */
  #attempt = 0
  #messages: ConsumerMessages | undefined

  constructor(
    link: Link,
    stream: string,
    subject: string,
    onMessage: (subject: string, bytes: Uint8Array) => void,
  ) {
    this.#link = link
    this.#stream = stream
    this.#subject = subject
    this.#onMessage = onMessage
    this.#forget = link.onReconnect(() => void this.#read())
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
    while (attempt === this.#attempt && !this.#link.closed) {
      try {
        const messages = await this.#open(attempt)
        if (attempt !== this.#attempt) {
          messages.stop()
          return
        }
        this.#messages = messages
        await messages.closed()
      } catch {
        // The server is not ready, or away: the next attempt says the same or succeeds; silence is noticed elsewhere.
      }
      if (attempt === this.#attempt) await this.#link.pause(RETRY_MS)
    }
  }

  async #open(attempt: number): Promise<ConsumerMessages> {
    const consumer = await this.#link.js.consumers.get(this.#stream, {
      filter_subjects: this.#subject,
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
    this.#onMessage(message.subject, message.data)
  }
}

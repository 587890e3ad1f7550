/**
 * Messages that nobody asked for, until `for await` takes them: in order, each by one reader. Bounded: when nobody reads, the oldest
 * goes and is counted. Ends for all readers when the socket does, after what is left was read.
 */
import type { Message } from './answer.ts'

const END: IteratorResult<Message> = { done: true, value: undefined }

export class Unread implements AsyncIterator<Message> {
  /** Messages that went unread because there were too many. */
  dropped = 0
  /** Somebody reads, or has read. */
  wasRead = false
  readonly #max: number
  #messages: Message[] = []
  #readers: ((result: IteratorResult<Message>) => void)[] = []
  #ended = false

  constructor(max: number) {
    this.#max = max
  }

  get hasReader(): boolean {
    return this.#readers.length > 0
  }

  /** False when the oldest had to go for it. */
  add(message: Message): boolean {
    const reader = this.#readers.shift()
    if (reader !== undefined) {
      reader({ done: false, value: message })
      return true
    }
    this.#messages.push(message)
    if (this.#messages.length <= this.#max) return true
    this.#messages.shift()
    this.dropped++
    return false
  }

  /** Those that wait, which are then read. */
  takeAll(): Message[] {
    const messages = this.#messages
    this.#messages = []
    return messages
  }

  /** Idempotent. */
  end(): void {
    this.#ended = true
    const readers = this.#readers
    this.#readers = []
    for (const reader of readers) reader(END)
  }

  next(): Promise<IteratorResult<Message>> {
    this.wasRead = true
    const message = this.#messages.shift()
    if (message !== undefined) return Promise.resolve({ done: false, value: message })
    if (this.#ended) return Promise.resolve(END)
    return new Promise((resolve) => {
      this.#readers.push(resolve)
    })
  }
}

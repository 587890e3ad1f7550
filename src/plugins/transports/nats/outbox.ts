/**
 * Sends letters of one sender in order, each exactly once as the reader sees it: what waits goes as one envelope, and the
 * next envelope only when JetStream has stored this one. An unanswered one is sent again under the same message id, which
 * JetStream drops if it has it; the number in the envelope lets the reader drop it later still. So an outage costs
 * time, and neither loss nor double counting. One round trip per envelope, however many letters it holds.
 */
import { ENVELOPE_HEAD_BYTES, envelope, parcelLetter } from './envelope.ts'
import type { Link } from './link.ts'
import type { Parcels } from './parcels.ts'

const ACK_MS = 2_000
const RETRY_MS = 100
/** Failing this often in a row while the line is up is worth a word: a full disk, a missing permission. */
const FAILURES_SAID = 10

export interface OutboxOptions {
  readonly link: Link
  readonly parcels: Parcels
  readonly subject: string
  /** Names run, worker and this very process (a restarted one begins at 0 again): the first part of message ids. */
  readonly sender: string
  /** Something is wrong that does not end by itself; said once. */
  onTrouble(text: string): void
}

export class Outbox {
  /** Letters that are not stored yet. */
  backlog = 0
  readonly #options: OutboxOptions
  readonly #waiting: (Uint8Array | Promise<Uint8Array>)[] = []
  #number = 0
  #running: Promise<void> | undefined
  #closed = false
  #troubleSaid = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** A promise that rejects is a letter that could not be made: it is left out, and said. */
  push(letter: Uint8Array | Promise<Uint8Array>): void {
    if (this.#closed) return
    this.backlog++
    this.#waiting.push(letter)
    this.#running ??= this.#run()
  }

  /** Resolves when everything is stored. */
  async drained(): Promise<void> {
    await this.#running
  }

  close(): void {
    this.#closed = true
    this.#waiting.length = 0
  }

  async #run(): Promise<void> {
    // What is said in the same turn travels together.
    await undefined
    while (this.#waiting.length > 0 && !this.#closed) {
      const { letters, taken } = await this.#take()
      if (letters.length > 0) await this.#deliver(envelope(this.#number++, letters))
      this.backlog -= taken
    }
    this.#running = undefined
  }

  /** The first letter that waits and as many as fit with it. */
  async #take(): Promise<{ letters: Uint8Array[]; taken: number }> {
    const bytesMax = this.#options.link.messageBytesMax
    const letters: Uint8Array[] = []
    let taken = 0
    let bytes = ENVELOPE_HEAD_BYTES
    while (this.#waiting.length > 0) {
      const letter = await this.#fitting(this.#waiting[0]!, bytesMax - ENVELOPE_HEAD_BYTES)
      if (letter !== undefined && bytes + letter.length > bytesMax) break
      this.#waiting.shift()
      taken++
      if (letter === undefined) continue
      letters.push(letter)
      bytes += letter.length
    }
    return { letters, taken }
  }

  async #fitting(
    letter: Uint8Array | Promise<Uint8Array>,
    bytesMax: number,
  ): Promise<Uint8Array | undefined> {
    try {
      const bytes = await letter
      if (bytes.length <= bytesMax) return bytes
      return parcelLetter(await this.#options.parcels.put(bytes))
    } catch (error) {
      this.#say(`a message could not be sent: ${textOf(error)}`)
      return undefined
    }
  }

  async #deliver(bytes: Uint8Array): Promise<void> {
    const { link, subject, sender } = this.#options
    const msgID = `${sender}/${this.#number - 1}`
    for (let failures = 0; !this.#closed && !link.closed; failures++) {
      let stopWaiting = (): void => undefined
      const isBack = new Promise<Error>((resolve) => {
        stopWaiting = link.onReconnect(() => resolve(new Error('the line was down')))
      })
      const stored = link.js.publish(subject, bytes, { msgID, timeout: ACK_MS }).then(
        () => undefined,
        (error: Error) => error,
      )
      const failure = await Promise.race([stored, isBack])
      stopWaiting()
      if (failure === undefined) return
      if (failures === FAILURES_SAID && link.up)
        this.#say(`messages cannot be stored: ${textOf(failure)}`)
      await link.pause(RETRY_MS)
    }
  }

  #say(text: string): void {
    if (this.#troubleSaid) return
    this.#troubleSaid = true
    this.#options.onTrouble(text)
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

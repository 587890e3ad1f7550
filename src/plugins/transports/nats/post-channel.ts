/**
 * One end of the line between a coordinator and one of its workers. Heartbeats go at once or not at all; everything else goes
 * through the outbox and comes through an inbox, in order, each once. Only the word to stop goes both ways: a server whose disk is
 * full keeps nothing, and must not keep up a load that nobody wants any more. Who hears it twice stops once. What was too large is fetched before the next is read.
 */
import type { Channel, ChannelEnd, Command, Report } from '../../../contracts/wire.ts'
import { farewellLetter, type Letter, messageLetter, openEnvelope, openLetter } from './envelope.ts'
import { Outbox, type OutboxOptions } from './outbox.ts'

/** Unread letters of an end that leaves are waited for so long. */
const FAREWELL_MS = 2_000

export interface PostOptions<In, Out> extends OutboxOptions {
  /** Where heartbeats go. */
  readonly pulse: string
  read(value: unknown): Promise<In | undefined> | In | undefined
  write?(message: Out): Uint8Array | Promise<Uint8Array>
  onClose?(): void
}

type Message = Command | Report

export class PostChannel<In extends Message, Out extends Message> implements Channel<In, Out> {
  readonly closed: Promise<ChannelEnd>
  readonly #options: PostOptions<In, Out>
  readonly #outbox: Outbox
  #resolveClosed: (end: ChannelEnd) => void = () => undefined
  #handle: ((message: In) => void) | undefined
  #early: In[] = []
  #nextNumber = 0
  #reading: Promise<void> = Promise.resolve()
  #ended = false

  constructor(options: PostOptions<In, Out>) {
    this.#options = options
    this.#outbox = new Outbox(options)
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  get backlog(): number {
    return this.#outbox.backlog
  }

  send(message: Out): void {
    if (this.#ended) return
    const { link, pulse, write } = this.#options
    if (message.type !== 'heartbeat') this.#outbox.push((write ?? messageLetter)(message))
    else if (link.up) link.connection.publish(pulse)
    if (message.type === 'stop' && link.up) link.connection.publish(pulse, messageLetter(message))
  }

  onMessage(handle: (message: In) => void): void {
    this.#handle = handle
    const early = this.#early
    this.#early = []
    for (const message of early) handle(message)
  }

  /** A heartbeat of the other end came, or with bytes what cannot wait. */
  beat(bytes?: Uint8Array): void {
    if (this.#ended) return
    this.#hand({ type: 'heartbeat' } as In)
    if (bytes !== undefined && bytes.length > 0) void this.#readNow(bytes)
  }

  /** An envelope came. A number that was seen is a repeat. */
  take(bytes: Uint8Array): void {
    this.#reading = this.#reading.then(() => this.#open(bytes))
  }

  close(): void {
    if (this.#ended) return
    this.end({ clean: true, detail: 'closed' })
  }

  /** Says why, once everything before it was stored, and waits for that for a bounded time. */
  async leave(why: string): Promise<void> {
    if (this.#ended) return
    this.#outbox.push(farewellLetter(why))
    await this.drained()
    this.end({ clean: true, detail: why })
  }

  /** Everything said so far is stored, or could not be for a while. */
  async drained(): Promise<void> {
    await Promise.race([this.stored(), this.#options.link.pause(FAREWELL_MS)])
  }

  /** Everything said so far is stored, however long that takes; or nobody wants it any more. */
  async stored(): Promise<void> {
    await Promise.race([this.#outbox.drained(), this.closed])
  }

  end(end: ChannelEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.#outbox.close()
    this.#options.onClose?.()
    this.#resolveClosed(end)
  }

  async #open(bytes: Uint8Array): Promise<void> {
    try {
      const { number, letters } = openEnvelope(bytes)
      if (number < this.#nextNumber) return
      this.#nextNumber = number + 1
      for (const letter of letters) await this.#read(letter)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#options.onTrouble(`a message could not be read: ${why}`)
    }
  }

  async #readNow(bytes: Uint8Array): Promise<void> {
    try {
      await this.#read(openLetter(bytes))
    } catch (error) {
      this.#options.onTrouble(`a message could not be read: ${(error as Error).message}`)
    }
  }

  async #read(letter: Letter): Promise<void> {
    if (letter.kind === 'farewell') this.end({ clean: false, detail: letter.why })
    else if (letter.kind === 'parcel') {
      await this.#read(openLetter(await this.#options.parcels.get(letter.hash)))
    } else {
      const message = await this.#options.read(letter.message)
      if (message !== undefined && !this.#ended) this.#hand(message)
    }
  }

  #hand(message: In): void {
    if (this.#handle === undefined) this.#early.push(message)
    else this.#handle(message)
  }
}

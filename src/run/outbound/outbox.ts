/**
 * Brings messages to another system without ever being in the way of the run: one at a time and in order, each with a deadline, the
 * waiting ones bounded, the oldest dropped first. A system that does not answer is said once and tried again after 1, 2, 4 … 30 s, so
 * that a dead one costs nothing; what never arrived is counted and said at the end.
 *
 *     put ─▶ waiting ──carry──▶ arrived
 *              ▲  └─ too many: dropped     refused for good: lost
 *              └──── failed, worth another try: after a pause
 */
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import {
  OUTBOX_BYTES_MAX,
  OUTBOX_FLUSH_MS_MAX,
  OUTBOX_MESSAGE_MS_MAX,
  OUTBOX_MESSAGES_MAX,
  OUTBOX_RETRY_MS_MAX,
} from '../../kernel/limits.ts'

export interface Carrier {
  /** Rejects with why it did not arrive; with `Refused` when it never will. `signal` ends it. */
  carry(message: Uint8Array, signal: AbortSignal): Promise<void>
  /** Idempotent. */
  close(): void
}

/** The system understood and does not want it: another try would be the same. */
export class Refused extends Error {}

export class Outbox {
  readonly #name: string
  readonly #carrier: Carrier
  readonly #clock: Clock
  readonly #say: (text: string) => void
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #put = 0
  #lost = 0
  #failures = 0
  #whyLast: string | undefined
  #isRunning = false
  #running: Promise<void> = Promise.resolve()
  #retry: TimerHandle | undefined
  #current: AbortController | undefined
  #state: 'open' | 'flushing' | 'closed' = 'open'

  /** `name` and what the carrier rejects with are shown to people: no secrets in them. */
  constructor(name: string, carrier: Carrier, clock: Clock, say: (text: string) => void) {
    this.#name = name
    this.#carrier = carrier
    this.#clock = clock
    this.#say = say
  }

  /** Returns at once. */
  put(message: Uint8Array): void {
    if (this.#state !== 'open' || message.length === 0) return
    this.#put++
    this.#waiting.push(message)
    this.#waitingBytes += message.length
    this.#dropOldest()
    if (this.#retry === undefined) this.#run()
  }

  /** Sends what is left, for `OUTBOX_FLUSH_MS_MAX` at most, and says what never arrived. Never rejects. */
  async flush(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'flushing'
    this.#cancelRetry()
    const dueMs = this.#clock.nowMs() + OUTBOX_FLUSH_MS_MAX
    const giveUp = this.#clock.at(dueMs, () => this.close(), undefined)
    this.#run()
    await this.#running
    this.#clock.cancel(giveUp)
    const missing = this.#lost + this.#waiting.length
    this.close()
    if (missing === 0) return
    const why = this.#whyLast ?? `it took more than ${OUTBOX_FLUSH_MS_MAX / 1_000} s at the end`
    this.#say(
      `output ${this.#name}: ${missing} of ${this.#put} messages did not arrive, the last because ${why}`,
    )
  }

  /** Idempotent; what waits is given up. */
  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cancelRetry()
    this.#current?.abort()
    this.#carrier.close()
  }

  #run(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#running = this.#carryAll()
  }

  /** Nothing may come between the last look at what waits and the end of running, or it would wait for ever. */
  async #carryAll(): Promise<void> {
    while (this.#waiting.length > 0 && this.#state !== 'closed') {
      const failure = await this.#carry(this.#waiting[0]!)
      if (failure !== undefined && !(failure instanceof Refused)) {
        this.#fail(failure.message, 0)
        if (this.#state === 'open') this.#retryLater()
        break
      }
      this.#failures = 0
      this.#take(0)
      if (failure !== undefined) this.#fail(failure.message, 1)
    }
    this.#isRunning = false
  }

  async #carry(message: Uint8Array): Promise<Error | undefined> {
    const controller = new AbortController()
    this.#current = controller
    const why = `it did not answer within ${OUTBOX_MESSAGE_MS_MAX / 1_000} s`
    let isLate = false
    const deadline = this.#clock.at(
      this.#clock.nowMs() + OUTBOX_MESSAGE_MS_MAX,
      () => {
        isLate = true
        controller.abort()
      },
      undefined,
    )
    try {
      await this.#carrier.carry(message, controller.signal)
      return undefined
    } catch (error) {
      return isLate ? new Error(why) : (error as Error)
    } finally {
      this.#clock.cancel(deadline)
      this.#current = undefined
    }
  }

  #retryLater(): void {
    const pauseMs = Math.min(OUTBOX_RETRY_MS_MAX, 1_000 * 2 ** Math.min(this.#failures++, 10))
    this.#retry = this.#clock.at(
      this.#clock.nowMs() + pauseMs,
      () => {
        this.#retry = undefined
        this.#run()
      },
      undefined,
    )
  }

  #cancelRetry(): void {
    if (this.#retry !== undefined) this.#clock.cancel(this.#retry)
    this.#retry = undefined
  }

  /** Not the one that is under way, which may still arrive. */
  #dropOldest(): void {
    const oldest = this.#current === undefined ? 0 : 1
    while (
      this.#waiting.length > oldest &&
      (this.#waiting.length > OUTBOX_MESSAGES_MAX || this.#waitingBytes > OUTBOX_BYTES_MAX)
    ) {
      this.#take(oldest)
      this.#fail(this.#whyLast ?? 'it was too slow, and too much waited for it', 1)
    }
  }

  #take(index: number): void {
    const [taken] = this.#waiting.splice(index, 1)
    this.#waitingBytes -= taken!.length
  }

  /** Said the first time; counted always. */
  #fail(why: string, lost: number): void {
    this.#lost += lost
    const isFirst = this.#whyLast === undefined
    if (this.#state !== 'closed') this.#whyLast = oneLine(why)
    if (isFirst && this.#state === 'open') {
      this.#say(`output ${this.#name} does not arrive: ${this.#whyLast}. The run goes on.`)
    }
  }
}

/** What the other side said goes to a terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
}

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
  #running: Promise<void> | undefined
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
    while (this.#waiting.length > OUTBOX_MESSAGES_MAX || this.#waitingBytes > OUTBOX_BYTES_MAX) {
      this.#lose(`it was too slow, and more than ${OUTBOX_MESSAGES_MAX} messages waited`)
    }
    if (this.#retry === undefined) this.#run()
  }

  /** Sends what is left, for `OUTBOX_FLUSH_MS_MAX` at most, and says what never arrived. Never rejects. */
  async flush(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'flushing'
    this.#cancelRetry()
    const dueMs = this.#clock.nowMs() + OUTBOX_FLUSH_MS_MAX
    const giveUp = this.#clock.at(dueMs, () => this.close(), undefined)
    await (this.#running ?? this.#run())
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

  #run(): Promise<void> {
    this.#running ??= this.#carryAll().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #carryAll(): Promise<void> {
    while (this.#waiting.length > 0 && this.#state !== 'closed') {
      const message = this.#waiting[0]!
      const failure = await this.#carry(message)
      if (failure === undefined || failure instanceof Refused) {
        this.#failures = 0
        // Unless it was dropped meanwhile, to make place.
        if (this.#waiting[0] === message) this.#take()
        if (failure !== undefined) this.#fail(failure.message, 1)
        continue
      }
      this.#fail(failure.message, 0)
      if (this.#state === 'open') this.#retryLater()
      return
    }
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
    }
  }

  #retryLater(): void {
    const pauseMs = Math.min(OUTBOX_RETRY_MS_MAX, 1_000 * 2 ** Math.min(this.#failures++, 10))
    this.#retry = this.#clock.at(
      this.#clock.nowMs() + pauseMs,
      () => {
        this.#retry = undefined
        void this.#run()
      },
      undefined,
    )
  }

  #cancelRetry(): void {
    if (this.#retry !== undefined) this.#clock.cancel(this.#retry)
    this.#retry = undefined
  }

  #take(): void {
    this.#waitingBytes -= this.#waiting.shift()!.length
  }

  #lose(why: string): void {
    this.#take()
    this.#fail(why, 1)
  }

  /** Said the first time; counted always. */
  #fail(why: string, lost: number): void {
    this.#lost += lost
    const isFirst = this.#whyLast === undefined
    if (this.#state !== 'closed') this.#whyLast = why
    if (isFirst && this.#state === 'open') {
      this.#say(`output ${this.#name} does not arrive: ${why}. The run goes on.`)
    }
  }
}

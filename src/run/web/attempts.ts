/**
 * Who guesses tokens is made to wait: after `TRIES_MAX` wrong ones in a minute from one address nothing from there is looked at until the
 * minute is over, not even the right one. Remembers a bounded number of addresses; beyond it the oldest is forgotten.
 */
import type { Clock } from '../../contracts/clock.ts'
import { TOKEN_GUESSERS_MAX } from '../../kernel/limits.ts'

const TRIES_MAX = 10
const SPAN_MS = 60_000

export class Attempts {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #wrong = new Map<string, { readonly sinceMs: number; count: number }>()

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock
  }

  /** How long this address still has to wait; 0: not at all. */
  waitMs(address: string): number {
    const known = this.#wrong.get(address)
    if (known === undefined) return 0
    const leftMs = known.sinceMs + SPAN_MS - this.#clock.nowMs()
    if (leftMs <= 0) this.#wrong.delete(address)
    return leftMs > 0 && known.count >= TRIES_MAX ? leftMs : 0
  }

  /** A token from there was wrong. */
  failed(address: string): void {
    const known = this.#wrong.get(address)
    if (known !== undefined) {
      known.count++
      return
    }
    const [oldest] = this.#wrong.keys()
    if (this.#wrong.size >= TOKEN_GUESSERS_MAX && oldest !== undefined) this.#wrong.delete(oldest)
    this.#wrong.set(address, { sinceMs: this.#clock.nowMs(), count: 1 })
  }
}

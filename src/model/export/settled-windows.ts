/** Windows in order and once each, in their newest version: held back for as long as they may come again, half a minute. */
import type { Window } from '../../contracts/window.ts'
import { WINDOWS_REOPEN_MAX } from '../../kernel/limits.ts'

export class SettledWindows {
  readonly #held = new Map<number, Window>()
  readonly #settle: (window: Window) => void
  #next = 0

  constructor(settle: (window: Window) => void) {
    this.#settle = settle
  }

  /** What comes after it was settled is left out; the result has it. */
  add(window: Window): void {
    if (window.window < this.#next) return
    this.#held.set(window.window, window)
    this.#settleBelow(window.window - WINDOWS_REOPEN_MAX + 1)
  }

  /** Nothing comes again. */
  end(): void {
    this.#settleBelow(Math.max(-1, ...this.#held.keys()) + 1)
  }

  #settleBelow(end: number): void {
    for (; this.#next < end; this.#next++) {
      const window = this.#held.get(this.#next)
      this.#held.delete(this.#next)
      if (window !== undefined) this.#settle(window)
    }
  }
}

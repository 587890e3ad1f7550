/**
 * Where the users of one worker wait between two iterations while the run is paused. When it goes on they do not all come at
 * once: each has its place in the time `RESUME_SPREAD_MS`, because a target must not be greeted by a herd that nobody
 * planned. Users in their own waits or in a task are not here; they come when they are done.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { Gate, GateGuest } from '../../contracts/user.ts'

/** From the instant of resuming until the last of those who waited goes on. */
export const RESUME_SPREAD_MS = 5_000

export class PauseGate implements Gate {
  closed = false
  readonly #clock: Clock
  readonly #waiting = new Set<GateGuest>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wait(guest: GateGuest): void {
    this.#waiting.add(guest)
  }

  leave(guest: GateGuest): void {
    this.#waiting.delete(guest)
  }

  close(): void {
    this.closed = true
  }

  open(): void {
    this.closed = false
    const nowMs = this.#clock.nowMs()
    const stepMs = RESUME_SPREAD_MS / this.#waiting.size
    let index = 0
    for (const guest of this.#waiting)
      this.#clock.at(nowMs + stepMs * index++, (each) => this.#call(each), guest)
  }

  /** Unless it has left meanwhile, or the run is paused again. */
  #call(guest: GateGuest): void {
    if (this.closed || !this.#waiting.delete(guest)) return
    guest.passGate()
  }
}

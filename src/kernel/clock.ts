/**
 * Time, in the two forms the program knows. `SystemClock` is the only place that reads it; `VirtualClock` is the tests'.
 *
 * Accuracy: Node's timers count whole milliseconds and wake 0.05–0.1 ms after them, so a due time less than
 * `SPIN_BELOW_MS` away is awaited by turning the event loop (sockets are served on each turn), a later one by one native timer.
 * Never early. Cost: nothing while idle; with a timer due every 0.3 ms or more often the loop never sleeps, and what
 * was spent on empty turns is in `spunMs`, so that nobody mistakes it for work.
 */
import type { Clock, TimerHandle } from '../contracts/clock.ts'
import { assert } from './assert.ts'
import { VIRTUAL_STEPS_MAX } from './limits.ts'
import { TimerWheel } from './timer-wheel.ts'

const SPIN_BELOW_MS = 0.3
/** setTimeout takes at most 2^31−1; waking once a day for nothing does no harm. */
const SLEEP_MS_MAX = 86_400_000
/** A turn of the loop quicker than this has served nothing. */
const EMPTY_TURN_MS = 0.01

export class SystemClock implements Clock {
  /** Time spent on empty turns of the event loop since the start, ms: idle, though the CPU was busy. */
  spunMs = 0
  readonly _wheel = new TimerWheel(performance.now())
  _armedForMs = Number.POSITIVE_INFINITY
  _timer: NodeJS.Timeout | undefined = undefined
  _immediate: NodeJS.Immediate | undefined = undefined
  _turnStartedMs = 0.5
  _expiring = false
  _keepsProcessAlive = true
  readonly _wake = (): void => {
    this._timer = undefined
    this._expire()
  }
  readonly _turn = (): void => {
    this._immediate = undefined
    const nowMs = performance.now()
    const turnMs = nowMs - this._turnStartedMs
    if (turnMs < EMPTY_TURN_MS) this.spunMs += turnMs
    if (nowMs >= this._armedForMs) this._expire()
    else this._spin(nowMs)
  }

  nowMs(): number {
    return performance.now()
  }

  /** With fractions, so that processes can agree on an instant more closely than to a millisecond; within the millisecond of `Date.now()`. */
  epochMs(): number {
    const wholeMs = Date.now()
    return Math.min(Math.max(performance.timeOrigin + performance.now(), wholeMs), wholeMs + 0.999)
  }

  at<A>(whenMs: number, run: (argument: A) => void, argument: A): TimerHandle {
    const handle = this._wheel.set(whenMs, run, argument)
    if (whenMs < this._armedForMs && !this._expiring) this._arm(whenMs, performance.now())
    return handle
  }

  cancel(timer: TimerHandle): void {
    this._wheel.cancel(timer)
    if (this._wheel.size === 0 && !this._expiring) this._disarm()
  }

  /** From now on pending timers do not keep the process alive. */
  unref(): void {
    this._keepsProcessAlive = false
    this._timer?.unref()
    this._immediate?.unref()
  }

  _expire(): void {
    this._expiring = true
    try {
      this._wheel.expire(performance.now())
    } finally {
      this._expiring = false
      this._disarm()
      const nextMs = this._wheel.nextDueMs()
      if (nextMs !== Number.POSITIVE_INFINITY) this._arm(nextMs, performance.now())
    }
  }

  _arm(whenMs: number, nowMs: number): void {
    this._disarm()
    this._armedForMs = whenMs
    const waitMs = whenMs - nowMs
    if (waitMs < SPIN_BELOW_MS) {
      this._spin(nowMs)
      return
    }
    // Rounded down, so that what is left is waited for exactly; a whole millisecond is the least Node sleeps.
    const sleepMs = Math.min(Math.max(1, Math.floor(waitMs)), SLEEP_MS_MAX)
    this._timer = setTimeout(this._wake, sleepMs)
    if (!this._keepsProcessAlive) this._timer.unref()
  }

  _spin(nowMs: number): void {
    this._turnStartedMs = nowMs
    this._immediate = setImmediate(this._turn)
    if (!this._keepsProcessAlive) this._immediate.unref()
  }

  _disarm(): void {
    this._armedForMs = Number.POSITIVE_INFINITY
    if (this._timer !== undefined) clearTimeout(this._timer)
    if (this._immediate !== undefined) clearImmediate(this._immediate)
    this._timer = undefined
    this._immediate = undefined
  }
}

/** Time that moves only when told. Timers run at exactly their due time, in order. */
export class VirtualClock implements Clock {
  readonly #wheel: TimerWheel
  readonly #epochAtZeroMs: number
  #nowMs: number

  constructor(startMs = 0, epochAtZeroMs = 1_700_000_000_000) {
    this.#wheel = new TimerWheel(startMs)
    this.#nowMs = startMs
    this.#epochAtZeroMs = epochAtZeroMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  epochMs(): number {
    return this.#epochAtZeroMs + this.#nowMs
  }

  at<A>(whenMs: number, run: (argument: A) => void, argument: A): TimerHandle {
    return this.#wheel.set(whenMs, run, argument)
  }

  cancel(timer: TimerHandle): void {
    this.#wheel.cancel(timer)
  }

  /** Timers that are set and have neither fired nor been cancelled. */
  get pending(): number {
    return this.#wheel.size
  }

  /** Moves to `ms`, running what falls due on the way; promises are not awaited in between. */
  advanceTo(ms: number): void {
    assert(ms >= this.#nowMs, 'a virtual clock was moved backwards')
    for (let steps = 0; this.#step(ms); steps++) {
      assert(steps < VIRTUAL_STEPS_MAX, 'timers of a virtual clock set each other without end')
    }
    this.#nowMs = ms
  }

  /** Like `advanceTo`, but between two timers everything that waits on promises gets to run. */
  async runUntil(ms: number): Promise<void> {
    assert(ms >= this.#nowMs, 'a virtual clock was moved backwards')
    await settle()
    for (let steps = 0; this.#step(ms); steps++) {
      assert(steps < VIRTUAL_STEPS_MAX, 'timers of a virtual clock set each other without end')
      await settle()
    }
    if (ms !== Number.POSITIVE_INFINITY) this.#nowMs = ms
  }

  /** Runs until no timer is left. */
  async runUntilIdle(): Promise<void> {
    await this.runUntil(Number.POSITIVE_INFINITY)
  }

  #step(untilMs: number): boolean {
    const nextMs = this.#wheel.nextDueMs()
    if (nextMs > untilMs || nextMs === Number.POSITIVE_INFINITY) return false
    if (nextMs > this.#nowMs) this.#nowMs = nextMs
    this.#wheel.expire(this.#nowMs)
    return true
  }
}

/** One turn of the event loop: every promise that can settle without a timer or a socket has. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/**
 * The pure functions behind load shapes: when is arrival k due, how many users at time t. Computed from k and t alone, never by
 * adding intervals, so nothing drifts; nanoseconds, exact. They know neither worker nor clock: a share picks
 * indices out of them, an executor waits for them.
 */
import type { Rate } from '../../contracts/plan.ts'
import { ceilMulDiv, floorMulDiv } from './exact.ts'

/** Open load at one rate: arrival k is due at ⌊k · perNs / arrivals⌋, the first at 0, none at or after the end. */
export class ConstantArrivals {
  /** Arrivals of the whole plan; Infinity when it has no end. */
  readonly totalCount: number
  readonly #arrivals: number
  readonly #perNs: number

  constructor(rate: Rate, durationNs: number | null) {
    this.#arrivals = rate.arrivals
    this.#perNs = rate.perNs
    this.totalCount =
      durationNs === null
        ? Number.POSITIVE_INFINITY
        : ceilMulDiv(durationNs, rate.arrivals, rate.perNs)
  }

  /** When arrival `index` is due, ns after the start; below 2^53. */
  dueNs(index: number): number {
    const periods = Math.floor(index / this.#arrivals)
    const rest = index - periods * this.#arrivals
    return periods * this.#perNs + floorMulDiv(rest, this.#perNs, this.#arrivals)
  }

  /** The same in fractional ms: what executors wait for. */
  dueMs(index: number): number {
    return this.dueNs(index) / 1e6
  }

  /** Arrivals whose exact due time is at or before `elapsedNs`. */
  countBy(elapsedNs: number): number {
    if (elapsedNs < 0) return 0
    return Math.min(floorMulDiv(elapsedNs, this.#arrivals, this.#perNs) + 1, this.totalCount)
  }
}

/**
 * Closed load: from one number of users to another in bursts, then constant. k = max(1, ⌊rate⌋) users at once, the next k
 * k/rate seconds later; downwards the same, the last user first.
 */
export class UserRamp {
  readonly burstUsers: number
  /** At least 1: a ramp to where it starts is one empty burst. */
  readonly burstCount: number
  readonly #fromUsers: number
  readonly #targetUsers: number
  readonly #ratePerSec: number

  constructor(fromUsers: number, targetUsers: number, spawnRatePerSec: number) {
    this.#fromUsers = fromUsers
    this.#targetUsers = targetUsers
    this.#ratePerSec = spawnRatePerSec
    this.burstUsers = Math.max(1, Math.floor(spawnRatePerSec))
    const distance = Math.abs(targetUsers - fromUsers)
    this.burstCount = Math.max(1, Math.ceil(distance / this.burstUsers))
  }

  /** When burst `index` (from 0) happens, ns after the start. */
  burstNs(index: number): number {
    return Math.floor((index * this.burstUsers * 1e9) / this.#ratePerSec)
  }

  /** Users from burst `index` on. */
  usersAfterBurst(index: number): number {
    const step = (index + 1) * this.burstUsers
    return this.#targetUsers >= this.#fromUsers
      ? Math.min(this.#fromUsers + step, this.#targetUsers)
      : Math.max(this.#fromUsers - step, this.#targetUsers)
  }

  /** At the instant of a burst the new value holds. */
  usersAt(elapsedNs: number): number {
    const burst = this.#burstAt(elapsedNs)
    return burst < 0 ? this.#fromUsers : this.usersAfterBurst(burst)
  }

  /** The first instant after `elapsedNs` at which the number changes; undefined when it stays. */
  nextChangeNs(elapsedNs: number): number | undefined {
    const next = this.#burstAt(elapsedNs) + 1
    return next < this.burstCount ? this.burstNs(next) : undefined
  }

  /** When the last burst has happened, ns. */
  get rampNs(): number {
    return this.burstNs(this.burstCount - 1)
  }

  /** The latest burst at or before `elapsedNs`, −1 before the first. */
  #burstAt(elapsedNs: number): number {
    if (elapsedNs < 0) return -1
    let burst = Math.floor((elapsedNs * this.#ratePerSec) / (this.burstUsers * 1e9))
    // The estimate may be off by one, never by more.
    while (burst > 0 && this.burstNs(burst) > elapsedNs) burst--
    while (this.burstNs(burst + 1) <= elapsedNs) burst++
    return Math.min(burst, this.burstCount - 1)
  }
}
